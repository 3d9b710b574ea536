import type { Done, Person, Plan } from '../api/types.ts';
import type { App, Shown } from './model.ts';
import { problemOf, tellProblem, whileLoading } from './run.ts';

/** Reads the project and shows the newest version the caller may see. */
export async function start(app: App): Promise<void> {
  app.store.set({ failure: null });
  await whileLoading(app, async () => {
    try {
      const project = await app.api.project();
      const network = project.networks[0]?.id ?? 'grid';
      const [plan, boundary] = await Promise.all([planOrPublic(app, network), app.api.boundary()]);
      app.store.set({ project, network, plan, boundary });
      const version = plan.published ?? plan.draft;
      if (version !== null) await show(app, version);
    } catch (error) {
      app.store.set({ failure: problemOf(error) });
    }
  });
}

/** The plan; a kept token that no longer holds is forgotten. */
async function planOrPublic(app: App, network: string): Promise<Plan> {
  try {
    return await app.api.plan(network);
  } catch (error) {
    if (problemOf(error).status !== 401 || !app.store.state.token) throw error;
    app.store.set({ token: null });
    return app.api.plan(network);
  }
}

/** Puts a version on the map. */
export async function show(app: App, version: number): Promise<void> {
  await whileLoading(app, async () => {
    try {
      const { network, plan } = app.store.state;
      const [cells, tiles] = await Promise.all([app.api.cells(version), app.api.tiles(network, version)]);
      const byId = new Map(cells.cells.map((c) => [c.id, c]));
      const draft = plan?.draft === version;
      const { selected } = app.store.state;
      app.store.set({
        shown: { version, draft, cells, byId, tiles, persons: new Map() },
        selected: selected && byId.has(selected) ? selected : null,
      });
    } catch (error) {
      tellProblem(app, problemOf(error));
    }
  });
}

/** Reads the plan again, after signing in or out or publishing. */
export async function reloadPlan(app: App): Promise<Plan> {
  const plan = await app.api.plan(app.store.state.network);
  app.store.set({ plan });
  return plan;
}

/** Figures of some cells have changed. */
export function withCells(shown: Shown, { etag, mean, changed }: Done): Shown {
  const byId = new Map(shown.byId);
  for (const cell of changed.cells) byId.set(cell.id, cell);
  const cells = { ...shown.cells, etag, mean, cells: shown.cells.cells.map((c) => byId.get(c.id) ?? c) };
  return { ...shown, cells, byId };
}

/** At most so many cells are asked about at once, to keep addresses short. */
const CHUNK = 100;

/** Asks who is responsible for `cells`, those already known or asked for left out. */
export async function loadPersons(app: App, cells: readonly string[]): Promise<void> {
  const { shown, token } = app.store.state;
  const missing = shown ? cells.filter((c) => !shown.persons.has(c)) : [];
  if (!shown || !missing.length) return;
  const note = (entries: Iterable<[string, Person[] | null]>) => {
    const now = app.store.state;
    // Another version, or other rights, by now.
    if (now.shown?.version !== shown.version || now.token !== token) return;
    app.store.set({ shown: { ...now.shown, persons: new Map([...now.shown.persons, ...entries]) } });
  };
  note(missing.map((c) => [c, null]));
  try {
    for (let i = 0; i < missing.length; i += CHUNK) {
      const asked = missing.slice(i, i + CHUNK);
      const answer = await app.api.responsible(shown.version, asked);
      const named = new Map(answer.cells.map(({ cell, persons }) => [cell, persons]));
      note(asked.map((c) => [c, named.get(c) ?? []]));
    }
  } catch (error) {
    note(missing.map((c) => [c, []]));
    tellProblem(app, problemOf(error));
  }
}
