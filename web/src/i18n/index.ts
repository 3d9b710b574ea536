import type { Person, Problem } from '../api/types.ts';
import type { Lang } from '../logic/format.ts';
import { STRINGS } from './strings.ts';

export type { Lang } from '../logic/format.ts';
export type Key = keyof typeof STRINGS;
export type Vars = Record<string, string | number>;

export const LANG_KEY = 'wangge.lang';

export function t(lang: Lang, key: Key, vars: Vars = {}): string {
  const text: string = STRINGS[key][lang === 'zh' ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(vars[name] ?? hole));
}

/** A role in the reader's language. */
export function roleName(person: Pick<Person, 'role_name' | 'role_name_en'>, lang: Lang): string {
  return (lang === 'zh' ? person.role_name : person.role_name_en) || person.role_name;
}

/** What went wrong, in a sentence of this page, or in the server's words where the page has none for the code. */
export function sentence(problem: Problem, lang: Lang): string {
  const key = `problem.${problem.code}`;
  if (key in STRINGS) return t(lang, key as Key);
  return detail(problem, lang) ?? t(lang, 'problem.other', { code: problem.code });
}

/** The server's own words, which name the unit, the row, the limit. */
export function detail(problem: Problem, lang: Lang): string | null {
  return (lang === 'zh' ? problem.detail_zh : undefined) ?? problem.detail ?? null;
}
