import type { Map as MapLibre, MapMouseEvent, MapTouchEvent, Point } from 'maplibre-gl';
import { ask } from '../state/ask.ts';
import { goTo } from '../state/check.ts';
import { commitStroke, dropStroke, extendStroke, setTarget } from '../state/edit.ts';
import type { App } from '../state/model.ts';
import { patchEditing } from '../state/run.ts';

/** Pixels between two places of a drag at which the unit is looked up. */
const STEP_PX = 5;

/** What a click, a drag, a touch or Enter on the map means in each mode. */
export class Pointer {
  private drag: { last: Point } | null = null;
  private space = false;

  constructor(
    private readonly map: MapLibre,
    private readonly app: App,
    private readonly pane: HTMLElement,
  ) {
    map.on('click', (e) => this.click(e.point, e.originalEvent.altKey));
    map.on('mousedown', (e) => {
      if (e.originalEvent.button === 0 && !e.originalEvent.altKey) this.begin(e);
    });
    map.on('mousemove', (e) => this.move(e.point));
    map.on('mouseout', () => this.hover(null));
    map.on('touchstart', (e) => {
      if (e.points.length === 1) this.begin(e);
      else this.cancel();
    });
    map.on('touchmove', (e) => this.move(e.point));
    map.on('touchend', () => this.end());
    map.on('touchcancel', () => this.cancel());
    window.addEventListener('mouseup', () => this.end());
    map.getCanvas().addEventListener('keydown', (e) => {
      if (e.key === 'Enter') this.enter();
    });
    window.addEventListener('keydown', (e) => this.hold(e, true));
    window.addEventListener('keyup', (e) => this.hold(e, false));
    app.store.subscribe(() => this.cursor());
  }

  private get painting(): boolean {
    const { mode, editing } = this.app.store.state;
    return mode === 'plan' && editing?.tool === 'paint' && editing.target !== null && !this.space;
  }

  private click(point: Point, alt: boolean): void {
    const { mode, editing } = this.app.store.state;
    const cell = this.at(point, 'cells-fill');
    if (mode === 'plan') {
      const choosing = editing?.tool === 'target' || (alt && editing?.tool === 'paint');
      if (choosing && cell) setTarget(this.app, cell);
      return;
    }
    if (mode === 'check') {
      const layers = ['findings-spot', 'findings-fill', 'findings-line'];
      const found = this.map.queryRenderedFeatures(point, { layers })[0];
      if (found) goTo(this.app, Number(found.properties.place));
      return;
    }
    const { lng, lat } = this.map.unproject(point);
    void ask(this.app, [lng, lat], cell);
  }

  /** Enter means what a click in the middle means. */
  private enter(): void {
    const middle = this.map.project(this.map.getCenter());
    if (this.painting) {
      this.take(middle);
      void commitStroke(this.app);
    } else {
      this.click(middle, false);
    }
  }

  private begin(e: MapMouseEvent | MapTouchEvent): void {
    if (!this.painting) return;
    e.preventDefault();
    this.drag = { last: e.point };
    this.take(e.point);
  }

  private move(point: Point): void {
    if (!this.drag) {
      if (this.painting) this.hover(point);
      return;
    }
    const { last } = this.drag;
    const steps = Math.max(1, Math.ceil(last.dist(point) / STEP_PX));
    for (let i = 1; i <= steps; i++) this.take(last.add(point.sub(last).mult(i / steps)));
    this.drag.last = point;
  }

  private end(): void {
    if (!this.drag) return;
    this.drag = null;
    void commitStroke(this.app);
  }

  private cancel(): void {
    this.drag = null;
    dropStroke(this.app);
  }

  private take(point: Point): void {
    const unit = this.unitAt(point);
    if (unit !== undefined) extendStroke(this.app, [unit]);
  }

  private hover(point: Point | null): void {
    const { editing } = this.app.store.state;
    const unit = (point && this.unitAt(point)) ?? null;
    if (editing && editing.hover !== unit) patchEditing(this.app, { hover: unit });
  }

  private unitAt(point: Point): number | undefined {
    const code = this.at(point, 'units-fill');
    return code ? this.app.store.state.editing?.index.get(code) : undefined;
  }

  private at(point: Point, layer: string): string | null {
    if (!this.map.getLayer(layer)) return null;
    const feature = this.map.queryRenderedFeatures(point, { layers: [layer] })[0];
    return feature ? String(feature.properties.code) : null;
  }

  private hold(e: KeyboardEvent, down: boolean): void {
    if (e.key === 'Escape' && down) this.cancel();
    if (e.key !== ' ' || (e.target as Element | null)?.closest('input, textarea, select, button, a, summary'))
      return;
    if (this.app.store.state.mode === 'plan') e.preventDefault();
    this.space = down;
    this.cursor();
  }

  private cursor(): void {
    const { mode, editing } = this.app.store.state;
    const tool = mode === 'plan' && editing && !this.space ? editing.tool : mode === 'plan' ? 'pan' : mode;
    this.pane.dataset.tool = tool;
  }
}
