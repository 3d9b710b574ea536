import type { Problem, RosterRead } from '../api/types.ts';
import type { App } from './model.ts';
import { problemOf, whileLoading } from './run.ts';
import { forgetPersons } from './session.ts';

/** Sends a roster; persons in sight are asked for again when anything was loaded. */
export async function loadRoster(app: App, file: File, partial: boolean): Promise<RosterRead | Problem> {
  try {
    const read = await whileLoading(app, () => app.api.roster(app.store.state.network, file, partial));
    if (read.loaded) forgetPersons(app);
    return read;
  } catch (error) {
    return problemOf(error);
  }
}
