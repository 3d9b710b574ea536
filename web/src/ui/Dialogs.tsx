import { useState } from 'preact/hooks';
import type { Problem } from '../api/types.ts';
import type { Key } from '../i18n/index.ts';
import { publish, reloadDraft } from '../state/edit.ts';
import { signIn } from '../state/session.ts';
import { useScope } from './context.ts';
import { Buttons, Dialog } from './Dialog.tsx';
import { ProblemText } from './Failure.tsx';
import { Operations } from './History.tsx';
import { Roster } from './Roster.tsx';

export function Dialogs() {
  const { s } = useScope();
  switch (s.dialog) {
    case 'sign-in':
      return <SignIn />;
    case 'publish':
      return <Publish />;
    case 'stale':
      return <Stale />;
    case 'roster':
      return <Roster />;
    case 'help':
      return <Help />;
    default:
      return null;
  }
}

function SignIn() {
  const { app, t } = useScope();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [empty, setEmpty] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setEmpty(!token.trim());
    setProblem(null);
    if (!token.trim()) return;
    setBusy(true);
    setProblem(await signIn(app, token.trim()));
    setBusy(false);
  };
  return (
    <Dialog title="session.title">
      <form onSubmit={(e) => void submit(e)}>
        <p class="muted">{t('session.why')}</p>
        <label class="field">
          <span>{t('session.token')}</span>
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={token}
            onInput={(e) => setToken(e.currentTarget.value)}
          />
        </label>
        <div role="alert">
          {empty && <p class="problem">{t('session.empty')}</p>}
          {problem && <ProblemText problem={problem} />}
        </div>
        <Buttons go="session.signIn" busy={busy} />
      </form>
    </Dialog>
  );
}

function Publish() {
  const { app, s, t } = useScope();
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(await publish(app, note.trim()));
    setBusy(false);
  };
  const standing =
    s.editing?.history.filter((o) => o.kind !== 'undo' && o.kind !== 'redo' && !o.undone) ?? [];
  return (
    <Dialog title="publish.title">
      <form onSubmit={(e) => void submit(e)}>
        <p>{t('publish.text', { version: s.shown?.version ?? '' })}</p>
        <p class="muted">{t('publish.changes', { count: standing.length })}</p>
        <label class="field">
          <span>{t('publish.note')}</span>
          <textarea
            rows={3}
            placeholder={t('publish.notePlaceholder')}
            value={note}
            onInput={(e) => setNote(e.currentTarget.value)}
          />
        </label>
        <div role="alert">{problem && <ProblemText problem={problem} />}</div>
        <Buttons go="publish.go" busy={busy} />
      </form>
    </Dialog>
  );
}

function Stale() {
  const { app, s, t } = useScope();
  const changes = s.editing?.stale?.changes ?? [];
  const submit = (event: Event) => {
    event.preventDefault();
    void reloadDraft(app);
  };
  return (
    <Dialog title="stale.title">
      <form onSubmit={submit}>
        <p>{t('stale.text')}</p>
        {changes.length ? <Operations operations={changes} /> : <p class="muted">{t('stale.unknown')}</p>}
        <Buttons go="stale.reload" busy={false} />
      </form>
    </Dialog>
  );
}

const KEYS: [keys: string, words: Key][] = [
  ['← ↑ → ↓', 'help.move'],
  ['+ −', 'help.zoom'],
  ['Enter', 'help.enter'],
  ['T', 'help.target'],
  ['P', 'help.paint'],
  ['M', 'help.pan'],
  ['Space', 'help.space'],
  ['Ctrl+Z / Ctrl+Shift+Z', 'help.undo'],
  ['Esc', 'help.escape'],
  ['F / Shift+F', 'help.next'],
  ['?', 'help.help'],
];

function Help() {
  const { t } = useScope();
  return (
    <Dialog title="help.title">
      <dl class="keys">
        {KEYS.map(([keys, words]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
