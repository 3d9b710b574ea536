import { useState } from 'preact/hooks';
import type { Cell } from '../api/types.ts';
import { select } from '../state/ask.ts';
import { useScope } from './context.ts';
import { Deviation } from './Deviation.tsx';

/** Rows beyond it only slow the page down; the search narrows them. */
const ROWS = 200;

/** Cells whose number or name holds `text`. */
export function matching(cells: readonly Cell[], text: string): Cell[] {
  const wanted = text.trim().toLowerCase();
  return cells.filter((c) => c.id.toLowerCase().includes(wanted) || c.name.toLowerCase().includes(wanted));
}

/** All cells, also for those who do not use the map. */
export function CellList() {
  const { app, s, t } = useScope();
  const [byDeviation, setByDeviation] = useState(false);
  const all = matching(s.shown?.cells.cells ?? [], s.search);
  const off = (cell: Cell) => Math.abs(cell.deviation ?? 0);
  if (byDeviation) all.sort((a, b) => off(b) - off(a));
  if (!all.length) return <p class="muted">{t('search.none', { text: s.search })}</p>;
  return (
    <section aria-label={t('list.title')}>
      <div class="section-head">
        <h2>{t('list.title')}</h2>
        <button type="button" class="quiet" onClick={() => setByDeviation(!byDeviation)}>
          {t(byDeviation ? 'list.sortId' : 'list.sortDeviation')}
        </button>
      </div>
      <ul class="cells">
        {all.slice(0, ROWS).map((cell) => (
          <li key={cell.id}>
            <button type="button" class="cell-row" onClick={() => select(app, cell.id)}>
              <span class="code">{cell.id}</span>
              <span class="name">{cell.name}</span>
              <Deviation value={cell.deviation} />
            </button>
          </li>
        ))}
      </ul>
      {all.length > ROWS && <p class="muted small">{t('list.more', { count: all.length - ROWS })}</p>}
    </section>
  );
}
