import type { Cell, Finding, LonLat, Person } from '../api/types.ts';
import { roleName } from '../i18n/index.ts';
import { boxOf } from '../logic/findings.ts';
import type { Lang } from '../logic/format.ts';
import type { Shown } from '../state/model.ts';

/** The grid leader of a cell: who stands on the map. A stand-in does not. */
export function leaderOf(persons: readonly Person[] | null | undefined): Person | undefined {
  return persons?.find((p) => p.role === 'grid-leader' && p.level === 'cell' && p.slot !== 'B' && p.name);
}

/** A label for each cell. Larger cells come first where there is not room for all. */
export function labels(shown: Shown, leaders: boolean, lang: Lang): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: shown.cells.cells.flatMap((cell) => {
      if (!cell.label) return [];
      const leader = leaders ? leaderOf(shown.persons.get(cell.id)) : undefined;
      return {
        type: 'Feature' as const,
        geometry: { type: 'Point' as const, coordinates: cell.label },
        properties: {
          id: cell.id,
          name: named(cell) ? `\n${cell.name}` : '',
          leader: leader ? `\n${lang === 'zh' ? `${roleName(leader, lang)} ` : ''}${leader.name}` : '',
          rank: -cell.area_m2,
        },
      };
    }),
  };
}

/** Whether the name says more than the number: 第1网格 of cell 001 does not. */
export function named({ id, name }: Pick<Cell, 'id' | 'name'>): boolean {
  const digits = name.match(/^第?\s*(\d+)\s*网格$/)?.[1];
  return name !== '' && name !== id && (digits === undefined || Number(digits) !== Number(id));
}

/** Findings as they are and as spots, the chosen one marked. `place` is the place in the sorted list. */
export function findings(list: readonly Finding[], current: number | null): GeoJSON.FeatureCollection {
  const features = list.flatMap((finding, place): GeoJSON.Feature[] => {
    const properties = { place, severity: finding.properties.severity, current: place === current };
    const at = spotOf(finding);
    const ground = finding.geometry.type === 'Point' ? [] : [{ ...finding, properties } as GeoJSON.Feature];
    return at
      ? [...ground, { type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties }]
      : ground;
  });
  return { type: 'FeatureCollection', features };
}

export function spotOf(finding: Finding): LonLat | null {
  if (finding.properties.at) return finding.properties.at;
  const box = boxOf(finding.geometry);
  return box && [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}
