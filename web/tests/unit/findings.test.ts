import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckResult, Finding, Severity } from '../../src/api/types.ts';
import { boxOf, countBySeverity, drawable, sorted, toDownload } from '../../src/logic/findings.ts';
import { findings as forMap, named, spotOf } from '../../src/map/data.ts';

const square = (x: number): GeoJSON.Polygon => ({
  type: 'Polygon',
  coordinates: [
    [
      [x, 0],
      [x + 2, 0],
      [x + 2, 4],
      [x, 0],
    ],
  ],
});
const finding = (rule: string, severity: Severity, area_m2: number, x: number): Finding => ({
  type: 'Feature',
  geometry: square(x),
  properties: { rule, severity, area_m2, width_m: 1, ids: [], zh: rule, en: rule },
});
const list = [finding('OVL-02', 'W', 0.5, 0), finding('GAP-01', 'E', 20, 10), finding('TOP-01', 'E', 3, 20)];
const rules = (of: Finding[]) => of.map((f) => f.properties.rule).join();

test('findings are sorted by severity, area and rule, either way', () => {
  assert.equal(rules(sorted(list, { key: 'severity', descending: true })), 'GAP-01,TOP-01,OVL-02');
  assert.equal(rules(sorted(list, { key: 'area', descending: true })), 'GAP-01,TOP-01,OVL-02');
  assert.equal(rules(sorted(list, { key: 'area', descending: false })), 'OVL-02,TOP-01,GAP-01');
  assert.equal(rules(sorted(list, { key: 'rule', descending: false })), 'GAP-01,OVL-02,TOP-01');
  assert.equal(rules(list), 'OVL-02,GAP-01,TOP-01');
  assert.deepEqual(countBySeverity(list), { E: 2, W: 1, I: 0 });
});

test('every finding has a spot on the map, and the chosen one is marked', () => {
  const drawn = forMap(list, 1).features;
  assert.equal(drawn.filter((f) => f.geometry.type === 'Point').length, list.length);
  assert.deepEqual(
    [...new Set(drawn.filter((f) => f.properties?.current).map((f) => f.properties?.place))],
    [1],
  );
  const [first] = list;
  assert.ok(first);
  assert.deepEqual(spotOf(first), [1, 2]);
  assert.deepEqual(spotOf({ ...first, properties: { ...first.properties, at: [5, 6] } }), [5, 6]);
});

test('boxes reach around all parts', () => {
  assert.deepEqual(
    boxOf({ type: 'MultiPolygon', coordinates: [square(0).coordinates, square(8).coordinates] }),
    [0, 0, 10, 4],
  );
  assert.deepEqual(boxOf({ type: 'GeometryCollection', geometries: [square(1), square(5)] }), [1, 0, 7, 4]);
  assert.equal(boxOf({ type: 'MultiPoint', coordinates: [] }), null);
  assert.equal(boxOf(null), null);
});

test('only GeoJSON in degrees is drawn', () => {
  const file = {
    type: 'FeatureCollection',
    features: [{ type: 'Feature', properties: {}, geometry: square(0) }],
  };
  assert.equal(drawable(JSON.stringify(file))?.features.length, 1);
  const metres = { ...file, features: [{ ...file.features[0], geometry: square(500_000) }] };
  assert.equal(drawable(JSON.stringify(metres)), null);
  assert.equal(drawable('PK\u0003\u0004'), null);
  assert.equal(drawable('{"type":"FeatureCollection","features":[]}'), null);
  assert.equal(drawable('null'), null);
});

test('the download holds what the server sent', () => {
  const result: CheckResult = {
    summary: { valid: false, boundary: 'none', polygons: 2, findings: 3, counts: {}, area_m2: {} },
    findings: { type: 'FeatureCollection', features: list },
  };
  assert.deepEqual(JSON.parse(toDownload(result)), result.findings);
});

test('a name that only repeats the number is left off the map', () => {
  assert.ok(!named({ id: '001', name: '第1网格' }));
  assert.ok(!named({ id: '001', name: '001' }));
  assert.ok(named({ id: '001', name: '第2网格' }));
  assert.ok(named({ id: '001', name: '滨河里网格' }));
});
