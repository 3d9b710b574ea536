import { select } from '../state/ask.ts';
import { step } from '../state/check.ts';
import { redo, setTool, undo } from '../state/edit.ts';
import type { App, Tool } from '../state/model.ts';
import { patchEditing } from '../state/run.ts';

const TOOL_KEYS: Record<string, Tool> = { t: 'target', p: 'paint', m: 'pan' };

/** Keys that hold everywhere on the page, but not while somebody types or a dialog is open. */
export function shortcuts(app: App, event: KeyboardEvent): void {
  const { mode, editing, dialog } = app.store.state;
  const typing = (event.target as Element | null)?.closest('input, textarea, select, [contenteditable]');
  if (dialog || typing || event.altKey) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    const again = key === 'y' || (key === 'z' && event.shiftKey);
    if (mode !== 'plan' || (key !== 'z' && !again)) return;
    event.preventDefault();
    void (again ? redo(app) : undo(app));
    return;
  }
  const tool = TOOL_KEYS[key];
  if (key === '?') app.store.set({ dialog: 'help' });
  else if (key === 'escape') leave(app);
  else if (mode === 'check' && key === 'f') step(app, event.shiftKey ? -1 : 1);
  else if (mode === 'plan' && tool && (tool !== 'paint' || editing?.target)) setTool(app, tool);
}

function leave(app: App): void {
  const { mode, editing } = app.store.state;
  if (mode === 'view') select(app, null);
  else if (editing && !editing.stroke.size) patchEditing(app, { refusal: null });
}
