import type { Box, CheckResult, Finding, LonLat, Severity } from '../api/types.ts';

import { onEarth } from './lonlat.ts';

export type SortKey = 'severity' | 'rule' | 'area';
export interface Order {
  key: SortKey;
  descending: boolean;
}

const WEIGHT: Record<Severity, number> = { E: 3, W: 2, I: 1 };

/** A new list in that order; equal ones stay as the server gave them. */
export function sorted(findings: readonly Finding[], { key, descending }: Order): Finding[] {
  const value = (f: Finding): number | string => {
    if (key === 'area') return f.properties.area_m2;
    return key === 'rule' ? f.properties.rule : WEIGHT[f.properties.severity];
  };
  const sign = descending ? -1 : 1;
  return [...findings].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return x === y ? 0 : (x < y ? -1 : 1) * sign;
  });
}

export function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { E: 0, W: 0, I: 0 };
  for (const f of findings) counts[f.properties.severity] += 1;
  return counts;
}

/** The box around a geometry; `null` when it has no coordinates. */
export function boxOf(geometry: GeoJSON.Geometry | null): Box | null {
  let box: Box | null = null;
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] !== 'number') {
      for (const inner of value) visit(inner);
      return;
    }
    const [x, y] = value as LonLat;
    box = box
      ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
      : [x, y, x, y];
  };
  const parts = geometry?.type === 'GeometryCollection' ? geometry.geometries : geometry ? [geometry] : [];
  for (const part of parts) if ('coordinates' in part) visit(part.coordinates);
  return box;
}

/** The findings as a GeoJSON text that other programs open. */
export function toDownload(result: CheckResult): string {
  return `${JSON.stringify(result.findings, null, 1)}\n`;
}

/**
 * The polygons of a dropped file for the map, when it is GeoJSON in degrees. Other formats are read by the server only.
 */
export function drawable(text: string): GeoJSON.FeatureCollection | null {
  try {
    const parsed = JSON.parse(text) as GeoJSON.GeoJSON;
    const features = parsed.type === 'FeatureCollection' ? parsed.features : null;
    if (!features?.length) return null;
    const degrees = features.every((f) => {
      const box = boxOf(f.geometry);
      return !box || onEarth(box);
    });
    return degrees ? { type: 'FeatureCollection', features } : null;
  } catch {
    return null;
  }
}
