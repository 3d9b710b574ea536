import type { Done, Edit, Problem } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { difference } from '../logic/sums.ts';
import { reloadPlan, show, withCells } from './load.ts';
import { type App, type Editing, NEW_CELL, type Tool } from './model.ts';
import { patchEditing, problemOf, tell, tellProblem, whileLoading } from './run.ts';

/** Shows the draft and reads its units. */
export async function beginEditing(app: App): Promise<void> {
  const { plan, editing } = app.store.state;
  if (!plan || plan.draft === null) return;
  const draft = plan.draft;
  const { network } = app.store.state;
  await whileLoading(app, async () => {
    try {
      await show(app, draft);
      const [units, history] = await Promise.all([app.api.units(draft), app.api.history(network)]);
      const { mode, shown } = app.store.state;
      if (mode !== 'plan' || shown?.version !== draft) return;
      const target = editing?.target && shown.byId.has(editing.target) ? editing.target : null;
      app.store.set({
        editing: {
          units,
          index: new Map(units.units.ids.map((id, i) => [id, i])),
          tool: target ? 'paint' : 'target',
          target,
          hover: null,
          stroke: new Set(),
          sending: false,
          last: [],
          refusal: null,
          stale: null,
          history: history.operations,
          canUndo: history.can_undo,
          canRedo: history.can_redo,
        },
      });
    } catch (error) {
      tellProblem(app, problemOf(error));
    }
  });
}

export function setTool(app: App, tool: Tool): void {
  patchEditing(app, { tool, stroke: new Set(), hover: null });
}

export function setTarget(app: App, cell: string | null): void {
  patchEditing(app, { target: cell, tool: cell ? 'paint' : 'target', refusal: null });
}

/** Adds units to the stroke; those of the target itself are left out. */
export function extendStroke(app: App, units: Iterable<number>): void {
  const { editing } = app.store.state;
  if (!editing?.target || editing.sending) return;
  const target = editing.units.cells.indexOf(editing.target);
  const fresh = [...units].filter((u) => !editing.stroke.has(u) && editing.units.units.cells[u] !== target);
  if (fresh.length) patchEditing(app, { stroke: new Set([...editing.stroke, ...fresh]), refusal: null });
}

export function dropStroke(app: App): void {
  const { editing } = app.store.state;
  if (editing?.stroke.size && !editing.sending) patchEditing(app, { stroke: new Set() });
}

/** Sends the stroke as one edit. */
export async function commitStroke(app: App): Promise<void> {
  const { editing } = app.store.state;
  if (!editing?.target || !editing.stroke.size || editing.sending) return;
  const units = unitsOf(editing);
  await edit(
    app,
    editing.target === NEW_CELL ? { kind: 'split', units } : { kind: 'assign', units, cell: editing.target },
  );
}

function unitsOf({ stroke, units }: Editing): string[] {
  return [...stroke].flatMap((u) => units.units.ids[u] ?? []);
}

export const undo = (app: App): Promise<void> => edit(app, { kind: 'undo' });
export const redo = (app: App): Promise<void> => edit(app, { kind: 'redo' });

/** All of a cell goes to the target, which ends the cell. */
export const merge = (app: App, cell: string, into: string): Promise<void> =>
  edit(app, { kind: 'merge', cell, into });

/** Loads around the target come back within their band; what was just given to it stays. */
export async function mend(app: App): Promise<void> {
  const { editing } = app.store.state;
  if (!editing?.target) return;
  const [newest] = editing.history;
  const given = newest?.kind === 'assign' && newest.cell === editing.target && !newest.undone;
  await edit(app, { kind: 'mend', cell: editing.target, keep: given ? (newest.units ?? []) : [] });
}

/** The edits in the order they were asked for: a key pressed while one is on its way waits for its answer. */
let before: Promise<boolean> = Promise.resolve(true);

/** Sends one edit after those before it; once one was refused, those waiting behind it are dropped. */
function edit(app: App, operation: Edit): Promise<void> {
  const waiting = app.store.state.editing?.sending ? before : Promise.resolve(true);
  const mine = waiting.then((done) => done && send(app, operation));
  before = mine;
  return mine.then(() => undefined);
}

async function send(app: App, operation: Edit): Promise<boolean> {
  const { editing, shown, network } = app.store.state;
  if (!editing || !shown) return false;
  patchEditing(app, { sending: true, refusal: null });
  try {
    const done = await whileLoading(app, () => app.api.operate(network, shown.cells.etag, operation));
    // What is painted next goes to the cell that has just begun.
    if (done.kind === 'split') patchEditing(app, { target: done.cell });
    if (apply(app, done)) await beginEditing(app);
    const history = await app.api.history(network);
    patchEditing(app, { history: history.operations });
    return true;
  } catch (error) {
    refuse(app, problemOf(error));
    return false;
  }
}

/** Takes the answer over. True when cells came or went, so that the draft is to be read again. */
function apply(app: App, done: Done): boolean {
  const { editing, shown } = app.store.state;
  if (!editing || !shown) return false;
  if (done.changed.retired.length || done.changed.cells.some((c) => !shown.byId.has(c.id))) return true;
  const cells = [...editing.units.units.cells];
  for (const { unit, to } of done.changed.units) {
    const [i, cell] = [editing.index.get(unit), editing.units.cells.indexOf(to)];
    if (i !== undefined) cells[i] = cell;
  }
  app.store.set({
    shown: withCells(shown, done),
    editing: {
      ...editing,
      units: { ...editing.units, units: { ...editing.units.units, cells } },
      stroke: new Set(),
      sending: false,
      last: difference(shown.byId, done.changed.cells),
      refusal: null,
      canUndo: done.can_undo,
      canRedo: done.can_redo,
    },
  });
  return false;
}

function refuse(app: App, problem: Problem): void {
  const cleared = { stroke: new Set<number>(), sending: false };
  if (problem.status === 409) {
    patchEditing(app, { ...cleared, stale: problem });
    app.store.set({ dialog: 'stale' });
  } else if (problem.status === 422) {
    // Where the server names no units, those that were tried are the ones to look at.
    const { editing } = app.store.state;
    const tried = editing ? unitsOf(editing) : [];
    const units = problem.units?.length ? problem.units : tried;
    patchEditing(app, { ...cleared, refusal: { ...problem, units } });
  } else {
    patchEditing(app, cleared);
    tellProblem(app, problem);
  }
}

/** Takes up what others have changed. */
export async function reloadDraft(app: App): Promise<void> {
  app.store.set({ dialog: null });
  await whileLoading(app, async () => {
    await reloadPlan(app).catch(problemOf);
    await beginEditing(app);
  });
}

/** Publishes the draft; returns the problem when it was refused. */
export async function publish(app: App, note: string): Promise<Problem | null> {
  const { shown, network, lang } = app.store.state;
  if (!shown) return null;
  try {
    const published = await whileLoading(app, () => app.api.publish(network, shown.cells.etag, note));
    app.store.set({ dialog: null });
    await reloadDraft(app);
    tell(app, 'good', t(lang, 'publish.done', { version: published.version }));
    return null;
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status !== 409) return problem;
    refuse(app, problem);
    return null;
  }
}
