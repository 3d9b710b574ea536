/**
 * Deviation from the fair share, in seven classes: finest around nought, the outermost at half and at twice the share. The
 * colours differ in lightness on both sides and in blue against orange, so that the colour-blind can tell them apart.
 */
export interface DeviationClass {
  /** The smallest deviation that belongs to it. */
  from: number;
  colour: string;
}

/** Inside it the load counts as even. It is shown; nothing is accepted or refused by it. */
export const BAND = 0.2;

export const CLASSES: readonly DeviationClass[] = [
  { from: Number.NEGATIVE_INFINITY, colour: '#6ba7d1' },
  { from: -0.5, colour: '#a3cbe5' },
  { from: -BAND, colour: '#d3e5ec' },
  { from: -0.05, colour: '#e3ebd3' },
  { from: 0.05, colour: '#f8e6bf' },
  { from: BAND, colour: '#f4ba74' },
  { from: 1, colour: '#e07f48' },
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

/** From where to where a class reaches; infinite at the ends. */
export function rangeOf(c: DeviationClass): [from: number, to: number] {
  return [c.from, CLASSES[CLASSES.indexOf(c) + 1]?.from ?? Number.POSITIVE_INFINITY];
}

/** Whether all of a class counts as even. */
export function isEven(c: DeviationClass): boolean {
  const [from, to] = rangeOf(c);
  return from >= -BAND && to <= BAND;
}
