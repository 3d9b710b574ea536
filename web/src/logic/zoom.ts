const EQUATOR_M = 40_075_016.686;
const TILE_PX = 512;

/** The zoom from which a square of `area_m2` at `latitude` is `px` wide. */
export function zoomForWidth(px: number, area_m2: number, latitude: number): number {
  const side_m = Math.sqrt(Math.max(area_m2, 1));
  const widest_m_per_px = (EQUATOR_M * Math.cos((latitude * Math.PI) / 180)) / TILE_PX;
  return Math.max(0, Math.min(22, Math.log2((px * widest_m_per_px) / side_m)));
}
