import type { Criterion } from '../api/types.ts';
import { classOf } from '../logic/classes.ts';
import { criterionLabel, load, number, percent } from '../logic/format.ts';
import { preview, type SumChange } from '../logic/sums.ts';
import type { Editing } from '../state/model.ts';
import { useScope } from './context.ts';

/** Both sides of a change before and after: of the stroke, else of the unit under the pointer, else of the last edit. */
export function Sums({ editing }: { editing: Editing }) {
  const { s, t } = useScope();
  const { shown, project } = s;
  if (!shown || !project) return null;
  const { target, stroke, hover, sending, last, units } = editing;
  const balance = { criterion: shown.cells.balance, mean: shown.cells.mean };
  const of = (moved: Iterable<number>) => (target ? preview(units, shown.byId, moved, target, balance) : []);
  const hovered = hover !== null && !stroke.size ? of([hover]) : [];
  const targetFirst = [...last].sort((a, b) => Number(b.cell === target) - Number(a.cell === target));
  let [title, changes] = [t('plan.sums.last'), targetFirst];
  if (stroke.size) {
    title = sending ? t('plan.sums.sending') : t('plan.sums.stroke', { count: stroke.size });
    changes = of(stroke);
  } else if (hovered.length && hover !== null) {
    title = t('plan.sums.hover', { unit: units.units.ids[hover] ?? '' });
    changes = hovered;
  }
  return (
    <section class="sums" aria-label={t('plan.sums')}>
      <h3>{changes.length ? title : t('plan.sums')}</h3>
      {!changes.length && <p class="muted small">{t('plan.sums.none')}</p>}
      {changes.map((change) => (
        <Side key={change.cell} change={change} criteria={project.criteria} target={change.cell === target} />
      ))}
    </section>
  );
}

interface SideProps {
  change: SumChange;
  criteria: readonly Criterion[];
  target: boolean;
}

function Side({ change: { cell, before, after }, criteria, target }: SideProps) {
  const { s, t } = useScope();
  const name = s.shown?.byId.get(cell)?.name ?? '';
  const rows = [
    { label: t('cell.units'), from: number(before.units, s.lang), to: number(after.units, s.lang) },
    ...criteria.map((c) => ({
      label: criterionLabel(c, s.lang),
      from: load(before.loads[c.name] ?? 0, c, s.lang),
      to: load(after.loads[c.name] ?? 0, c, s.lang),
    })),
  ];
  return (
    <table class={target ? 'side target' : 'side'}>
      <caption>
        <span class="code">{cell}</span> {name}
        {target && <span class="tag">{t('plan.sums.target')}</span>}
      </caption>
      <tbody>
        <tr class="main">
          <th scope="row">{t('cell.deviation')}</th>
          <td>
            <Chip value={before.deviation} />
          </td>
          <Arrow />
          <td>
            <Chip value={after.deviation} />
          </td>
        </tr>
        {rows.map((row) => (
          <tr key={row.label} class={row.from === row.to ? 'same' : undefined}>
            <th scope="row">{row.label}</th>
            <td>{row.from}</td>
            <Arrow />
            <td>{row.to}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Arrow() {
  const { t } = useScope();
  return (
    <td class="arrow">
      <span aria-hidden="true">→</span>
      <span class="hidden">{t('plan.sums.become')}</span>
    </td>
  );
}

function Chip({ value }: { value: number | null }) {
  const { s, t } = useScope();
  if (value === null) return <span class="tag">{t('cell.dedicated')}</span>;
  return (
    <span class="chip-value" style={{ background: classOf(value).colour }}>
      {percent(value, s.lang)}
    </span>
  );
}
