import { useState } from 'preact/hooks';
import { commitStroke, extendStroke, mend, merge, redo, setTarget, setTool, undo } from '../state/edit.ts';
import { type Editing, NEW_CELL, type Tool } from '../state/model.ts';
import { patchEditing, tell } from '../state/run.ts';
import { useScope } from './context.ts';
import { ProblemText } from './Failure.tsx';
import { History } from './History.tsx';
import { Sums } from './Sums.tsx';

const TOOLS: { tool: Tool; key: string }[] = [
  { tool: 'target', key: 'T' },
  { tool: 'paint', key: 'P' },
  { tool: 'pan', key: 'M' },
];

/** No mouse and no keyboard: the hints speak of fingers. */
const touch = matchMedia('(hover: none)').matches;

/** Redrawing the draft. */
export function PlanPanel() {
  const { app, s, t } = useScope();
  if (!s.token) {
    return (
      <section class="card">
        <h2>{t('plan.title')}</h2>
        <p class="muted">{t('plan.signIn')}</p>
        <button type="button" class="primary" onClick={() => app.store.set({ dialog: 'sign-in' })}>
          {t('session.signIn')}
        </button>
      </section>
    );
  }
  if (!s.editing) return <p class="muted">{t('plan.loading')}</p>;
  return <Editor editing={s.editing} />;
}

function Editor({ editing }: { editing: Editing }) {
  const { app, s, t } = useScope();
  const { tool, target, canUndo, canRedo, sending } = editing;
  const chosen = s.shown?.byId.get(target ?? '');
  const shared = chosen?.kind === 'base' ? chosen : null;
  return (
    <section aria-label={t('plan.title')}>
      <div class="row actions">
        <button type="button" disabled={!canUndo} onClick={() => void undo(app)}>
          {t('plan.undo')}
        </button>
        <button type="button" disabled={!canRedo} onClick={() => void redo(app)}>
          {t('plan.redo')}
        </button>
        <span class="grow" />
        <button
          type="button"
          class="primary"
          disabled={sending}
          onClick={() => app.store.set({ dialog: 'publish' })}
        >
          {t('plan.publish')}
        </button>
      </div>
      <div class="tools" role="toolbar" aria-label={t('plan.tools')}>
        {TOOLS.map(({ tool: each, key }) => (
          <button
            key={each}
            type="button"
            aria-pressed={tool === each}
            aria-keyshortcuts={key}
            disabled={each === 'paint' && !target}
            onClick={() => setTool(app, each)}
          >
            {t(`plan.tool.${each}`)}{' '}
            <span aria-hidden="true">
              <kbd>{key}</kbd>
            </span>
          </button>
        ))}
      </div>
      <Hint editing={editing} />
      <label class="field">
        <span>{t('plan.target')}</span>
        <select value={target ?? ''} onChange={(e) => setTarget(app, e.currentTarget.value || null)}>
          <option value="">{t('plan.noTarget')}</option>
          <option value={NEW_CELL}>{t('plan.newCell')}</option>
          {s.shown?.cells.cells.map((c) => (
            <option key={c.id} value={c.id}>
              {c.id} {c.name}
            </option>
          ))}
        </select>
      </label>
      {shared && (
        <button type="button" disabled={sending} title={t('plan.mendHint')} onClick={() => void mend(app)}>
          {t('plan.mend', { cell: shared.id })}
        </button>
      )}
      {target && <ByNumber editing={editing} />}
      <Refusal editing={editing} />
      <Sums editing={editing} />
      <History operations={editing.history} />
      <button type="button" onClick={() => app.store.set({ dialog: 'roster' })}>
        {t('roster.open')}
      </button>
    </section>
  );
}

function Hint({ editing: { tool, target } }: { editing: Editing }) {
  const { s, t } = useScope();
  const layer = s.shown?.tiles.vector_layers.find((l) => l.id === 'units');
  const hinted = tool === 'paint' && touch ? 'touch' : tool;
  let hint = t(`plan.hint.${hinted}`, { cell: target === NEW_CELL ? t('plan.newCell') : (target ?? '') });
  if (tool === 'paint' && layer?.minzoom !== undefined && s.zoom < layer.minzoom) hint = t('plan.hint.zoom');
  return <p class="hint">{hint}</p>;
}

/** For those who know the numbers, or do not use the map. */
function ByNumber({ editing }: { editing: Editing }) {
  const { app, t } = useScope();
  const [number, setNumber] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const unit = editing.index.get(number.trim());
    if (unit === undefined) {
      tell(app, 'bad', t('plan.unknownUnit', { unit: number.trim() }));
      return;
    }
    extendStroke(app, [unit]);
    void commitStroke(app);
    setNumber('');
  };
  return (
    <form class="field" onSubmit={submit}>
      <label for="unit">{t('plan.unit')}</label>
      <div class="row">
        <input
          id="unit"
          list="units"
          autocomplete="off"
          placeholder={t('plan.unitPlaceholder')}
          value={number}
          onInput={(e) => {
            setNumber(e.currentTarget.value);
            patchEditing(app, { hover: editing.index.get(e.currentTarget.value.trim()) ?? null });
          }}
        />
        <datalist id="units">
          {number.length > 1 &&
            editing.units.units.ids
              .filter((id) => id.includes(number))
              .slice(0, 50)
              .map((id) => <option key={id} value={id} />)}
        </datalist>
        <button type="submit" disabled={!number.trim() || editing.sending}>
          {t('plan.move')}
        </button>
      </div>
    </form>
  );
}

/** Why the last stroke was not done. The same words stand on the map, at the place. */
function Refusal({ editing: { refusal, target } }: { editing: Editing }) {
  const { app, t } = useScope();
  const mayMerge = target !== null && target !== NEW_CELL && refusal?.cell !== target;
  return (
    <div role="alert">
      {refusal && (
        <div class="refused">
          <div class="section-head">
            <strong>{t('plan.refused')}</strong>
            <button
              type="button"
              class="icon"
              aria-label={t('app.dismiss')}
              onClick={() => patchEditing(app, { refusal: null })}
            >
              ×
            </button>
          </div>
          <ProblemText problem={refusal} />
          {refusal.units && refusal.units.length > 0 && (
            <p class="small">{t('plan.refused.units', { units: refusal.units.slice(0, 8).join(', ') })}</p>
          )}
          {refusal.code === 'empties-cell' && refusal.cell && mayMerge && (
            <button type="button" onClick={() => void merge(app, refusal.cell ?? '', target)}>
              {t('plan.merge', { cell: refusal.cell, into: target })}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
