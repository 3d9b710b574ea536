import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { roleName, sentence, t } from '../../src/i18n/index.ts';
import { STRINGS } from '../../src/i18n/strings.ts';

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
const sources = (folder: string): string =>
  readdirSync(folder, { withFileTypes: true })
    .filter((e) => e.name !== 'strings.ts')
    .map((e) => {
      const path = join(folder, e.name);
      return e.isDirectory() ? sources(path) : readFileSync(path, 'utf8');
    })
    .join('\n');

test('every string is there in both languages, with the same holes', () => {
  for (const [key, [zh, en]] of Object.entries(STRINGS)) {
    assert.ok(zh.trim() && en.trim(), key);
    assert.deepEqual(holes(zh), holes(en), key);
  }
});

test('the English half holds no Chinese, but for the name of the language', () => {
  for (const [key, [, en]] of Object.entries(STRINGS)) {
    if (key.startsWith('app.language')) continue;
    assert.doesNotMatch(en, /\p{Script=Han}/u, key);
  }
});

test('every string is used', () => {
  const code = sources('src');
  // Keys made up in the code: their first part stands in a template.
  const families = [
    'mode.',
    'toggle.',
    'severity.',
    'problem.',
    'person.slot.',
    'person.level.',
    'plan.tool.',
  ];
  const made = [...families, 'plan.hint.', 'check.boundary.', 'check.against.', 'check.sort.', 'plan.op.'];
  const unused = Object.keys(STRINGS).filter(
    (key) => !made.some((f) => key.startsWith(f)) && !code.includes(`'${key}'`) && !code.includes(`"${key}"`),
  );
  assert.deepEqual(unused, []);
});

test('holes are filled, and an unknown one stays to be seen', () => {
  assert.equal(t('en', 'ask.unit', { unit: 'U0001' }), 'Basic unit U0001');
  assert.equal(t('zh', 'ask.unit'), '基本单元 {unit}');
});

test('a problem is told by its code, else in the words of the server, else by its code alone', () => {
  const problem = { title: '', status: 422, detail: 'The row is empty.', detail_zh: '该行为空。' };
  assert.equal(sentence({ ...problem, code: 'empties-cell' }, 'zh'), '这样会让网格没有任何单元。');
  assert.equal(sentence({ ...problem, code: 'empty-row' }, 'zh'), '该行为空。');
  assert.equal(sentence({ ...problem, code: 'empty-row' }, 'en'), 'The row is empty.');
  assert.equal(sentence({ title: '', status: 500, code: 'internal' }, 'en'), 'That did not work (internal).');
});

test('a role without an English name keeps its own', () => {
  assert.equal(roleName({ role_name: '网格长', role_name_en: 'grid leader' }, 'zh'), '网格长');
  assert.equal(roleName({ role_name: '网格长', role_name_en: 'grid leader' }, 'en'), 'grid leader');
  assert.equal(roleName({ role_name: '联络员', role_name_en: '' }, 'en'), '联络员');
});
