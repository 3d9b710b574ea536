import { useEffect } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { App, State } from '../state/model.ts';
import { Bar } from './Bar.tsx';
import { CheckPanel } from './CheckPanel.tsx';
import { ScopeContext, useScope } from './context.ts';
import { Dialogs } from './Dialogs.tsx';
import { Failure } from './Failure.tsx';
import { MapPane } from './MapPane.tsx';
import { PlanPanel } from './PlanPanel.tsx';
import { ViewPanel } from './ViewPanel.tsx';

export function Root({ app, s }: { app: App; s: State }) {
  const { lang, project } = s;
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    document.title = project ? t(lang, 'app.title', { project: project.name }) : t(lang, 'app.name');
  }, [lang, project]);
  return (
    <ScopeContext.Provider value={{ app, s }}>
      <div class="app" data-folded={s.folded}>
        <a class="skip" href="#panel">
          {t(lang, 'app.skip')}
        </a>
        <Bar />
        <Panel />
        <MapPane />
        <Dialogs />
        <Notice />
        {s.loading > 0 && <div class="progress" role="progressbar" aria-label={t(lang, 'app.loading')} />}
      </div>
    </ScopeContext.Provider>
  );
}

function Panel() {
  const { app, s, t } = useScope();
  const content = { view: <ViewPanel />, plan: <PlanPanel />, check: <CheckPanel /> }[s.mode];
  return (
    <aside class="panel" id="panel" aria-label={t('panel.label')} tabIndex={-1}>
      <button
        type="button"
        class="fold"
        aria-expanded={!s.folded}
        aria-label={t(s.folded ? 'panel.unfold' : 'panel.fold')}
        onClick={() => app.store.set({ folded: !s.folded })}
      />
      <div class="panel-body">{s.failure ? <Failure problem={s.failure} /> : content}</div>
    </aside>
  );
}

/** What has just happened; read out, and gone by itself when it was good. */
function Notice() {
  const { app, s, t } = useScope();
  const { notice } = s;
  useEffect(() => {
    if (notice?.tone !== 'good') return;
    const timer = setTimeout(() => app.store.set({ notice: null }), 6000);
    return () => clearTimeout(timer);
  }, [app, notice]);
  return (
    <div class="notices" role="status" aria-live="polite">
      {notice && (
        <p class={`notice ${notice.tone}`}>
          <span>{notice.text}</span>
          <button type="button" class="quiet" onClick={() => app.store.set({ notice: null })}>
            {t('app.dismiss')}
          </button>
        </p>
      )}
    </div>
  );
}
