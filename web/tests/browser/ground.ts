import type { Box, LonLat, Lookup, Project, Units } from '../../src/api/types.ts';
import { Refused, type Server } from './server.ts';

const ACROSS = 64;
const AT_ONCE = 24;

/** Where units lie, learnt by asking the server whose place each point of a raster is. */
export class Ground {
  private constructor(
    private readonly raster: (string | null)[],
    private readonly bbox: Box,
    readonly table: Units,
  ) {}

  static async of(server: Server): Promise<Ground> {
    const { bbox } = await server.ask<Project>('/project');
    const table = await server.ask<Units>('/versions/1/units');
    const raster: (string | null)[] = new Array(ACROSS * ACROSS).fill(null);
    const ground = new Ground(raster, bbox, table);
    let next = 0;
    const work = async () => {
      for (let i = next++; i < raster.length; i = next++) {
        const [lon, lat] = ground.at(i);
        const answer = await server
          .ask<Lookup>(`/lookup?lon=${lon}&lat=${lat}`, {}, null)
          .catch((e) => (e instanceof Refused && e.status === 404 ? null : Promise.reject(e)));
        raster[i] = answer?.unit ?? null;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return ground;
  }

  private at(i: number): LonLat {
    const [west, south, east, north] = this.bbox;
    const share = (n: number) => (n + 0.5) / ACROSS;
    return [
      west + (east - west) * share(i % ACROSS),
      south + (north - south) * share(Math.floor(i / ACROSS)),
    ];
  }

  /** A point with nothing but the unit around it. */
  inside(unit: string): LonLat | null {
    const steps = [-1, 0, 1];
    const around = (i: number) => steps.flatMap((y) => steps.map((x) => this.raster[i + y * ACROSS + x]));
    const found = this.raster.findIndex((u, i) => u === unit && around(i).every((v) => v === unit));
    return found < 0 ? null : this.at(found);
  }

  /** Units that border on `units` in the raster. */
  beside(units: readonly string[]): string[] {
    const own = new Set(units);
    const found = new Set<string>();
    this.raster.forEach((unit, i) => {
      if (unit === null || own.has(unit)) return;
      const near = [i - 1, i + 1, i - ACROSS, i + ACROSS].map((j) => this.raster[j]);
      if (near.some((v) => v && own.has(v))) found.add(unit);
    });
    return [...found].sort();
  }

  /** Cells with the units they have. */
  cells(): Map<string, string[]> {
    const cells = new Map<string, string[]>();
    this.table.units.ids.forEach((id, i) => {
      const cell = this.table.cells[this.table.units.cells[i] ?? -1];
      if (cell) cells.set(cell, [...(cells.get(cell) ?? []), id]);
    });
    return cells;
  }
}

export interface Task {
  target: string;
  /** A unit of the target, to click on it. */
  home: string;
  /** Two units it may take, one after the other. */
  taken: [string, string];
  /** A unit it may not take then, and the code of the refusal. */
  refused: string;
  code: string;
}

/** Finds by trying, on a server that is thrown away, what a planner may and may not paint. */
export async function task(server: Server, ground: Ground): Promise<Task> {
  const all = ground.table.units.ids.filter((u) => ground.inside(u));
  for (const [target, units] of ground.cells()) {
    const home = units.find((u) => ground.inside(u));
    const taken: string[] = [];
    const beside = ground.beside(units).filter((u) => ground.inside(u));
    for (const unit of beside) {
      if (taken.length < 2 && (await refusal(server, unit, target)) === null) taken.push(unit);
    }
    const [first, second] = taken;
    for (const unit of [...beside, ...all].filter((u) => !units.includes(u) && !taken.includes(u))) {
      if (!home || !first || !second) break;
      const code = await refusal(server, unit, target);
      if (code) return { target, home, taken: [first, second], refused: unit, code };
      await server.edit({ kind: 'undo' });
    }
    for (const _ of taken) await server.edit({ kind: 'undo' });
  }
  throw new Error('no cell of the demo can take two units and is refused a third');
}

/** The code with which moving `unit` to `cell` is refused; `null` when it was done. */
async function refusal(server: Server, unit: string, cell: string): Promise<string | null> {
  try {
    await server.edit({ kind: 'assign', units: [unit], cell });
    return null;
  } catch (e) {
    if (e instanceof Refused && e.status === 422) return (e.body as { code: string }).code;
    throw e;
  }
}
