import { compareText } from '@narthex/model';
import { type LintedFamily } from './read-families.js';

/** One thing that is not as it should be. */
export interface MetricProblem {
  readonly metric: string;
  readonly text: string;
}

/** Units that stand for themselves, and others with the base unit that should be used. */
const BASE_UNITS: Readonly<Record<string, string>> = {
  amperes: 'amperes',
  bytes: 'bytes',
  celsius: 'celsius',
  grams: 'grams',
  joules: 'joules',
  kelvin: 'kelvin',
  meters: 'meters',
  metres: 'metres',
  seconds: 'seconds',
  volts: 'volts',
  minutes: 'seconds',
  hours: 'seconds',
  days: 'seconds',
  weeks: 'seconds',
  kelvins: 'kelvin',
  fahrenheit: 'celsius',
  rankine: 'celsius',
  inches: 'meters',
  yards: 'meters',
  miles: 'meters',
  bits: 'bytes',
  calories: 'joules',
  pounds: 'grams',
  ounces: 'grams',
};
const PREFIXES =
  'pico nano micro milli centi deci deca hecto kilo kibi mega mibi giga gibi tera tebi peta pebi'.split(' ');
const ABBREVIATIONS = 's ms us ns sec b kb mb gb tb pb m h d'.split(' ');
const TYPES = ['counter', 'gauge', 'summary', 'histogram', 'gauge_histogram'];
const CAMEL_CASE = /[a-z][A-Z]/;

/**
 * Looks for metrics that go against the naming conventions
 * (https://prometheus.io/docs/practices/naming/), with the words of upstream's linter. By metric, then by text.
 */
export function lintFamilies(families: readonly LintedFamily[]): MetricProblem[] {
  return families
    .flatMap((family) => problemsOf(family).map((text) => ({ metric: family.name, text })))
    .sort((a, b) => compareText(a.metric, b.metric) || compareText(a.text, b.text));
}

function problemsOf(family: LintedFamily): string[] {
  return [
    ...(family.help === undefined ? ['no help text'] : []),
    ...unitProblems(family.name),
    ...counterProblems(family),
    ...reservedProblems(family),
    ...nameProblems(family),
    ...repeatedSeries(family),
  ];
}

function unitProblems(name: string): string[] {
  for (const word of name.split('_')) {
    const base = baseUnit(word);
    if (base === undefined) continue;
    return base === word ? [] : [`use base unit "${base}" instead of "${word}"`];
  }
  return [];
}

function baseUnit(word: string): string | undefined {
  if (Object.hasOwn(BASE_UNITS, word)) return BASE_UNITS[word];
  const prefix = PREFIXES.find(
    (one) => word.startsWith(one) && Object.hasOwn(BASE_UNITS, word.slice(one.length)),
  );
  return prefix === undefined ? undefined : BASE_UNITS[word.slice(prefix.length)];
}

function counterProblems({ name, type }: LintedFamily): string[] {
  const hasSuffix = name.endsWith('_total');
  if (type === 'counter') return hasSuffix ? [] : ['counter metrics should have "_total" suffix'];
  return hasSuffix && type !== 'unknown' ? ['non-counter metrics should not have "_total" suffix'] : [];
}

/** Names and labels that histograms and summaries have for themselves. */
function reservedProblems({ name, type, series }: LintedFamily): string[] {
  if (type === 'unknown') return [];
  const isHistogram = type === 'histogram';
  const isSummary = type === 'summary';
  const problems: string[] = [];
  if (!isHistogram && name.endsWith('_bucket')) {
    problems.push('non-histogram metrics should not have "_bucket" suffix');
  }
  for (const suffix of ['_count', '_sum']) {
    if (!isHistogram && !isSummary && name.endsWith(suffix)) {
      problems.push(`non-histogram and non-summary metrics should not have "${suffix}" suffix`);
    }
  }
  for (const { labels } of series) {
    if (!isHistogram && labels.has('le')) problems.push('non-histogram metrics should not have "le" label');
    if (!isSummary && labels.has('quantile'))
      problems.push('non-summary metrics should not have "quantile" label');
  }
  return problems;
}

function nameProblems({ name, series }: LintedFamily): string[] {
  const problems: string[] = [];
  const lower = name.toLowerCase();
  const has = (word: string): boolean => lower.includes(`_${word}_`) || lower.endsWith(`_${word}`);
  for (const type of TYPES) if (has(type)) problems.push(`metric name should not include type '${type}'`);
  if (name.includes(':')) problems.push("metric names should not contain ':'");
  if (CAMEL_CASE.test(name)) problems.push("metric names should be written in 'snake_case' not 'camelCase'");
  for (const { labels } of series) {
    for (const [label] of labels) {
      if (CAMEL_CASE.test(label))
        problems.push("label names should be written in 'snake_case' not 'camelCase'");
    }
  }
  for (const unit of ABBREVIATIONS) {
    if (has(unit)) problems.push('metric names should not contain abbreviated units');
  }
  return problems;
}

function repeatedSeries({ series }: LintedFamily): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { labels, timestampMs } of series) {
    const key = `${labels.key}\n${timestampMs ?? ''}`;
    if (seen.has(key)) problems.push('metric not unique');
    seen.add(key);
  }
  return problems;
}
