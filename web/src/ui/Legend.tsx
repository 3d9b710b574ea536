import { BAND, CLASSES, countByClass } from '../logic/classes.ts';
import { load } from '../logic/format.ts';
import type { Toggle } from '../state/model.ts';
import { useScope } from './context.ts';

const TOGGLES: Toggle[] = ['leaders', 'units', 'buildings', 'roads', 'water'];
/** Beside the map where it is wide; folded on a phone. */
const wide = matchMedia('(min-width: 760px)').matches;

export function Legend() {
  const { app, s, t } = useScope();
  const { shown, project } = s;
  if (!shown || !project) return null;
  const criterion = project.criteria.find((c) => c.name === shown.cells.balance);
  const counts = countByClass(shown.cells.cells.map((c) => c.deviation));
  return (
    <details class="legend" open={wide}>
      <summary>{t('legend.title')}</summary>
      <p class="legend-title">
        {t('legend.deviation', { criterion: criterion?.label ?? shown.cells.balance })}
      </p>
      <ul class="classes" data-band={BAND}>
        {CLASSES.map((c, i) => (
          <li key={c.key}>
            <span class="swatch" style={{ background: c.colour }} />
            <span>{t(`class.${c.key}`)}</span>
            <span class="count" title={t('legend.cells', { count: counts[i] ?? 0 })}>
              {counts[i]}
            </span>
          </li>
        ))}
      </ul>
      <p class="muted small">
        {t('legend.mean', { mean: load(shown.cells.mean, criterion, s.lang) })}
        {criterion?.unit && ` ${criterion.unit}`}
        {criterion?.estimate && ` · ${t('cell.estimate')}`}
      </p>
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
        {TOGGLES.map((toggle) => (
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
