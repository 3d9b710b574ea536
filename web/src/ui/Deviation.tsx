import { classOf } from '../logic/classes.ts';
import { percent } from '../logic/format.ts';
import { useScope } from './context.ts';

/** A deviation in the colour the map gives it; a dedicated cell has none. */
export function Deviation({ value }: { value: number | null }) {
  const { s, t } = useScope();
  if (value === null) return <span class="tag">{t('cell.dedicated')}</span>;
  return (
    <span class="deviation">
      <span class="swatch" style={{ background: classOf(value).colour }} />
      {percent(value, s.lang)}
    </span>
  );
}
