import type { Problem } from '../api/types.ts';
import { detail, sentence } from '../i18n/index.ts';
import { start } from '../state/load.ts';
import { useScope } from './context.ts';

/** Nothing can be shown at all. */
export function Failure({ problem }: { problem: Problem }) {
  const { app, t } = useScope();
  return (
    <section class="card" role="alert">
      <h2>{t('app.failed')}</h2>
      <ProblemText problem={problem} />
      <button type="button" class="primary" onClick={() => void start(app)}>
        {t('app.retry')}
      </button>
    </section>
  );
}

/** The sentence for a problem, and under it what the server adds. */
export function ProblemText({ problem }: { problem: Problem }) {
  const { s } = useScope();
  const [short, long] = [sentence(problem, s.lang), detail(problem, s.lang)];
  return (
    <>
      <p class="problem">{short}</p>
      {long && long !== short && <p class="muted">{long}</p>}
    </>
  );
}
