import { ApiError } from '../api/client.ts';
import type { Problem } from '../api/types.ts';
import { sentence } from '../i18n/index.ts';
import type { App, Editing } from './model.ts';

/** The problem of a thrown error. What is not the server's is a fault of this page, and goes on as such. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  throw error;
}

/** Runs `work` with the bar of progress shown. */
export async function whileLoading<T>(app: App, work: () => Promise<T>): Promise<T> {
  app.store.set({ loading: app.store.state.loading + 1 });
  try {
    return await work();
  } finally {
    app.store.set({ loading: app.store.state.loading - 1 });
  }
}

export function tell(app: App, tone: 'good' | 'bad', text: string): void {
  app.store.set({ notice: { tone, text } });
}

export function tellProblem(app: App, problem: Problem): void {
  tell(app, 'bad', sentence(problem, app.store.state.lang));
}

export function patchEditing(app: App, patch: Partial<Editing>): void {
  const { editing } = app.store.state;
  if (editing) app.store.set({ editing: { ...editing, ...patch } });
}
