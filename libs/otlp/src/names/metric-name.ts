import { quoteGo } from '@narthex/model';
import { type OtlpMetric } from '../data/metrics-data.js';
import { TranslationError } from '../errors.js';
import { plainSuffix, unitSuffixes } from './units.js';

/** What becomes of names: the two halves of `translation_strategy`. */
export interface NameStrategy {
  /** Whatever a plain name may not have becomes an underscore. */
  readonly escape: boolean;
  /** Units and `_total` or `_ratio` are put behind names of metrics. */
  readonly suffixes: boolean;
}

/** As upstream's `translation_strategy`. */
export const NAME_STRATEGIES = {
  UnderscoreEscapingWithSuffixes: { escape: true, suffixes: true },
  UnderscoreEscapingWithoutSuffixes: { escape: true, suffixes: false },
  NoUTF8EscapingWithSuffixes: { escape: false, suffixes: true },
  NoTranslation: { escape: false, suffixes: false },
} as const satisfies Readonly<Record<string, NameStrategy>>;
export type NameStrategyName = keyof typeof NAME_STRATEGIES;

const NOT_IN_TOKENS = /[^a-zA-Z0-9:]+/u;
const NOT_IN_NAMES = /[^a-zA-Z0-9:_]+/u;

/**
 * The name of a metric's series, without what its kind adds (`_bucket`, `_count`, …)
 * (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1).
 * @throws TranslationError when nothing of the name is left.
 */
export function metricName(metric: OtlpMetric, { escape, suffixes }: NameStrategy): string {
  if (!escape) return suffixes ? withSuffixes(metric) : metric.name;
  const tokens = suffixes ? tokensWithSuffixes(metric) : parts(metric.name, NOT_IN_NAMES);
  const joined = tokens.join('_');
  const name = /^\d/.test(joined) ? `_${joined}` : joined;
  if (name === '') {
    throw new TranslationError(`normalization for metric ${quoteGo(metric.name)} resulted in empty name`);
  }
  if (name !== metric.name && /^_*$/.test(name)) {
    const from = quoteGo(metric.name);
    throw new TranslationError(`normalization for metric ${from} resulted in invalid name ${quoteGo(name)}`);
  }
  return name;
}

function parts(text: string, separator: RegExp): string[] {
  return text.split(separator).filter((part) => part !== '');
}

function isCounter({ data }: OtlpMetric): boolean {
  return data?.kind === 'sum' && data.monotonic;
}

/** Some senders count things in the unit `1`; of gauges alone it is taken for a ratio. */
function isRatio({ data, unit }: OtlpMetric): boolean {
  return data?.kind === 'gauge' && unit === '1';
}

function tokensWithSuffixes(metric: OtlpMetric): readonly string[] {
  const tokens = parts(metric.name, NOT_IN_TOKENS);
  addUnit(tokens, metric.unit);
  if (isCounter(metric)) return atEnd(tokens, 'total');
  return isRatio(metric) ? atEnd(tokens, 'ratio') : tokens;
}

/** Puts the unit behind the tokens unless it is among them. */
function addUnit(tokens: string[], unit: string): void {
  const suffixes = unitSuffixes(unit);
  let main = plainSuffix(suffixes.main);
  let per = plainSuffix(suffixes.per);
  if (tokens.includes(main)) main = '';
  per = per === 'per_' ? '' : per.replace(/_$/, '');
  if (tokens.includes(per)) per = '';
  if (per !== '') main = main.replace(/_$/, '');
  tokens.push(...[main, per].filter((token) => token !== ''));
}

function atEnd(tokens: readonly string[], token: string): readonly string[] {
  return [...tokens.filter((other) => other !== token), token];
}

/** Suffixes behind a name that is otherwise left as it is. */
function withSuffixes(metric: OtlpMetric): string {
  const { main, per } = unitSuffixes(metric.unit);
  let { name } = metric;
  let end = '';
  if (isRatio(metric)) {
    name = withoutSuffix(name, 'ratio');
    end = '_ratio';
  }
  if (isCounter(metric)) {
    name = withoutSuffix(name, 'total');
    end = '_total';
  }
  if (per !== '') {
    name = withoutSuffix(name, per);
    end = `_${per}${end}`;
  }
  if (main !== '' && !name.endsWith(main)) name += `_${main}`;
  return name + end;
}

/** Takes a suffix away, and the character before it. */
function withoutSuffix(name: string, suffix: string): string {
  const keeps = !name.endsWith(suffix) || name.length <= suffix.length + 1;
  return keeps ? name : name.slice(0, -(suffix.length + 1));
}
