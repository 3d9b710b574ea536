import type { Criterion, Severity } from '../api/types.ts';
import { BAND, CLASSES, countByClass, isEven, rangeOf } from '../logic/classes.ts';
import { criterionLabel, criterionUnit, load, percentRange } from '../logic/format.ts';
import type { Shown, Toggle } from '../state/model.ts';
import { useScope } from './context.ts';

/** The switches, each with the layer of the tiles without which it is not offered. */
const TOGGLES: [toggle: Toggle, layer: string][] = [
  ['leaders', 'cells'],
  ['units', 'units'],
  ['buildings', 'context_buildings'],
  ['roads', 'context_roads'],
  ['water', 'context_water'],
];
/** Beside the map where it is wide; folded on a phone. */
const wide = matchMedia('(min-width: 760px)').matches;

export function Legend() {
  const { app, s, t } = useScope();
  const { shown, project } = s;
  if (!shown || !project) return null;
  const criterion = project.criteria.find((c) => c.name === shown.cells.balance);
  const layers = new Set(shown.tiles.vector_layers.map((l) => l.id));
  const toggles = TOGGLES.filter(([, layer]) => layers.has(layer));
  return (
    <details class="legend" open={wide}>
      <summary>{t('legend.title')}</summary>
      {s.mode === 'check' ? <Severities /> : <Classes shown={shown} criterion={criterion} />}
      <ul class="lines">
        <li>
          <span class="line cell-line" />
          {t('legend.cellLine')}
        </li>
        <li>
          <span class="line boundary-line" />
          {t('legend.boundary')}
        </li>
      </ul>
      <fieldset>
        <legend>{t('legend.layers')}</legend>
        {toggles.map(([toggle]) => (
          <label key={toggle}>
            <input
              type="checkbox"
              checked={s.toggles[toggle]}
              onChange={(e) =>
                app.store.set({ toggles: { ...s.toggles, [toggle]: e.currentTarget.checked } })
              }
            />
            {t(`toggle.${toggle}`)}
            {toggle === 'leaders' && <span class="muted small"> {t('toggle.leadersHint')}</span>}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

function Classes({ shown, criterion }: { shown: Shown; criterion: Criterion | undefined }) {
  const { s, t } = useScope();
  const counts = countByClass(shown.cells.cells.flatMap((c) => c.deviation ?? []));
  return (
    <>
      <p class="legend-title">{t('legend.deviation', { criterion: criterionLabel(criterion, s.lang) })}</p>
      <ul class="classes">
        {CLASSES.map((c, i) => (
          <li key={c.from} class={isEven(c) ? 'even' : undefined}>
            <span class="swatch" style={{ background: c.colour }} />
            <span>{percentRange(rangeOf(c), s.lang)}</span>
            <span class="count" title={t('legend.cells', { count: counts[i] ?? 0 })}>
              {counts[i]}
            </span>
          </li>
        ))}
      </ul>
      <p class="muted small">
        {t('legend.mean', { mean: load(shown.cells.mean, criterion, s.lang) })}
        {` ${criterionUnit(criterion, s.lang)}`}
        {criterion?.estimate && ` · ${t('cell.estimate')}`}
        <br />
        {t('legend.even', { band: BAND * 100 })}
      </p>
    </>
  );
}

const SEVERITIES: Severity[] = ['E', 'W', 'I'];

function Severities() {
  const { t } = useScope();
  return (
    <>
      <p class="legend-title">{t('legend.findings')}</p>
      <ul>
        {SEVERITIES.map((severity) => (
          <li key={severity}>
            <span class={`swatch severity ${severity}`} />
            {t(`severity.${severity}`)}
          </li>
        ))}
        <li>
          <span class="line checked-line" />
          {t('legend.checked')}
        </li>
      </ul>
    </>
  );
}
