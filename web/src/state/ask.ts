import type { LonLat } from '../api/types.ts';
import { loadPersons } from './load.ts';
import type { App } from './model.ts';
import { problemOf } from './run.ts';

/** Chooses a cell, and fetches who is responsible for it. */
export function select(app: App, cell: string | null): void {
  app.store.set({ selected: cell, asked: null, folded: false });
  if (cell) void loadPersons(app, [cell]);
}

/**
 * Whose place is this? The answer is of the published version; when another one is on the map, `drawn` is the cell it
 * shows there.
 */
export async function ask(app: App, at: LonLat, drawn: string | null): Promise<void> {
  app.store.set({ asked: { at, answer: null }, selected: drawn, folded: false });
  if (drawn) void loadPersons(app, [drawn]);
  const answer = await app.api.lookup(at, app.store.state.network).catch(problemOf);
  const { asked, shown } = app.store.state;
  if (asked?.at !== at) return;
  const same = 'persons' in answer && answer.version === shown?.version ? answer.cell.id : null;
  app.store.set({ asked: { at, answer }, selected: same ?? drawn });
  if (same) void loadPersons(app, [same]);
}
