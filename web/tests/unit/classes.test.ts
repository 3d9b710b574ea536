import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASSES, classOf, colourSteps, countByClass, isEven, rangeOf } from '../../src/logic/classes.ts';
import { percentRange } from '../../src/logic/format.ts';

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
  const place = (d: number) => CLASSES.indexOf(classOf(d));
  const deviations = [-1, -0.51, -0.5, -0.21, -0.2, -0.06, -0.05, 0, 0.04, 0.05, 0.19, 0.2, 0.99, 1, 6.1];
  assert.deepEqual(deviations.map(place), [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6]);
});

test('the classes within the band are those that count as even', () => {
  assert.deepEqual(
    CLASSES.map((c) => [percentRange(rangeOf(c), 'en'), isEven(c)]),
    [
      ['< −50%', false],
      ['−50% … −20%', false],
      ['−20% … −5%', true],
      ['±5%', true],
      ['+5% … +20%', true],
      ['+20% … +100%', false],
      ['≥ +100%', false],
    ],
  );
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
  assert.deepEqual(countByClass([-0.7, 0, 0.1, 5, 0.3]), [1, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual(countByClass([]), [0, 0, 0, 0, 0, 0, 0]);
});

test('dark text can be read on every class', () => {
  for (const c of CLASSES) assert.ok(contrast('#1d2b33', c.colour) >= 4.5, c.colour);
});
