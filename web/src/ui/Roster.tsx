import { useState } from 'preact/hooks';
import type { Problem, RosterRead } from '../api/types.ts';
import { loadRoster } from '../state/roster.ts';
import { useScope } from './context.ts';
import { Dialog } from './Dialog.tsx';
import { ProblemText } from './Failure.tsx';

/** Who answers for what: a table of the office, with a verdict for each of its rows. */
export function Roster() {
  const { app, t } = useScope();
  const [file, setFile] = useState<File | null>(null);
  const [read, setRead] = useState<RosterRead | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (chosen: File, partial: boolean) => {
    setFile(chosen);
    setBusy(true);
    const answer = await loadRoster(app, chosen, partial);
    setRead('rows' in answer ? answer : null);
    setProblem('rows' in answer ? null : answer);
    setBusy(false);
  };
  const held = read !== null && read.loaded === 0 && read.rows.length > read.errors;
  return (
    <Dialog title="roster.title">
      <div class="stack">
        <p class="muted">{t('roster.intro')}</p>
        <label class="button primary start">
          {t('roster.pick')}
          <input
            class="hidden"
            type="file"
            accept=".csv,.xlsx"
            disabled={busy}
            onChange={(e) => {
              const chosen = e.currentTarget.files?.[0];
              if (chosen) void send(chosen, false);
              // The same file may be chosen again after it was corrected.
              e.currentTarget.value = '';
            }}
          />
        </label>
        <div aria-live="polite">
          {busy && <p class="running">{t('roster.sending', { file: file?.name ?? '' })}</p>}
          {problem && <ProblemText problem={problem} />}
          {read && !busy && <Verdict read={read} />}
        </div>
        {held && file && !busy && (
          <button type="button" onClick={() => void send(file, true)}>
            {t('roster.partial', { count: read.rows.length - read.errors })}
          </button>
        )}
      </div>
    </Dialog>
  );
}

/** Rows listed at once; an office corrects the first ones and sends the file again. */
const SHOWN = 100;

function Verdict({ read }: { read: RosterRead }) {
  const { s, t } = useScope();
  const remarked = read.rows.filter((row) => row.reasons.length > 0);
  return (
    <section class="stack" aria-label={t('roster.verdict')}>
      <p class={`verdict ${read.loaded ? 'good' : 'bad'}`}>
        {read.loaded
          ? t('roster.loaded', { count: read.loaded })
          : t('roster.nothing', { errors: read.errors })}
      </p>
      {remarked.length > 0 && (
        <table class="rows">
          <tbody>
            {remarked.slice(0, SHOWN).map((row) => (
              <tr key={row.row}>
                <th scope="row">{t('roster.row', { row: row.row })}</th>
                <td>
                  <span class={`severity ${row.verdict === 'error' ? 'E' : 'W'}`}>
                    {t(row.verdict === 'error' ? 'severity.E' : 'severity.W')}
                  </span>
                </td>
                <td>{row.reasons.map((reason) => reason[s.lang]).join(s.lang === 'zh' ? ';' : '; ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {remarked.length > SHOWN && (
        <p class="muted small">{t('roster.more', { count: remarked.length - SHOWN })}</p>
      )}
    </section>
  );
}
