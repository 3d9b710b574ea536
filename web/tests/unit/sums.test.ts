import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell, Units } from '../../src/api/types.ts';
import { cellOf, deviationOf, difference, preview } from '../../src/logic/sums.ts';

const table: Units = {
  units: {
    ids: ['U1', 'U2', 'U3', 'U4'],
    cells: [0, 0, 1, 2],
    loads: { households: [100, 50, 200, 250], businesses: [1, 2, 3, 4] },
    parents: [null, null, null, null],
  },
  cells: ['A', 'B', 'C'],
};
const cell = (id: string, units: number, households: number, businesses: number): Cell => ({
  ...{ id, name: id, kind: 'base' as const, parent: null, units, loads: { households, businesses } },
  ...{ deviation: households / 200 - 1, polsby_popper: 0.5, area_m2: 1000, bbox: null, label: null },
});
const cells = new Map(
  [cell('A', 2, 150, 3), cell('B', 1, 200, 3), cell('C', 1, 250, 4)].map((c) => [c.id, c]),
);
const balance = { criterion: 'households', mean: 200 };

test('both sides are shown, the target first', () => {
  const changes = preview(table, cells, [1, 3], 'B', balance);
  assert.deepEqual(
    changes.map((c) => [c.cell, c.before.units, c.after.units, c.after.loads.households, c.after.deviation]),
    [
      ['B', 1, 3, 500, 1.5],
      ['A', 2, 1, 100, -0.5],
      ['C', 1, 0, 0, -1],
    ],
  );
  assert.deepEqual(changes[0]?.after.loads, { households: 500, businesses: 9 });
});

test('a dedicated cell has no deviation, also after a change', () => {
  const own = { ...cell('B', 1, 200, 3), kind: 'dedicated' as const, deviation: null };
  const changes = preview(table, new Map(cells).set('B', own), [1], 'B', balance);
  assert.deepEqual(
    changes.map((c) => [c.cell, c.after.loads.households, c.after.deviation]),
    [
      ['B', 250, null],
      ['A', 100, -0.5],
    ],
  );
});

test('nothing is gained or lost', () => {
  for (const moved of [[0], [0, 1], [0, 1, 3], [0, 1, 2, 3]]) {
    const changes = preview(table, cells, moved, 'B', balance);
    for (const name of ['households', 'businesses']) {
      const moves = changes.reduce((n, c) => n + (c.after.loads[name] ?? 0) - (c.before.loads[name] ?? 0), 0);
      assert.equal(moves, 0);
    }
  }
});

test('units of the target, and unknown ones, change nothing', () => {
  assert.deepEqual(preview(table, cells, [2], 'B', balance), []);
  assert.deepEqual(preview(table, cells, [99], 'B', balance), []);
  assert.deepEqual(preview(table, cells, [], 'B', balance), []);
  assert.equal(cellOf(table, 99), undefined);
});

test('without a mean there is no deviation', () => {
  assert.equal(deviationOf({ households: 5 }, { criterion: 'households', mean: 0 }), 0);
});

test('of an answer, the cells whose units changed are shown', () => {
  const after = [cell('A', 1, 100, 1), cell('B', 1, 200, 3)];
  assert.deepEqual(
    difference(cells, after).map((c) => [c.cell, c.before.units, c.after.units]),
    [['A', 2, 1]],
  );
});
