import type { Problem } from '../api/types.ts';
import { LANG_KEY, type Lang } from '../i18n/index.ts';
import { ask } from './ask.ts';
import { beginEditing } from './edit.ts';
import { loadPersons, reloadPlan, show } from './load.ts';
import type { App, Mode } from './model.ts';
import { problemOf, whileLoading } from './run.ts';

export const TOKEN_KEY = 'wangge.token';

/** Keeps the token for this tab only, once the server has taken it. Returns the problem when it has not. */
export async function signIn(app: App, token: string): Promise<Problem | null> {
  const before = app.store.state.token;
  app.store.set({ token });
  try {
    const plan = await whileLoading(app, () => reloadPlan(app));
    if (plan.draft === null) throw refused(app, before);
    sessionStorage.setItem(TOKEN_KEY, token);
    app.store.set({ dialog: null });
    const { shown, mode } = app.store.state;
    if (shown) forgetPersons(app);
    else await show(app, plan.published ?? plan.draft);
    if (mode === 'plan') await beginEditing(app);
    return null;
  } catch (error) {
    app.store.set({ token: before });
    return error instanceof Refused ? error.problem : problemOf(error);
  }
}

/** Persons are others now, or no longer masked: those in sight are asked for again. */
export function forgetPersons(app: App): void {
  const { shown } = app.store.state;
  if (shown) app.store.set({ shown: { ...shown, persons: new Map() } });
  const { asked, selected } = app.store.state;
  if (asked) void ask(app, asked.at, selected);
  else if (selected) void loadPersons(app, [selected]);
}

class Refused extends Error {
  problem: Problem = { title: 'not a planner', status: 403, code: 'no-draft' };
}

function refused(app: App, before: string | null): Refused {
  app.store.set({ token: before });
  return new Refused();
}

export async function signOut(app: App): Promise<void> {
  sessionStorage.removeItem(TOKEN_KEY);
  app.store.set({ token: null, editing: null, mode: 'view', shown: null, selected: null, asked: null });
  await whileLoading(app, async () => {
    try {
      const plan = await reloadPlan(app);
      if (plan.published !== null) await show(app, plan.published);
    } catch (error) {
      app.store.set({ failure: problemOf(error) });
    }
  });
}

export function setLang(app: App, lang: Lang): void {
  localStorage.setItem(LANG_KEY, lang);
  app.store.set({ lang });
}

export async function setMode(app: App, mode: Mode): Promise<void> {
  app.store.set({ mode, folded: false });
  if (mode !== 'plan') {
    app.store.set({ editing: null });
  } else if (app.store.state.token) {
    await beginEditing(app);
  } else {
    app.store.set({ dialog: 'sign-in' });
  }
}
