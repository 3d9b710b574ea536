import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { colourSteps, UNKNOWN_COLOUR } from '../logic/classes.ts';
import type { Toggle } from '../state/model.ts';

/** Sources whose data the page itself holds. */
export const LOCAL = ['boundary', 'labels', 'checked', 'findings'] as const;
export const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** 品红, the colour of cell borders in DB11/T 2157-2023. */
const BORDER = '#b5176f';
const INK = '#1d2b33';
const ACCENT = '#0b6e8f';
const BAD = '#c0271a';

const state = (name: string, then: unknown, otherwise: unknown) =>
  ['case', ['boolean', ['feature-state', name], false], then, otherwise] as ExpressionSpecification;
const byZoom = (...stops: number[]) =>
  ['interpolate', ['exponential', 1.6], ['zoom'], ...stops] as unknown as ExpressionSpecification;

const MAIN_ROADS = ['motorway', 'trunk', 'primary', 'secondary', 'tertiary'];
const PATHS = ['footway', 'path', 'steps', 'cycleway', 'pedestrian', 'corridor'];
const roadWidth = [
  'interpolate',
  ['exponential', 1.6],
  ['zoom'],
  ...[12, 15, 18].flatMap((zoom, i) => {
    const [main, other, path] = [
      [1, 0.4, 0.2],
      [4, 1.8, 0.7],
      [16, 8, 2],
    ][i] as [number, number, number];
    return [zoom, ['match', ['get', 'kind'], MAIN_ROADS, main, PATHS, path, other]];
  }),
] as unknown as ExpressionSpecification;

const plan = { source: 'plan' } as const;

/** Ground and context, drawn beneath. */
const GROUND: LayerSpecification[] = [
  { id: 'water', type: 'fill', ...plan, 'source-layer': 'context_water', paint: { 'fill-color': '#bcd9e6' } },
  {
    id: 'cells-fill',
    type: 'fill',
    ...plan,
    'source-layer': 'cells',
    paint: {
      'fill-color': [
        'case',
        ['has', 'deviation'],
        colourSteps(['get', 'deviation']),
        UNKNOWN_COLOUR,
      ] as unknown as ExpressionSpecification,
      'fill-opacity': 0.78,
    },
  },
  {
    id: 'buildings',
    type: 'fill',
    ...plan,
    'source-layer': 'context_buildings',
    paint: { 'fill-color': '#3b3128', 'fill-opacity': 0.16 },
  },
  {
    id: 'roads',
    type: 'line',
    ...plan,
    'source-layer': 'context_roads',
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': '#ffffff', 'line-width': roadWidth, 'line-opacity': 0.75 },
  },
];

/** Names of streets, by which people know where a border runs. */
const STREETS: LayerSpecification = {
  id: 'road-names',
  type: 'symbol',
  ...plan,
  'source-layer': 'context_roads',
  minzoom: 15,
  filter: ['has', 'name'],
  layout: {
    'symbol-placement': 'line',
    'symbol-spacing': 400,
    'text-field': ['get', 'name'],
    'text-font': ['Noto Sans CJK SC Regular'],
    'text-size': byZoom(15, 10.5, 17, 12, 19, 14),
    'text-max-angle': 30,
    'text-padding': 6,
    'symbol-sort-key': ['case', ['in', ['get', 'kind'], ['literal', MAIN_ROADS]], 0, 1],
  },
  paint: { 'text-color': '#4c5658', 'text-halo-color': 'rgba(255,255,255,.9)', 'text-halo-width': 1.4 },
};

/** Units and borders. */
const LINES: LayerSpecification[] = [
  {
    id: 'units-fill',
    type: 'fill',
    ...plan,
    'source-layer': 'units',
    paint: {
      'fill-color': state('refused', BAD, ACCENT),
      'fill-opacity': state('refused', 0.55, state('stroke', 0.6, state('hover', 0.22, 0))),
    },
  },
  {
    id: 'units-line',
    type: 'line',
    ...plan,
    'source-layer': 'units',
    paint: { 'line-color': INK, 'line-width': 1.1, 'line-opacity': 0.7, 'line-dasharray': [3, 2] },
  },
  {
    id: 'units-marked',
    type: 'line',
    ...plan,
    'source-layer': 'units',
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': state('refused', BAD, ACCENT),
      'line-width': 2.5,
      'line-opacity': state('refused', 1, state('stroke', 1, state('hover', 0.9, 0))),
    },
  },
  {
    id: 'cells-line',
    type: 'line',
    ...plan,
    'source-layer': 'cells',
    layout: { 'line-join': 'round' },
    paint: { 'line-color': BORDER, 'line-width': byZoom(10, 0.6, 14, 1.4, 18, 3) },
  },
  {
    id: 'boundary',
    type: 'line',
    source: 'boundary',
    layout: { 'line-join': 'round' },
    paint: { 'line-color': '#5e0b3a', 'line-width': byZoom(10, 1.6, 14, 2.6, 18, 4.5) },
  },
  {
    id: 'cells-chosen',
    type: 'line',
    ...plan,
    'source-layer': 'cells',
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': state('target', ACCENT, INK),
      'line-width': byZoom(10, 2.5, 14, 4, 18, 6),
      'line-opacity': state('target', 1, state('selected', 1, 0)),
    },
  },
];

const severity = (e: string, w: string, i: string) =>
  ['match', ['get', 'severity'], 'E', e, 'W', w, i] as ExpressionSpecification;
const SEVERITY_COLOUR = severity('#c0271a', '#b26a00', '#2a6f97');

const CHECK: LayerSpecification[] = [
  {
    id: 'checked',
    type: 'line',
    source: 'checked',
    paint: { 'line-color': INK, 'line-width': 1.4 },
  },
  {
    id: 'findings-fill',
    type: 'fill',
    source: 'findings',
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': SEVERITY_COLOUR, 'fill-opacity': 0.5 },
  },
  {
    id: 'findings-line',
    type: 'line',
    source: 'findings',
    filter: ['!=', ['geometry-type'], 'Point'],
    paint: { 'line-color': SEVERITY_COLOUR, 'line-width': ['case', ['get', 'current'], 4, 2] },
  },
  {
    // A gap of a hand's width is not to be seen as ground: every finding has a spot as well.
    id: 'findings-spot',
    type: 'circle',
    source: 'findings',
    filter: ['==', ['geometry-type'], 'Point'],
    paint: {
      'circle-color': SEVERITY_COLOUR,
      'circle-radius': ['case', ['get', 'current'], 9, 5],
      'circle-opacity': ['case', ['get', 'current'], 0.35, 0.9],
      'circle-stroke-color': ['case', ['get', 'current'], INK, '#ffffff'],
      'circle-stroke-width': ['case', ['get', 'current'], 2.5, 1.5],
    },
  },
];

/** Numbers always, names and leaders from the zooms at which a mean cell has room for them. */
export function labelLayer(nameZoom: number, leaderZoom: number): LayerSpecification {
  const id = ['get', 'id'];
  const small = { 'font-scale': 0.85 };
  const name = ['format', id, {}, ['get', 'name'], small];
  const leader = [
    'format',
    id,
    {},
    ['get', 'name'],
    small,
    ['get', 'leader'],
    { ...small, 'text-color': '#0a5670' },
  ];
  const stops = nameZoom < leaderZoom ? [nameZoom, name, leaderZoom, leader] : [leaderZoom, leader];
  return {
    id: 'labels',
    type: 'symbol',
    source: 'labels',
    layout: {
      'text-field': ['step', ['zoom'], ['format', id, {}], ...stops] as unknown as ExpressionSpecification,
      'text-font': ['Noto Sans CJK SC Bold'],
      'text-size': byZoom(10, 11, 14, 13, 18, 17),
      'text-line-height': 1.25,
      'text-padding': 4,
      'symbol-sort-key': ['get', 'rank'],
    },
    paint: { 'text-color': INK, 'text-halo-color': 'rgba(255,255,255,.92)', 'text-halo-width': 1.6 },
  };
}

export function baseStyle(): StyleSpecification {
  return {
    version: 8,
    sources: Object.fromEntries(LOCAL.map((id) => [id, { type: 'geojson', data: EMPTY }])),
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': '#f3f1ec' } },
      LINES.find((l) => l.id === 'boundary') as LayerSpecification,
      ...CHECK,
      labelLayer(14, 16),
    ],
  };
}

/** The layers of the tiles, each with the layer it is put under. */
export const PLAN_LAYERS: [layer: LayerSpecification, under: string][] = [
  ...GROUND.map((l): [LayerSpecification, string] => [l, 'boundary']),
  ...LINES.filter((l) => l.id !== 'boundary').map((l): [LayerSpecification, string] => [
    l,
    l.id === 'cells-chosen' ? 'checked' : 'boundary',
  ]),
  [STREETS, 'labels'],
];

/** The layers a switch of the legend shows or hides. */
export const TOGGLED: Partial<Record<Toggle, string[]>> = {
  units: ['units-line'],
  buildings: ['buildings'],
  roads: ['roads', 'road-names'],
  water: ['water'],
};
