/**
 * Deviation from the fair share, in five classes. The outer limits mirror each other: half the share, twice the share.
 * The colours differ in lightness on both sides and in blue against orange, so the colour-blind can tell them apart.
 */
export interface DeviationClass {
  key: 'least' | 'less' | 'even' | 'more' | 'most';
  /** The smallest deviation that belongs to it. */
  from: number;
  colour: string;
}

/** Inside it the load counts as even. It only colours; nothing is accepted or refused by it. */
export const BAND = 0.2;

export const CLASSES: readonly DeviationClass[] = [
  { key: 'least', from: Number.NEGATIVE_INFINITY, colour: '#6ba7d1' },
  { key: 'less', from: -0.5, colour: '#b5d5e9' },
  { key: 'even', from: -BAND, colour: '#f1f0e4' },
  { key: 'more', from: BAND, colour: '#f6bf7e' },
  { key: 'most', from: 1, colour: '#e07f48' },
];

export const UNKNOWN_COLOUR = '#d8d8d4';

export function classOf(deviation: number): DeviationClass {
  return CLASSES.findLast((c) => deviation >= c.from) ?? (CLASSES[0] as DeviationClass);
}

/** How many of `deviations` are in each class, in the order of [`CLASSES`]. */
export function countByClass(deviations: Iterable<number>): number[] {
  const counts = CLASSES.map(() => 0);
  for (const d of deviations) {
    const i = CLASSES.indexOf(classOf(d));
    counts[i] = (counts[i] ?? 0) + 1;
  }
  return counts;
}

/** The colour of an expression's value as a MapLibre `step`. */
export function colourSteps(value: unknown): unknown[] {
  const [first, ...rest] = CLASSES;
  return ['step', value, first?.colour, ...rest.flatMap((c) => [c.from, c.colour])];
}
