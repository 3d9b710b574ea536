import type { ComponentChildren } from 'preact';
import type { Cell } from '../api/types.ts';
import { area, criterionLabel, criterionUnit, load, number } from '../logic/format.ts';
import { select } from '../state/ask.ts';
import { useScope } from './context.ts';
import { Deviation } from './Deviation.tsx';
import { Persons } from './Persons.tsx';

/** One cell: its figures, and who is responsible for it. */
export function CellCard({ cell }: { cell: Cell }) {
  const { app, s, t } = useScope();
  const { shown, project, lang } = s;
  if (!shown || !project) return null;
  const balance = project.criteria.find((c) => c.name === shown.cells.balance);
  const persons = shown.persons.get(cell.id);
  const mean = load(shown.cells.mean, balance, lang);
  // The answer for a point holds the persons already, in its own order.
  const answered = s.asked?.answer && 'persons' in s.asked.answer && s.asked.answer.version === shown.version;
  return (
    <section class="card cell-card" aria-labelledby="cell-title">
      <div class="section-head">
        <h2 id="cell-title">
          <span class="code">{cell.id}</span> {cell.name}
        </h2>
        <button type="button" class="icon" aria-label={t('cell.close')} onClick={() => select(app, null)}>
          ×
        </button>
      </div>
      <dl class="figures" aria-label={t('cell.figures')}>
        {cell.parent && <Figure label={t('cell.parent')}>{cell.parent}</Figure>}
        <Figure
          label={t('cell.deviation')}
          hint={t('cell.deviationHint', { criterion: criterionLabel(balance, lang), mean })}
        >
          <Deviation value={cell.deviation} />
        </Figure>
        {project.criteria.map((c) => (
          <Figure
            key={c.name}
            label={criterionLabel(c, lang)}
            note={c.estimate ? t('cell.estimate') : undefined}
            hint={c.estimate}
          >
            {load(cell.loads[c.name] ?? 0, c, lang)} {criterionUnit(c, lang)}
          </Figure>
        ))}
        <Figure label={t('cell.units')}>{number(cell.units, lang)}</Figure>
        <Figure label={t('cell.compactness')} hint={t('cell.compactnessHint')}>
          {number(cell.polsby_popper, lang, 2)}
        </Figure>
        <Figure label={t('cell.area')}>{area(cell.area_m2, lang)}</Figure>
      </dl>
      {!answered && (
        <>
          <h3>{t('cell.persons')}</h3>
          <Persons persons={persons} fallback={persons?.every((p) => p.level !== 'cell')} />
        </>
      )}
    </section>
  );
}

interface FigureProps {
  label: string;
  hint?: string | null | undefined;
  note?: string | undefined;
  children: ComponentChildren;
}

function Figure({ label, hint, note, children }: FigureProps) {
  return (
    <div title={hint ?? undefined}>
      <dt>
        {label}
        {note && <span class="tag">{note}</span>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
