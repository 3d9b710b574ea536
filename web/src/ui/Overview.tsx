import { BAND } from '../logic/classes.ts';
import { area, criterionLabel, number } from '../logic/format.ts';
import { useScope } from './context.ts';

/** The figures of the whole plan. */
export function Overview() {
  const { s, t } = useScope();
  const { shown, project, lang } = s;
  if (!shown || !project) return null;
  const { cells, balance } = shown.cells;
  const criterion = project.criteria.find((c) => c.name === balance);
  const even = cells.filter((c) => c.deviation !== null && Math.abs(c.deviation) <= BAND).length;
  const sum = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((n, c) => n + of(c), 0);
  return (
    <section class="overview" aria-label={t('overview.title')}>
      <Tile label={t('overview.cells')} value={number(cells.length, lang)} />
      <Tile
        label={t('overview.units')}
        value={number(
          sum((c) => c.units),
          lang,
        )}
      />
      <Tile
        label={t('overview.area')}
        value={area(
          sum((c) => c.area_m2),
          lang,
        )}
      />
      <Tile
        label={t('overview.even')}
        value={`${even} / ${cells.filter((c) => c.deviation !== null).length}`}
        title={t('overview.evenHint', { criterion: criterionLabel(criterion, lang) })}
      />
    </section>
  );
}

function Tile({ label, value, title }: { label: string; value: string; title?: string }) {
  return (
    <div class="tile" title={title}>
      <span class="tile-value">{value}</span>
      <span class="tile-label">{label}</span>
    </div>
  );
}
