import type { Version } from '../api/types.ts';
import { date } from '../logic/format.ts';
import { show } from '../state/load.ts';
import type { Mode } from '../state/model.ts';
import { setLang, setMode, signOut } from '../state/session.ts';
import { useScope } from './context.ts';

const MODES: Mode[] = ['view', 'plan', 'check'];

export function Bar() {
  const { app, s, t } = useScope();
  return (
    <header class="bar">
      <div class="brand">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        <h1>
          {t('app.name')}
          {s.project && <span class="project">{s.project.name}</span>}
        </h1>
      </div>
      <nav class="modes" aria-label={t('mode.label')}>
        {MODES.map((mode) => (
          <button
            key={mode}
            type="button"
            aria-current={s.mode === mode ? 'page' : undefined}
            onClick={() => void setMode(app, mode)}
          >
            {t(`mode.${mode}`)}
          </button>
        ))}
      </nav>
      <VersionChoice />
      <div class="session">
        <button type="button" class="quiet" onClick={() => app.store.set({ dialog: 'help' })}>
          {t('help.open')}
        </button>
        <button
          type="button"
          class="quiet"
          lang={s.lang === 'zh' ? 'en' : 'zh-CN'}
          aria-label={t('app.languageLabel')}
          onClick={() => setLang(app, s.lang === 'zh' ? 'en' : 'zh')}
        >
          {t('app.language')}
        </button>
        {s.token ? (
          <button type="button" class="quiet" onClick={() => void signOut(app)}>
            {t('session.signOut')}
          </button>
        ) : (
          <button type="button" class="quiet strong" onClick={() => app.store.set({ dialog: 'sign-in' })}>
            {t('session.signIn')}
          </button>
        )}
      </div>
    </header>
  );
}

/** Which version is on the map. Planning is always on the draft. */
function VersionChoice() {
  const { app, s, t } = useScope();
  if (!s.plan || !s.shown) return <div class="version" />;
  const label = (v: Version) =>
    v.state === 'draft'
      ? t('version.draft', { version: v.version })
      : t('version.published', { version: v.version, date: date(v.published_at, s.lang) });
  const versions = [...s.plan.versions].sort((a, b) => b.version - a.version);
  return (
    <div class="version">
      <select
        aria-label={t('version.label')}
        value={s.shown.version}
        disabled={s.mode === 'plan' || versions.length < 2}
        onChange={(e) => void show(app, Number(e.currentTarget.value))}
      >
        {versions.map((v) => (
          <option key={v.version} value={v.version}>
            {label(v)}
          </option>
        ))}
      </select>
    </div>
  );
}
