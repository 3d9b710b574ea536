import { classOf } from '../logic/classes.ts';
import { percent } from '../logic/format.ts';
import { useScope } from './context.ts';

/** A deviation in the colour the map gives it. */
export function Deviation({ value }: { value: number }) {
  const { s } = useScope();
  return (
    <span class="deviation">
      <span class="swatch" style={{ background: classOf(value).colour }} />
      {percent(value, s.lang)}
    </span>
  );
}
