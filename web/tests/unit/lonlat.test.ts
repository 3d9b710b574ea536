import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box, LonLat } from '../../src/api/types.ts';
import { lonLatText, parseLonLat, within } from '../../src/logic/lonlat.ts';

const HELSINKI: Box = [24.93, 60.16, 24.96, 60.18];

test('pairs are read as people write them', () => {
  const cases: [string, LonLat | null][] = [
    ['24.94, 60.17', [24.94, 60.17]],
    ['24.94,60.17', [24.94, 60.17]],
    [' 24.94  60.17 ', [24.94, 60.17]],
    ['-122.4;37.8', [-122.4, 37.8]],
    ['60.17N 24.94E', [24.94, 60.17]],
    ['N60.17°, E24.94°', [24.94, 60.17]],
    ['33.9S, 18.4E', [18.4, -33.9]],
    ['24.94E', null],
    ['24.94E 60.17E', null],
    ['181, 10', null],
    ['10, 91', null],
    ['013', null],
    ['第13网格', null],
    ['', null],
  ];
  for (const [text, wanted] of cases) assert.deepEqual(parseLonLat(text), wanted, text);
});

test('the other order is taken when only it lies in the area', () => {
  assert.deepEqual(parseLonLat('60.17, 24.94', HELSINKI), [24.94, 60.17]);
  assert.deepEqual(parseLonLat('24.94, 60.17', HELSINKI), [24.94, 60.17]);
  // Neither is: as written.
  assert.deepEqual(parseLonLat('10, 20', HELSINKI), [10, 20]);
  // Letters say which is which, wherever the area is.
  assert.deepEqual(parseLonLat('60.17E, 24.94N', HELSINKI), [60.17, 24.94]);
});

test('a point on the edge is within', () => {
  assert.ok(within([24.93, 60.18], HELSINKI));
  assert.ok(!within([24.9299, 60.17], HELSINKI));
});

test('what is written can be read again', () => {
  assert.deepEqual(parseLonLat(lonLatText([24.9439252, 60.1717931])), [24.943925, 60.171793]);
});
