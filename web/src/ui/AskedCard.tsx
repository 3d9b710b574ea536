import { useEffect, useRef } from 'preact/hooks';
import type { Lookup } from '../api/types.ts';
import { lonLatText } from '../logic/lonlat.ts';
import { select } from '../state/ask.ts';
import type { Asked } from '../state/model.ts';
import { useScope } from './context.ts';
import { ProblemText } from './Failure.tsx';
import { Persons } from './Persons.tsx';

/** The answer to "who is responsible here?". */
export function AskedCard({ asked: { at, answer } }: { asked: Asked }) {
  const { app, s, t } = useScope();
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (matchMedia('(max-width: 759px)').matches) card.current?.scrollIntoView({ block: 'start' });
  }, [at]);
  return (
    <section ref={card} class="card asked" aria-labelledby="asked-title" aria-live="polite">
      <div class="section-head">
        <h2 id="asked-title">{t('ask.title')}</h2>
        <button
          type="button"
          class="icon"
          aria-label={t('app.close')}
          onClick={() => select(app, s.selected)}
        >
          ×
        </button>
      </div>
      <p class="muted small">{t('ask.at', { at: lonLatText(at) })}</p>
      {!answer && <p class="muted">{t('ask.loading')}</p>}
      {answer && 'code' in answer && <ProblemText problem={answer} />}
      {answer && 'persons' in answer && <Answer answer={answer} />}
    </section>
  );
}

function Answer({ answer }: { answer: Lookup }) {
  const { s, t } = useScope();
  const { cell, unit, parent, persons, version, fallback } = answer;
  return (
    <>
      <p>
        <strong>
          {cell.id} {cell.name}
        </strong>{' '}
        <span class="muted">
          {t('ask.unit', { unit })}
          {parent && ` · ${parent}`}
        </span>
      </p>
      <h3>{t('ask.chain')}</h3>
      <Persons persons={persons} fallback={fallback} />
      {version !== s.shown?.version && (
        <p class="hint">{t('ask.other', { version, cell: cell.id, name: cell.name })}</p>
      )}
    </>
  );
}
