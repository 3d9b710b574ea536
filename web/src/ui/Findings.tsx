import { useEffect, useRef } from 'preact/hooks';
import type { CheckResult, Finding, Severity } from '../api/types.ts';
import { countBySeverity, type SortKey, toDownload } from '../logic/findings.ts';
import { area, number } from '../logic/format.ts';
import { goTo, list, sortBy, step } from '../state/check.ts';
import { useScope } from './context.ts';

/** Rows drawn; the download holds all. */
const ROWS = 500;
const KEYS: SortKey[] = ['severity', 'area', 'rule'];
const SEVERITIES: Severity[] = ['E', 'W', 'I'];

export function Findings({ result }: { result: CheckResult }) {
  const { s, t } = useScope();
  const { summary, findings } = result;
  const counts = countBySeverity(findings.features);
  const against = `check.against.${summary.boundary === 'given' || summary.boundary === 'project' ? summary.boundary : 'none'}`;
  const clean = summary.valid && !findings.features.length;
  return (
    <section aria-label={t('check.findings')}>
      <div class={clean || summary.valid ? 'verdict good' : 'verdict bad'} role="status">
        <strong>
          {summary.valid
            ? t('check.valid')
            : t('check.invalid', { count: summary.findings ?? findings.features.length })}
        </strong>
        <span class="small">
          {t('check.file', { file: s.checking.cells?.name ?? '', polygons: summary.polygons })} ·{' '}
          {t(against as 'check.against.none')}
        </span>
        <span class="severities">
          {SEVERITIES.filter((k) => counts[k]).map((k) => (
            <span key={k} class={`severity ${k}`}>
              {t(`severity.${k}`)} {counts[k]}
            </span>
          ))}
        </span>
      </div>
      {findings.features.length ? <List result={result} /> : <p class="muted">{t('check.none')}</p>}
    </section>
  );
}

function List({ result }: { result: CheckResult }) {
  const { app, s, t } = useScope();
  const { order, current } = s.checking;
  const rows = list(s.checking);
  return (
    <>
      <div class="row wrap">
        <span class="muted small">{t('check.sort')}</span>
        {KEYS.map((key) => (
          <button
            key={key}
            type="button"
            class="quiet"
            aria-pressed={order.key === key}
            onClick={() => sortBy(app, key)}
          >
            {t(`check.sort.${key}`)}
            {order.key === key && (
              <span>
                <span aria-hidden="true"> {order.descending ? '↓' : '↑'}</span>
                <span class="hidden"> {t(order.descending ? 'check.descending' : 'check.ascending')}</span>
              </span>
            )}
          </button>
        ))}
      </div>
      <div class="row wrap">
        <button type="button" onClick={() => step(app, -1)}>
          {t('check.previous')}
        </button>
        <button type="button" aria-keyshortcuts="F" onClick={() => step(app, 1)}>
          {t('check.next')}
        </button>
        <span class="muted small" role="status">
          {current !== null && t('check.place', { place: current + 1, count: rows.length })}
        </span>
      </div>
      <ol class="findings">
        {rows.slice(0, ROWS).map((finding, place) => (
          <Row key={`${place} ${finding.properties.rule}`} finding={finding} place={place} />
        ))}
      </ol>
      {rows.length > ROWS && <p class="muted small">{t('check.more', { count: ROWS })}</p>}
      <button type="button" class="wide" onClick={() => download(result, s.checking.cells?.name ?? 'cells')}>
        {t('check.download')}
      </button>
    </>
  );
}

function Row({ finding: { properties: p }, place }: { finding: Finding; place: number }) {
  const { app, s, t } = useScope();
  const chosen = s.checking.current === place;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <li ref={row}>
      <button type="button" aria-pressed={chosen} onClick={() => goTo(app, place)}>
        <span class={`severity ${p.severity}`}>{t(`severity.${p.severity}`)}</span>
        <span class="code">{p.rule}</span>
        <span class="words">{s.lang === 'zh' ? p.zh : p.en}</span>
        <span class="muted small">
          {area(p.area_m2, s.lang)}
          {p.width_m > 0 &&
            ` · ${t('check.width', { width: number(p.width_m, s.lang, p.width_m < 1 ? 3 : 1) })}`}
          {p.ids.length > 0 && ` · ${p.ids.slice(0, 4).join(', ')}`}
        </span>
      </button>
    </li>
  );
}

function download(result: CheckResult, file: string): void {
  const url = URL.createObjectURL(new Blob([toDownload(result)], { type: 'application/geo+json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${file.replace(/\.[^.]*$/, '')}-findings.geojson`;
  link.click();
  URL.revokeObjectURL(url);
}
