import type { Criterion } from '../api/types.ts';

export type Lang = 'zh' | 'en';

const LOCALE: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' };

export function number(value: number, lang: Lang, digits = 0): string {
  return value.toLocaleString(LOCALE[lang], { maximumFractionDigits: digits });
}

/** A load in its own unit: steps divided by the scale, with as many decimals as the scale has. */
export function load(steps: number, criterion: Criterion | undefined, lang: Lang): string {
  const scale = criterion?.scale || 1;
  return number(steps / scale, lang, Math.min(1, Math.round(Math.log10(scale))));
}

/** `+25.0 %`, with a real minus sign. */
export function percent(ratio: number, lang: Lang, digits = 1): string {
  const text = Math.abs(ratio * 100).toLocaleString(LOCALE[lang], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const zero = Number(Math.abs(ratio * 100).toFixed(digits)) === 0;
  return `${zero ? '±' : ratio > 0 ? '+' : '−'}${text}%`;
}

/** `−20% … −5%`, `±5%`, `< −50%`, `≥ +100%` */
export function percentRange([from, to]: readonly [number, number], lang: Lang): string {
  if (from === -to) return `±${percent(to, lang, 0).slice(1)}`;
  if (!Number.isFinite(from)) return `< ${percent(to, lang, 0)}`;
  if (!Number.isFinite(to)) return `≥ ${percent(from, lang, 0)}`;
  return `${percent(from, lang, 0)} … ${percent(to, lang, 0)}`;
}

export function area(m2: number, lang: Lang): string {
  if (m2 >= 1e6) return `${number(m2 / 1e6, lang, 2)} km²`;
  return `${number(m2, lang, m2 < 10 ? 2 : 0)} m²`;
}

export function date(iso: string | null, lang: Lang, time = false): string {
  if (!iso) return '';
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return at.toLocaleString(
    LOCALE[lang],
    time ? { dateStyle: 'short', timeStyle: 'short' } : { dateStyle: 'medium' },
  );
}

/** A criterion's label or unit. English readers get the plain name where the data has 中文 only. */
export function criterionLabel(criterion: Criterion | undefined, lang: Lang): string {
  if (!criterion) return '';
  const { label_en, label: given, name } = criterion;
  const label = half((lang === 'en' && label_en) || given || name, lang);
  return lang === 'en' && HAN.test(label) ? name.replaceAll('_', ' ') : label;
}

export function criterionUnit(criterion: Criterion | undefined, lang: Lang): string {
  const unit = half(criterion?.unit ?? '', lang);
  return lang === 'en' && HAN.test(unit) ? '' : unit;
}

const HAN = /\p{Script=Han}/u;

/** Notes in data come as `中文 · English`: the half in the reader's language, or all of it when there are no halves. */
export function half(text: string, lang: Lang): string {
  const halves = text.split(' · ');
  const wanted = halves.filter((part) => HAN.test(part) === (lang === 'zh'));
  return halves.length === 2 && wanted.length === 1 ? (wanted[0] ?? text) : text;
}
