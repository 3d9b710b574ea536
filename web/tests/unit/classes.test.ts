import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASSES, classOf, colourSteps, countByClass } from '../../src/logic/classes.ts';

/** Contrast of two colours by WCAG 2. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5]
      .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

test('limits belong to the class above them', () => {
  const keys = [-1, -0.51, -0.5, -0.21, -0.2, 0, 0.19, 0.2, 0.99, 1, 6.1].map((d) => classOf(d).key);
  assert.deepEqual(keys, [
    ...['least', 'least', 'less', 'less', 'even', 'even', 'even', 'more', 'more', 'most', 'most'],
  ]);
});

test('the map colours as the list does', () => {
  const steps = colourSteps('x');
  for (const d of [-0.8, -0.5, -0.2, 0, 0.2, 1, 3]) {
    let colour = steps[2];
    for (let i = 3; i < steps.length; i += 2) if (d >= Number(steps[i])) colour = steps[i + 1];
    assert.equal(colour, classOf(d).colour, String(d));
  }
});

test('cells are counted in the order of the legend', () => {
  assert.deepEqual(countByClass([-0.7, 0, 0.1, 5, 0.3]), [1, 0, 2, 1, 1]);
  assert.deepEqual(countByClass([]), [0, 0, 0, 0, 0]);
});

test('dark text can be read on every class', () => {
  for (const c of CLASSES) assert.ok(contrast('#1d2b33', c.colour) >= 4.5, `${c.key} ${c.colour}`);
});
