import 'maplibre-gl/dist/maplibre-gl.css';
import { type GeoJSONSource, Map as MapLibre, ScaleControl, setWorkerUrl } from 'maplibre-gl';
// The worker must be built as one, or the finished page finds none and stays blank.
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Box } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { boxOf } from '../logic/findings.ts';
import { onEarth, within } from '../logic/lonlat.ts';
import { zoomForWidth } from '../logic/zoom.ts';
import { list } from '../state/check.ts';
import { loadPersons } from '../state/load.ts';
import type { App, Shown, State } from '../state/model.ts';
import { tell } from '../state/run.ts';
import { findings, labels } from './data.ts';
import { Marks } from './marks.ts';
import { Pointer } from './pointer.ts';
import { baseStyle, EMPTY, type LOCAL, labelLayer, PLAN_LAYERS, TOGGLED } from './style.ts';

setWorkerUrl(workerUrl);

/** Cells this wide on the screen have room for a name, and for a name and a leader. */
const NAME_PX = 70;
const LEADER_PX = 105;
/** Leaders are fetched for at most so many cells in view. */
const LEADERS = 300;
const FONTS = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif';

/** The map, kept in step with the state. It holds nothing that the state does not say. */
export class MapView {
  private readonly map: MapLibre;
  private readonly marks: Marks;
  private drawn: State | null = null;
  private leaderZoom = 22;
  /** A view that came with the address is kept. */
  private readonly linked = location.hash.includes('map=');
  private readonly unsubscribe: () => void;

  constructor(
    private readonly pane: HTMLElement,
    canvas: HTMLElement,
    private readonly app: App,
  ) {
    this.map = new MapLibre({
      container: canvas,
      style: baseStyle(),
      attributionControl: false,
      hash: 'map',
      maxZoom: 20,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      localIdeographFontFamily: FONTS,
      transformRequest: (url) => ({ url, headers: this.headers(url) }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 90 }), 'bottom-left');
    this.marks = new Marks(this.map, app);
    new Pointer(this.map, app, pane);
    this.map.on('error', () => tell(app, 'bad', t(app.store.state.lang, 'map.tilesFailed')));
    this.map.on('zoomend', () => app.store.set({ zoom: this.map.getZoom() }));
    this.map.on('moveend', () => this.fetchLeaders());
    for (const begun of ['movestart', 'dataloading'] as const) {
      this.map.on(begun, () => pane.setAttribute('aria-busy', 'true'));
    }
    this.map.on('idle', () => pane.setAttribute('aria-busy', 'false'));
    this.unsubscribe = app.store.subscribe((state) => this.update(state));
    this.map.once('load', () => this.update(app.store.state));
  }

  remove(): void {
    this.unsubscribe();
    this.map.remove();
  }

  zoom(by: 1 | -1): void {
    this.map.easeTo({ zoom: this.map.getZoom() + by });
  }

  /** A file in a plane of its own has no place on this map. */
  fit(box: Box, animate = true): void {
    if (!onEarth(box)) return;
    const narrow = this.pane.clientWidth < 600;
    this.map.fitBounds(box, { padding: narrow ? 24 : 48, maxZoom: 18, animate });
  }

  private headers(url: string): Record<string, string> {
    const { token } = this.app.store.state;
    return token && url.startsWith(`${location.origin}/tiles/`) ? { Authorization: `Bearer ${token}` } : {};
  }

  private update(state: State): void {
    // Its own event, and not `isStyleLoaded`, which is false while any tile loads.
    if (!this.map.getSource('labels')) return;
    const before = this.drawn;
    this.drawn = state;
    const changed = (...keys: (keyof State)[]) => !before || keys.some((k) => state[k] !== before[k]);
    if (changed('lang')) this.map.getCanvas().setAttribute('aria-label', t(state.lang, 'map.label'));
    if (changed('boundary')) this.setData('boundary', state.boundary ?? EMPTY);
    if (changed('shown')) this.showVersion(state.shown, before?.shown ?? null);
    if (changed('shown', 'lang', 'toggles')) {
      const data = state.shown ? labels(state.shown, state.toggles.leaders, state.lang) : EMPTY;
      this.setData('labels', data);
    }
    if (changed('toggles', 'mode', 'shown')) this.showLayers(state);
    if (changed('toggles', 'shown')) this.fetchLeaders();
    if (changed('checking', 'mode')) this.showCheck(state, before);
    this.marks.update(state, before);
    if (changed('selected') && state.selected)
      this.reveal(state.shown?.byId.get(state.selected)?.bbox ?? null);
  }

  private setData(source: (typeof LOCAL)[number], data: GeoJSON.GeoJSON): void {
    this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }

  private showVersion(shown: Shown | null, before: Shown | null): void {
    const same = shown?.version === before?.version && shown?.tiles === before?.tiles;
    if (same) {
      if (shown?.cells.etag !== before?.cells.etag) this.map.refreshTiles('plan');
      return;
    }
    for (const [layer] of PLAN_LAYERS) if (this.map.getLayer(layer.id)) this.map.removeLayer(layer.id);
    if (this.map.getSource('plan')) this.map.removeSource('plan');
    if (!shown) return;
    const { tiles, minzoom, maxzoom, bounds } = shown.tiles;
    this.map.addSource('plan', {
      type: 'vector',
      tiles: tiles.map((tile) => (tile.startsWith('/') ? location.origin + tile : tile)),
      minzoom,
      maxzoom,
      bounds,
      promoteId: { cells: 'code', units: 'code' },
    });
    for (const [layer, under] of PLAN_LAYERS) this.map.addLayer(layer, under);
    this.marks.reset();
    this.placeLabels(shown);
    if (!before && !this.linked) this.fit(bounds, false);
    this.app.store.set({ zoom: this.map.getZoom() });
  }

  private placeLabels(shown: Shown): void {
    const { cells, tiles } = shown;
    const mean = cells.cells.reduce((sum, c) => sum + c.area_m2, 0) / Math.max(1, cells.cells.length);
    const latitude = (tiles.bounds[1] + tiles.bounds[3]) / 2;
    // Words of labels change at whole zooms only.
    const zoom = (px: number) => Math.round(zoomForWidth(px, mean, latitude));
    this.leaderZoom = zoom(LEADER_PX);
    this.map.removeLayer('labels');
    this.map.addLayer(labelLayer(zoom(NAME_PX), this.leaderZoom));
  }

  private showLayers({ toggles, mode }: State): void {
    const set = (layer: string, visible: boolean) => {
      if (this.map.getLayer(layer)) {
        this.map.setLayoutProperty(layer, 'visibility', visible ? 'visible' : 'none');
      }
    };
    for (const [toggle, layers] of Object.entries(TOGGLED)) {
      const on = toggles[toggle as keyof typeof TOGGLED] || (toggle === 'units' && mode === 'plan');
      for (const layer of layers) set(layer, on);
    }
    for (const layer of ['units-fill', 'units-marked']) set(layer, mode === 'plan');
    set('checked', mode === 'check');
    for (const part of ['fill', 'line', 'spot']) set(`findings-${part}`, mode === 'check');
    if (this.map.getLayer('cells-fill')) {
      this.map.setPaintProperty('cells-fill', 'fill-opacity', mode === 'check' ? 0.3 : 0.78);
      this.map.setPaintProperty('cells-line', 'line-opacity', mode === 'check' ? 0.35 : 1);
    }
  }

  private showCheck({ checking, mode }: State, before: State | null): void {
    const shown = list(checking);
    this.setData('checked', checking.drawn ?? EMPTY);
    this.setData('findings', findings(shown, checking.current));
    if (mode !== 'check') return;
    const chosen = checking.current === null ? null : shown[checking.current];
    if (chosen && checking.current !== before?.checking.current) {
      const box = boxOf(chosen.geometry);
      if (box) this.fit(box);
    } else if (checking.result && checking.result !== before?.checking.result) {
      const boxes = [checking.drawn ?? EMPTY, checking.result.findings].flatMap((c) =>
        c.features.flatMap((f) => boxOf(f.geometry) ?? []),
      );
      const all = boxOf({ type: 'MultiPoint', coordinates: pairs(boxes) });
      if (all) this.fit(all);
    }
  }

  /** Moves the map when what was chosen in a list is out of sight. */
  private reveal(box: Box | null): void {
    if (!box) return;
    const bounds = this.map.getBounds();
    const view: Box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const middle: [number, number] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    if (!within(middle, view)) this.fit(box);
  }

  private fetchLeaders(): void {
    const { shown, toggles } = this.app.store.state;
    if (!shown || !toggles.leaders || this.map.getZoom() < this.leaderZoom) return;
    const bounds = this.map.getBounds();
    const seen = shown.cells.cells.filter((c) => c.label && bounds.contains(c.label)).slice(0, LEADERS);
    void loadPersons(
      this.app,
      seen.map((c) => c.id),
    );
  }
}

function pairs(flat: number[]): number[][] {
  return flat.flatMap((x, i) => (i % 2 === 0 ? [[x, flat[i + 1] ?? 0]] : []));
}
