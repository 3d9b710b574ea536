import { useEffect, useRef, useState } from 'preact/hooks';
import { half } from '../logic/format.ts';
import type { MapView } from '../map/view.ts';
import { tellProblem } from '../state/run.ts';
import { useScope } from './context.ts';
import { Legend } from './Legend.tsx';

/** The map and what lies on it. MapLibre is loaded beside the first questions to the server. */
export function MapPane() {
  const { app, s, t } = useScope();
  const pane = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<MapView | null>(null);
  useEffect(() => {
    let made: MapView | null = null;
    let gone = false;
    void import('../map/view.ts').then(({ MapView }) => {
      if (gone || !pane.current || !canvas.current) return;
      try {
        made = new MapView(pane.current, canvas.current, app);
        setView(made);
      } catch {
        tellProblem(app, { title: 'no WebGL', status: 0, code: 'no-webgl' });
      }
    });
    return () => {
      gone = true;
      made?.remove();
    };
  }, [app]);
  const bounds = s.shown?.tiles.bounds ?? s.project?.bbox;
  return (
    <main class="map-pane" ref={pane} aria-busy="true">
      <div class="canvas" ref={canvas} />
      <div class="cross" aria-hidden="true" />
      <Chips />
      <div class="controls" role="toolbar" aria-label={t('map.controls')}>
        <button type="button" aria-label={t('map.zoomIn')} onClick={() => view?.zoom(1)}>
          +
        </button>
        <button type="button" aria-label={t('map.zoomOut')} onClick={() => view?.zoom(-1)}>
          −
        </button>
        <button type="button" aria-label={t('map.fit')} onClick={() => bounds && view?.fit(bounds)}>
          ⤢
        </button>
      </div>
      {s.shown && <Legend />}
      <Footer />
    </main>
  );
}

/** Where the area is no administrative one, and whether the plan is a draft. */
function Chips() {
  const { s, t } = useScope();
  const note = s.project?.boundary.note;
  return (
    <div class="chips">
      {note && <span class="chip">{half(note, s.lang)}</span>}
      {s.shown?.draft && <span class="chip draft">{t('version.chip.draft')}</span>}
    </div>
  );
}

function Footer() {
  const { s, t } = useScope();
  if (!s.project) return null;
  const { attribution, boundary, map_review_number: review } = s.project;
  const sources = [...new Set([...attribution, boundary.attribution].filter(Boolean))];
  return (
    <footer class="sources">
      {sources.map((source) => (
        <span key={source}>{source}</span>
      ))}
      <span>{review ? t('map.review', { number: review }) : t('map.noReview')}</span>
    </footer>
  );
}
