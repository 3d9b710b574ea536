import type { Box, LonLat } from '../api/types.ts';

const NUMBER = String.raw`[+-]?\d{1,3}(?:\.\d+)?`;
const PAIR = new RegExp(
  String.raw`^\s*([NSEW]?)\s*(${NUMBER})\s*°?\s*([NSEW]?)\s*[,,;;\s]\s*([NSEW]?)\s*(${NUMBER})\s*°?\s*([NSEW]?)\s*$`,
  'iu',
);

/**
 * Longitude and latitude as people type or paste them: `24.94, 60.17`, `24.94,60.17`, `60.17N 24.94E`.
 *
 * Without letters longitude comes first, unless only the other order lies in `area`. `null` when it is no such pair.
 */
export function parseLonLat(text: string, area?: Box): LonLat | null {
  const match = PAIR.exec(text);
  if (!match) return null;
  const letters = [match[1] || match[3], match[4] || match[6]].map((l) => (l ?? '').toUpperCase());
  const signs = letters.map((l) => (l === 'S' || l === 'W' ? -1 : 1));
  const [a, b] = [Number(match[2]) * (signs[0] ?? 1), Number(match[5]) * (signs[1] ?? 1)];
  const latitude = letters.map((l) => 'NS'.includes(l) && l !== '');
  const longitude = letters.map((l) => 'EW'.includes(l) && l !== '');
  if ((latitude[0] && latitude[1]) || (longitude[0] && longitude[1])) return null;
  const lettered = latitude.includes(true) || longitude.includes(true);
  const swapped: LonLat = [b, a];
  if (lettered) return valid(latitude[0] || longitude[1] ? swapped : [a, b]);
  const given = valid([a, b]);
  const other = valid(swapped);
  return area && other && !(given && within(given, area)) && within(other, area) ? other : given;
}

function valid(p: LonLat): LonLat | null {
  return Math.abs(p[0]) <= 180 && Math.abs(p[1]) <= 90 ? p : null;
}

export function within([lon, lat]: LonLat, [west, south, east, north]: Box): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** Whether a box is in degrees. */
export function onEarth([west, south, east, north]: Box): boolean {
  return west >= -180 && east <= 180 && south >= -90 && north <= 90;
}

/** Six decimals, about a decimetre. */
export function lonLatText([lon, lat]: LonLat): string {
  return `${lon.toFixed(6)}, ${lat.toFixed(6)}`;
}
