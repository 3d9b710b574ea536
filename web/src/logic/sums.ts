import type { Cell, Loads, Units } from '../api/types.ts';

/** What a cell holds: shown before and after a change. */
export interface Sum {
  units: number;
  loads: Loads;
  /** Null for a dedicated cell. */
  deviation: number | null;
}

export interface SumChange {
  cell: string;
  before: Sum;
  after: Sum;
}

/** The criterion that is balanced, and the fair share in its steps. */
export interface Balance {
  criterion: string;
  mean: number;
}

/**
 * What moving `units` (indices) into `target` does to the sums: the target first, then the cells that lose units, by id.
 * Units that are in the target already count for nothing.
 */
export function preview(
  table: Units,
  cells: ReadonlyMap<string, Cell>,
  units: Iterable<number>,
  target: string,
  balance: Balance,
): SumChange[] {
  const gains = new Map<string, { units: number; loads: Loads }>();
  const add = (cell: string, unit: number, sign: 1 | -1) => {
    const gain = gains.get(cell) ?? { units: 0, loads: {} };
    gain.units += sign;
    for (const [name, column] of Object.entries(table.units.loads)) {
      gain.loads[name] = (gain.loads[name] ?? 0) + sign * (column[unit] ?? 0);
    }
    gains.set(cell, gain);
  };
  for (const unit of units) {
    const from = cellOf(table, unit);
    if (from === undefined || from === target) continue;
    add(from, unit, -1);
    add(target, unit, 1);
  }
  const others = [...gains.keys()].filter((c) => c !== target).sort();
  const order = gains.size ? [target, ...others] : [];
  return order.flatMap((id) => {
    const [cell, gain] = [cells.get(id), gains.get(id)];
    if (!cell || !gain) return [];
    const before = sumOf(cell);
    const loads = Object.fromEntries(
      Object.entries(cell.loads).map(([name, load]) => [name, load + (gain.loads[name] ?? 0)]),
    );
    const deviation = cell.kind === 'dedicated' ? null : deviationOf(loads, balance);
    return [{ cell: id, before, after: { units: cell.units + gain.units, loads, deviation } }];
  });
}

/** What changed between two states of cells: those in `after` that differ from `before`. */
export function difference(before: ReadonlyMap<string, Cell>, after: readonly Cell[]): SumChange[] {
  return after.flatMap((cell) => {
    const old = before.get(cell.id);
    return old && old.units !== cell.units ? [{ cell: cell.id, before: sumOf(old), after: sumOf(cell) }] : [];
  });
}

export function cellOf(table: Units, unit: number): string | undefined {
  return table.cells[table.units.cells[unit] ?? -1];
}

export function deviationOf(loads: Loads, { criterion, mean }: Balance): number {
  return mean ? (loads[criterion] ?? 0) / mean - 1 : 0;
}

function sumOf({ units, loads, deviation }: Cell): Sum {
  return { units, loads, deviation };
}
