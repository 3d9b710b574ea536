import { type Map as MapLibre, Marker, Popup } from 'maplibre-gl';
import type { LonLat } from '../api/types.ts';
import { detail, sentence } from '../i18n/index.ts';
import type { App, State } from '../state/model.ts';

type Flag = 'selected' | 'target' | 'hover' | 'stroke' | 'refused';

/** What is marked on the map: the chosen cell, the stroke, the point asked about, the place of a refusal. */
export class Marks {
  private readonly flagged = new Map<string, Set<string>>();
  private readonly pin = new Marker({ color: '#0b4f6c' });
  private readonly refusal = new Popup({
    closeButton: false,
    closeOnClick: false,
    className: 'refusal',
    maxWidth: '280px',
  });

  constructor(
    private readonly map: MapLibre,
    private readonly app: App,
  ) {
    this.pin.getElement().setAttribute('aria-hidden', 'true');
  }

  /** The tiles are new ones, whose features carry no flags. */
  reset(): void {
    this.flagged.clear();
  }

  update(state: State, before: State | null): void {
    if (!this.map.getSource('plan')) return;
    const { editing } = state;
    const ids = (units: Iterable<number>) => [...units].flatMap((u) => editing?.units.units.ids[u] ?? []);
    this.flag('cells', 'selected', state.mode !== 'plan' && state.selected ? [state.selected] : []);
    this.flag('cells', 'target', editing?.target ? [editing.target] : []);
    this.flag('units', 'hover', editing && editing.hover !== null ? ids([editing.hover]) : []);
    this.flag('units', 'refused', editing?.refusal?.units ?? []);
    const etag = state.shown?.cells.etag;
    if (
      before?.editing &&
      state.shown?.version === before.shown?.version &&
      etag !== before.shown?.cells.etag
    ) {
      // The stroke stays coloured until the new tiles are there.
      this.map.once('idle', () => this.flagStroke(this.app.store.state));
    } else {
      this.flagStroke(state);
    }
    if (state.asked?.at !== before?.asked?.at) this.pinAt(state.asked?.at ?? null);
    if (editing?.refusal !== before?.editing?.refusal || state.lang !== before?.lang) this.refuse(state);
  }

  private flagStroke({ editing }: State): void {
    if (!this.map.getSource('plan')) return;
    this.flag(
      'units',
      'stroke',
      editing ? [...editing.stroke].flatMap((u) => editing.units.units.ids[u] ?? []) : [],
    );
  }

  private flag(sourceLayer: 'cells' | 'units', flag: Flag, ids: Iterable<string>): void {
    const wanted = new Set(ids);
    const had = this.flagged.get(flag) ?? new Set();
    for (const id of had) {
      if (!wanted.has(id)) this.map.removeFeatureState({ source: 'plan', sourceLayer, id }, flag);
    }
    for (const id of wanted) {
      if (!had.has(id)) this.map.setFeatureState({ source: 'plan', sourceLayer, id }, { [flag]: true });
    }
    this.flagged.set(flag, wanted);
  }

  private pinAt(at: LonLat | null): void {
    if (at) this.pin.setLngLat(at).addTo(this.map);
    else this.pin.remove();
  }

  private refuse({ editing, lang }: State): void {
    const problem = editing?.refusal;
    if (!problem?.place) {
      this.refusal.remove();
      return;
    }
    const box = document.createElement('div');
    const title = document.createElement('strong');
    title.textContent = sentence(problem, lang);
    box.append(title);
    const words = detail(problem, lang);
    if (words && words !== title.textContent) box.append(document.createElement('br'), words);
    this.refusal.setLngLat(problem.place).setDOMContent(box).addTo(this.map);
    if (!this.map.getBounds().contains(problem.place)) this.map.easeTo({ center: problem.place });
  }
}
