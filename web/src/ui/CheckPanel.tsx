import { useLayoutEffect, useState } from 'preact/hooks';
import { checkFile, runCheck, setBoundary } from '../state/check.ts';
import type { App } from '../state/model.ts';
import { useScope } from './context.ts';
import { ProblemText } from './Failure.tsx';
import { Findings } from './Findings.tsx';

/** Checking a file of cells. */
export function CheckPanel() {
  const { app, s, t } = useScope();
  const { state, cells, progress, problem, result } = s.checking;
  return (
    <section aria-label={t('check.title')}>
      <h2>{t('check.title')}</h2>
      {!result && <p class="muted small">{t('check.intro')}</p>}
      <Drop small={result !== null} />
      <BoundaryChoice />
      <div aria-live="polite">
        {state === 'running' && (
          <p class="running">
            {t('check.running', { file: cells?.name ?? '' })}
            <progress max={1} value={progress ?? undefined} />
          </p>
        )}
        {problem && (
          <div class="refused" role="alert">
            <ProblemText problem={problem} />
            <button type="button" onClick={() => void runCheck(app)}>
              {t('check.again')}
            </button>
          </div>
        )}
      </div>
      {result && <Findings result={result} />}
    </section>
  );
}

/** A file may be dropped anywhere on the page. */
function Drop({ small }: { small: boolean }) {
  const { app, t } = useScope();
  const [over, setOver] = useState(false);
  // Before the panel is on the screen: what is dropped at once is not lost.
  useLayoutEffect(() => {
    const listeners = {
      dragover: (e: DragEvent) => {
        e.preventDefault();
        setOver(true);
      },
      dragleave: (e: DragEvent) => setOver(e.relatedTarget !== null),
      drop: (e: DragEvent) => {
        e.preventDefault();
        setOver(false);
        take(app, e.dataTransfer?.files);
      },
    };
    const entries = Object.entries(listeners) as [keyof typeof listeners, (e: DragEvent) => void][];
    for (const [type, listener] of entries) window.addEventListener(type, listener);
    return () => {
      for (const [type, listener] of entries) window.removeEventListener(type, listener);
    };
  }, [app]);
  return (
    <div class="drop" data-over={over} data-small={small}>
      <p>{t('check.drop')}</p>
      <label class="button primary">
        {t('check.pick')}
        <input
          class="hidden"
          type="file"
          onChange={(e) => {
            take(app, e.currentTarget.files);
            // The same file may be chosen again after it was repaired.
            e.currentTarget.value = '';
          }}
        />
      </label>
      {!small && <p class="muted small">{t('check.formats')}</p>}
    </div>
  );
}

function take(app: App, files: FileList | null | undefined): void {
  const file = files?.[0];
  if (file) void checkFile(app, file);
}

function BoundaryChoice() {
  const { app, s, t } = useScope();
  const { boundary } = s.checking;
  const [asking, setAsking] = useState(false);
  const kind = boundary instanceof File ? 'file' : (boundary ?? 'none');
  const chosen = asking ? 'file' : kind;
  const choose = (value: string) => {
    setAsking(value === 'file');
    if (value !== 'file') void setBoundary(app, value === 'project' ? 'project' : null);
  };
  return (
    <fieldset class="boundary">
      <legend>{t('check.boundary')}</legend>
      {(['none', 'project', 'file'] as const).map((value) => (
        <label key={value}>
          <input
            type="radio"
            name="boundary"
            value={value}
            checked={chosen === value}
            onChange={() => choose(value)}
          />
          {t(`check.boundary.${value}`)}
        </label>
      ))}
      {chosen === 'file' && (
        <label class="button">
          {boundary instanceof File ? boundary.name : t('check.boundary.pick')}
          <input
            class="hidden"
            type="file"
            aria-label={t('check.boundary.pick')}
            onChange={(e) => {
              const file = e.currentTarget.files?.[0];
              if (file) void setBoundary(app, file);
            }}
          />
        </label>
      )}
      {chosen === 'none' && <p class="muted small">{t('check.boundary.hint')}</p>}
    </fieldset>
  );
}
