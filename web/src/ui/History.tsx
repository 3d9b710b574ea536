import type { Operation } from '../api/types.ts';
import type { Key } from '../i18n/index.ts';
import { date } from '../logic/format.ts';
import { useScope } from './context.ts';

/** Names of units written out; the others are counted. */
const NAMED = 3;

export function History({ operations }: { operations: readonly Operation[] }) {
  const { t } = useScope();
  return (
    <section aria-label={t('plan.history')}>
      <h3>{t('plan.history')}</h3>
      {operations.length ? (
        <Operations operations={operations.slice(0, 20)} />
      ) : (
        <p class="muted small">{t('plan.history.none')}</p>
      )}
    </section>
  );
}

/** What was done, newest first. */
export function Operations({ operations }: { operations: readonly Operation[] }) {
  const { s, t } = useScope();
  return (
    <ol class="operations">
      {operations.map((o) => (
        <li key={o.operation} class={o.undone ? 'undone' : undefined}>
          <Words operation={o} />
          {o.undone && <span class="tag">{t('plan.op.undone')}</span>}
          <span class="muted small">
            {o.author} · {date(o.time, s.lang, true)}
          </span>
        </li>
      ))}
    </ol>
  );
}

const WORDS: Record<string, Key> = {
  assign: 'plan.op.assign',
  mend: 'plan.op.mend',
  merge: 'plan.op.merge',
  split: 'plan.op.split',
  swap: 'plan.op.swap',
  undo: 'plan.op.undo',
  redo: 'plan.op.redo',
};

function Words({ operation: { kind, units = [], cell } }: { operation: Operation }) {
  const { t } = useScope();
  const word = WORDS[kind];
  const more = units.length > NAMED ? ` ${t('plan.more', { count: units.length })}` : '';
  const named = units.slice(0, NAMED).join(', ') + more;
  return <span>{word ? t(word, { units: named, cell: cell ?? '' }) : kind}</span>;
}
