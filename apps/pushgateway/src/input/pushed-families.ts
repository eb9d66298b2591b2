import { type Labels, METRIC_NAME, type MetricType, parseFloatGo } from '@narthex/model';
import { createParser, ENTRY, ExpositionError } from '@narthex/exposition';
import { PushError } from '../errors.js';
import { type PushedFamily, type PushedMetric, type PushedType } from '../groups/family.js';

const NEWLINE = 0x0a;

const TYPES: Readonly<Record<MetricType, PushedType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/**
 * Reads a body in the text format 0.0.4.
 * @throws PushError when it is none, does not end in a line feed, or gives timestamps.
 */
export function familiesOfText(body: Buffer): readonly PushedFamily[] {
  if (body.length > 0 && body[body.length - 1] !== NEWLINE) {
    throw new PushError('PARSE', 'text format parsing error: unexpected end of input stream');
  }
  const families = new Map<string, FamilyBuilder>();
  const familyOf = (name: string): FamilyBuilder => {
    const family = families.get(name) ?? new FamilyBuilder(name);
    families.set(name, family);
    return family;
  };
  const parser = createParser('text');
  try {
    parser.reset(body, body.length);
    for (let entry = parser.next(); entry !== ENTRY.end; entry = parser.next()) {
      if (entry === ENTRY.help) familyOf(parser.metricName()).help = parser.text();
      else if (entry === ENTRY.type) familyOf(parser.metricName()).type = TYPES[parser.metricType];
      else if (entry === ENTRY.series) {
        if (parser.hasTimestamp) throw timestampsError();
        const labels = parser.labels();
        ownerOf(labels.get(METRIC_NAME), families, familyOf).add(labels, parser.value);
      }
    }
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    throw new PushError('PARSE', `text format parsing error: ${error.message}`, { cause: error });
  }
  return [...families.values()].map((family) => family.build()).filter(({ metrics }) => metrics.length > 0);
}

export function timestampsError(): PushError {
  return new PushError(
    'TIMESTAMP',
    'pushed metrics are invalid or inconsistent with existing metrics: pushed metrics must not have timestamps',
  );
}

/** The family of a line: for the parts of a summary or histogram the one without their suffix. */
function ownerOf(
  name: string,
  families: ReadonlyMap<string, FamilyBuilder>,
  familyOf: (name: string) => FamilyBuilder,
): FamilyBuilder {
  for (const suffix of ['_bucket', '_sum', '_count']) {
    if (!name.endsWith(suffix)) continue;
    const family = families.get(name.slice(0, -suffix.length));
    if (family?.type === 'histogram' || (family?.type === 'summary' && suffix !== '_bucket')) return family;
  }
  return familyOf(name);
}

/** @throws PushError when the text of `le` or `quantile` is no number. */
function stepOf(label: string, text: string): number {
  try {
    return parseFloatGo(text);
  } catch (cause) {
    const message = `text format parsing error: expected float as value for '${label}' label, got ${JSON.stringify(text)}`;
    throw new PushError('PARSE', message, { cause });
  }
}

interface Parts {
  readonly labels: Labels;
  sum: number;
  count: number;
  readonly steps: [number, number][];
}

/** Gathers the lines of one family; those of a summary or histogram with the same labels are one metric. */
class FamilyBuilder {
  type: PushedType = 'untyped';
  help: string | undefined;
  readonly #name: string;
  readonly #plain: PushedMetric[] = [];
  readonly #composed = new Map<string, Parts>();

  constructor(name: string) {
    this.#name = name;
  }

  add(labels: Labels, value: number): void {
    const name = labels.get(METRIC_NAME);
    const bare = labels.withoutName();
    if (this.type !== 'summary' && this.type !== 'histogram') {
      this.#plain.push({ labels: bare, value: { kind: 'value', value } });
      return;
    }
    const stepLabel = this.type === 'summary' ? 'quantile' : 'le';
    const parts = this.#partsOf(bare.filter((label) => label !== stepLabel));
    if (name === `${this.#name}_sum`) parts.sum = value;
    else if (name === `${this.#name}_count`) parts.count = value;
    else parts.steps.push([stepOf(stepLabel, bare.get(stepLabel)), value]);
  }

  build(): PushedFamily {
    const composed = [...this.#composed.values()].map(({ labels, sum, count, steps }): PushedMetric => {
      if (this.type === 'summary')
        return { labels, value: { kind: 'summary', sum, count, quantiles: steps } };
      return { labels, value: { kind: 'histogram', sum, count, buckets: steps } };
    });
    return { name: this.#name, type: this.type, help: this.help, metrics: [...this.#plain, ...composed] };
  }

  #partsOf(labels: Labels): Parts {
    const parts = this.#composed.get(labels.key) ?? { labels, sum: 0, count: 0, steps: [] };
    this.#composed.set(labels.key, parts);
    return parts;
  }
}
