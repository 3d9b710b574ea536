/** What the server answers, as the HTTP contract (docs/api.md) has it. Loads are whole steps; `scale` steps are one. */

export type LonLat = [number, number];
export type Box = [west: number, south: number, east: number, north: number];

export interface Criterion {
  name: string;
  label: string;
  label_en?: string;
  scale: number;
  unit: string;
  estimate?: string | null;
}

export interface Project {
  name: string;
  bbox: Box;
  boundary: { name: string; note: string; attribution: string; bbox?: Box };
  networks: { id: string; name: string }[];
  criteria: Criterion[];
  parents: string[];
  attribution: string[];
  map_review_number: string | null;
}

export interface Version {
  version: number;
  state: 'draft' | 'published';
  author: string;
  created_at: string;
  published_at: string | null;
  note: string;
}

export interface Plan {
  plan: string;
  name: string;
  balance: string;
  draft: number | null;
  published: number | null;
  versions: Version[];
  etag: string | null;
}

export type Loads = Record<string, number>;

export interface Cell {
  id: string;
  name: string;
  kind: 'base' | 'dedicated';
  parent: string | null;
  units: number;
  loads: Loads;
  /** Null for a dedicated cell, which has no part in the balance. */
  deviation: number | null;
  polsby_popper: number;
  area_m2: number;
  bbox: Box | null;
  label: LonLat | null;
}

export interface Cells {
  version: number;
  balance: string;
  criteria: string[];
  mean: number;
  etag: string;
  cells: Cell[];
}

/** Units as columns; `units.cells` holds indices into `cells`. */
export interface Units {
  units: {
    ids: string[];
    cells: number[];
    loads: Record<string, number[]>;
    parents: (string | null)[];
  };
  cells: string[];
}

export interface Person {
  role: string;
  role_name: string;
  role_name_en: string;
  slot: 'A' | 'B' | null;
  /** Whose the role is: the cell's, or that of a place around it. */
  level: 'building' | 'cell' | 'parent' | 'project';
  /** B岗 answering for somebody who is away. */
  stands_in: boolean;
  name: string | null;
  organisation: string | null;
  phone: string | null;
  order: number;
}

export interface Responsible {
  cells: { cell: string; persons: Person[]; fallback: boolean }[];
}

/** What became of a roster: numbers of rows and assignments, and a verdict for each row. */
export interface RosterRead {
  loaded: number;
  errors: number;
  rows: {
    row: number;
    verdict: 'ok' | 'warning' | 'error';
    reasons: { code: string; zh: string; en: string }[];
  }[];
}

export interface Lookup {
  network: string;
  version: number;
  cell: { id: string; name: string };
  unit: string;
  parent: string | null;
  persons: Person[];
  fallback: boolean;
}

export type Edit =
  | { kind: 'assign'; units: string[]; cell: string }
  | { kind: 'split'; units: string[] }
  | { kind: 'merge'; cell: string; into: string }
  | { kind: 'mend'; cell: string; keep: string[] }
  | { kind: 'undo' }
  | { kind: 'redo' };

export interface Move {
  unit: string;
  from: string;
  to: string;
}

export interface Done {
  operation: number;
  kind: string;
  cell: string | null;
  author: string;
  time: string;
  etag: string;
  mean: number;
  changed: { units: Move[]; cells: Cell[]; retired: string[] };
  can_undo: boolean;
  can_redo: boolean;
}

export interface Operation {
  operation: number;
  kind: string;
  units?: string[];
  cell?: string | null;
  author: string;
  time: string;
  undone?: boolean;
}

export interface History {
  operations: Operation[];
  can_undo: boolean;
  can_redo: boolean;
  etag: string;
}

export interface Published {
  version: number;
  draft: number;
  etag: string;
}

export type Severity = 'E' | 'W' | 'I';

export interface FindingProperties {
  rule: string;
  severity: Severity;
  area_m2: number;
  width_m: number;
  ids: string[];
  at?: LonLat;
  zh: string;
  en: string;
}

export type Finding = GeoJSON.Feature<GeoJSON.Geometry, FindingProperties>;

export interface CheckResult {
  summary: {
    valid: boolean;
    boundary: string;
    polygons: number;
    findings: number;
    counts: Record<string, number>;
    area_m2: Record<string, number>;
  };
  findings: GeoJSON.FeatureCollection<GeoJSON.Geometry, FindingProperties>;
}

export interface Job {
  state: 'running' | 'done' | 'failed';
  progress: number | null;
  result?: CheckResult | Problem | null;
}

export interface TileJson {
  tiles: string[];
  minzoom: number;
  maxzoom: number;
  bounds: Box;
  vector_layers: { id: string; minzoom?: number; maxzoom?: number }[];
}

/** RFC 9457, with the fields single errors add. */
export interface Problem {
  title: string;
  status: number;
  code: string;
  detail?: string;
  detail_zh?: string;
  place?: LonLat;
  cell?: string;
  units?: string[];
  etag?: string;
  changes?: Operation[];
}
