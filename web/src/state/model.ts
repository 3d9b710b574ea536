import type { Client } from '../api/client.ts';
import type {
  Cell,
  Cells,
  CheckResult,
  LonLat,
  Lookup,
  Operation,
  Person,
  Plan,
  Problem,
  Project,
  TileJson,
  Units,
} from '../api/types.ts';
import type { Order } from '../logic/findings.ts';
import type { Lang } from '../logic/format.ts';
import type { SumChange } from '../logic/sums.ts';
import type { Store } from './store.ts';

export type Mode = 'view' | 'plan' | 'check';
/** The target that is no cell yet: units painted into it become one. */
export const NEW_CELL = '+';

export type Tool = 'target' | 'paint' | 'pan';
export type Dialog = 'sign-in' | 'publish' | 'stale' | 'roster' | 'help';
export type Toggle = 'leaders' | 'units' | 'buildings' | 'roads' | 'water';

/** The version on the map, with its figures. */
export interface Shown {
  version: number;
  draft: boolean;
  cells: Cells;
  byId: ReadonlyMap<string, Cell>;
  tiles: TileJson;
  /** `null` while they are being fetched. */
  persons: ReadonlyMap<string, Person[] | null>;
}

/** A point somebody asked about. */
export interface Asked {
  at: LonLat;
  answer: Lookup | Problem | null;
}

/** Redrawing the draft. */
export interface Editing {
  units: Units;
  /** The place of each unit in the columns of `units`. */
  index: ReadonlyMap<string, number>;
  tool: Tool;
  target: string | null;
  /** The unit under the pointer. */
  hover: number | null;
  /** Units of the stroke being drawn or sent. */
  stroke: ReadonlySet<number>;
  sending: boolean;
  /** What the last edit did to the sums. */
  last: SumChange[];
  refusal: Problem | null;
  stale: Problem | null;
  history: Operation[];
  canUndo: boolean;
  canRedo: boolean;
}

export interface Checking {
  cells: File | null;
  boundary: File | 'project' | null;
  /** The dropped file itself, where the page can draw it. */
  drawn: GeoJSON.FeatureCollection | null;
  state: 'idle' | 'running' | 'done';
  progress: number | null;
  result: CheckResult | null;
  problem: Problem | null;
  order: Order;
  /** Place in the sorted list. */
  current: number | null;
}

export interface Notice {
  tone: 'good' | 'bad';
  text: string;
}

export interface State {
  lang: Lang;
  token: string | null;
  mode: Mode;
  dialog: Dialog | null;
  network: string;
  project: Project | null;
  boundary: GeoJSON.Feature | null;
  plan: Plan | null;
  shown: Shown | null;
  /** Why nothing can be shown. */
  failure: Problem | null;
  loading: number;
  notice: Notice | null;
  selected: string | null;
  asked: Asked | null;
  search: string;
  toggles: Record<Toggle, boolean>;
  zoom: number;
  editing: Editing | null;
  checking: Checking;
  /** Whether the panel of a phone is folded down. */
  folded: boolean;
}

export interface App {
  store: Store<State>;
  api: Client;
}

export function initial(lang: Lang, token: string | null): State {
  return {
    lang,
    token,
    mode: 'view',
    dialog: null,
    network: 'grid',
    project: null,
    boundary: null,
    plan: null,
    shown: null,
    failure: null,
    loading: 0,
    notice: null,
    selected: null,
    asked: null,
    search: '',
    toggles: { leaders: true, units: false, buildings: true, roads: true, water: true },
    zoom: 0,
    editing: null,
    checking: {
      cells: null,
      boundary: null,
      drawn: null,
      state: 'idle',
      progress: null,
      result: null,
      problem: null,
      order: { key: 'severity', descending: true },
      current: null,
    },
    folded: false,
  };
}
