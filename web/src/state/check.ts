import { drawable, type SortKey, sorted } from '../logic/findings.ts';
import type { App, Checking } from './model.ts';
import { problemOf } from './run.ts';

/** Files above it are not read for drawing; the server checks them all the same. */
const DRAW_BYTES = 20_000_000;

function patch(app: App, change: Partial<Checking>): void {
  app.store.set({ checking: { ...app.store.state.checking, ...change } });
}

/** Takes a file and sends it at once. */
export async function checkFile(app: App, cells: File): Promise<void> {
  patch(app, { cells, drawn: null });
  await runCheck(app);
}

export async function setBoundary(app: App, boundary: File | 'project' | null): Promise<void> {
  patch(app, { boundary });
  if (app.store.state.checking.cells) await runCheck(app);
}

export async function runCheck(app: App): Promise<void> {
  const { cells, boundary } = app.store.state.checking;
  if (!cells) return;
  patch(app, { state: 'running', progress: null, result: null, problem: null, current: null });
  const current = () => {
    const now = app.store.state.checking;
    return now.cells === cells && now.boundary === boundary;
  };
  const drawn = cells.size <= DRAW_BYTES ? drawable(await cells.text()) : null;
  if (current()) patch(app, { drawn });
  try {
    const result = await app.api.check({ cells, boundary }, (progress) => {
      if (current()) patch(app, { progress });
    });
    if (current()) patch(app, { state: 'done', result });
  } catch (error) {
    const problem = problemOf(error);
    if (current()) patch(app, { state: 'done', problem });
  }
}

/** The same column again turns the order round. */
export function sortBy(app: App, key: SortKey): void {
  const { order } = app.store.state.checking;
  const descending = order.key === key ? !order.descending : key !== 'rule';
  patch(app, { order: { key, descending }, current: null });
}

export function goTo(app: App, place: number | null): void {
  patch(app, { current: place });
}

/** The next finding of the list, or the one before; round at the ends. */
export function step(app: App, by: 1 | -1): void {
  const { result, current } = app.store.state.checking;
  const n = result?.findings.features.length ?? 0;
  if (n) patch(app, { current: current === null ? (by === 1 ? 0 : n - 1) : (current + by + n) % n });
}

export function list(checking: Checking) {
  return checking.result ? sorted(checking.result.findings.features, checking.order) : [];
}
