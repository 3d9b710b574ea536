import assert from 'node:assert/strict';
import { test } from 'node:test';
import { area, criterionLabel, criterionUnit, date, half, load, percent } from '../../src/logic/format.ts';
import { zoomForWidth } from '../../src/logic/zoom.ts';

const visits = { name: 'visits_month', label: '月巡查量', scale: 1000, unit: '次/月' };

test('loads are divided by their scale', () => {
  assert.equal(load(23_082, visits, 'zh'), '23.1');
  assert.equal(load(1309, { ...visits, scale: 1 }, 'en'), '1,309');
});

test('deviations carry their sign, and nought carries none', () => {
  assert.equal(percent(-0.5299, 'zh'), '−53.0%');
  assert.equal(percent(6.116, 'en'), '+611.6%');
  assert.equal(percent(-0.0001, 'en'), '±0.0%');
});

test('areas change their unit', () => {
  assert.equal(area(17_528.68, 'zh'), '17,529 m²');
  assert.equal(area(0.0234, 'zh'), '0.02 m²');
  assert.equal(area(1_670_000, 'en'), '1.67 km²');
});

test('notes in two languages are shown in the reader’s', () => {
  const note = '试点范围,不是行政区域界线 · a pilot area, not an administrative boundary';
  assert.equal(half(note, 'zh'), '试点范围,不是行政区域界线');
  assert.equal(half(note, 'en'), 'a pilot area, not an administrative boundary');
  assert.equal(half('甲 · 乙', 'en'), '甲 · 乙');
  assert.equal(half('one note', 'zh'), 'one note');
});

test('English readers get the plain name of a criterion that has none in English', () => {
  assert.equal(criterionLabel(visits, 'zh'), '月巡查量');
  assert.equal(criterionLabel(visits, 'en'), 'visits month');
  assert.equal(criterionLabel({ ...visits, label_en: 'visits a month' }, 'en'), 'visits a month');
  assert.equal(criterionUnit(visits, 'en'), '');
  assert.equal(criterionUnit(visits, 'zh'), '次/月');
});

test('a date that is none is shown as it came', () => {
  assert.equal(date('yesterday', 'en'), 'yesterday');
  assert.equal(date(null, 'en'), '');
});

test('a smaller cell needs a larger zoom', () => {
  const zoom = (m2: number) => zoomForWidth(100, m2, 60);
  assert.ok(zoom(10_000) > zoom(1_000_000));
  // A side ten times as long is log2(10) zooms.
  assert.ok(Math.abs(zoom(10_000) - zoom(1_000_000) - Math.log2(10)) < 1e-9);
});
