import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Key, t, type Vars } from '../i18n/index.ts';
import type { App, State } from '../state/model.ts';

export interface Scope {
  app: App;
  s: State;
}

export const ScopeContext = createContext<Scope | null>(null);

/** The app, its state, and the words in the reader's language. */
export function useScope(): Scope & { t: (key: Key, vars?: Vars) => string } {
  const scope = useContext(ScopeContext);
  if (!scope) throw new Error('outside of the app');
  return { ...scope, t: (key, vars) => t(scope.s.lang, key, vars) };
}
