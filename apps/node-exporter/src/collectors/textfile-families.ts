import { createParser, ENTRY, ExpositionError, type FamilySample } from '@narthex/exposition';
import {
  formatFloatG,
  isPlainLabelName,
  isPlainMetricName,
  type Labels,
  METRIC_NAME,
  type MetricType,
  parseFloatGo,
} from '@narthex/model';
import { HostFileError } from '../errors.js';
import { type FamilyMetric, labelsOf } from '../families/family-set.js';

export interface TextfileFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string | undefined;
  readonly metrics: readonly FamilyMetric[];
}

/** What was read of one metric. */
interface Parts {
  readonly labels: Readonly<Record<string, string>>;
  value: number | undefined;
  sum: number;
  count: number;
  /** Bound or quantile, and value. */
  readonly steps: Map<number, number>;
}

const newline = 0x0a;

/**
 * Reads a file in the text format 0.0.4.
 * @throws HostFileError for anything it cannot take whole: malformed lines, names that need quotes, timestamps
 */
export function parseTextfile(bytes: Buffer, path: string): TextfileFamily[] {
  const fail = (reason: string, cause?: unknown): never => {
    throw new HostFileError(`failed to parse textfile data from "${path}": ${reason}`, { cause });
  };
  if (bytes.length > 0 && bytes[bytes.length - 1] !== newline) fail('unexpected end of input stream');
  const families = new Map<string, FamilyReader>();
  const familyOf = (name: string): FamilyReader => {
    if (!isPlainMetricName(name)) fail(`invalid metric name "${name}"`);
    const family = families.get(name) ?? new FamilyReader(name);
    families.set(name, family);
    return family;
  };
  const parser = createParser('text');
  try {
    parser.reset(bytes, bytes.length);
    for (let entry = parser.next(); entry !== ENTRY.end; entry = parser.next()) {
      if (entry === ENTRY.help) familyOf(parser.metricName()).help = parser.text();
      else if (entry === ENTRY.type) familyOf(parser.metricName()).type = parser.metricType;
      else if (entry === ENTRY.series) {
        if (parser.hasTimestamp) {
          throw new HostFileError(
            `textfile "${path}" contains unsupported client-side timestamps, skipping entire file`,
          );
        }
        const labels = parser.labels();
        const name = labels.get(METRIC_NAME);
        (partOwner(name, families) ?? familyOf(name)).add(name, labels, parser.value);
      }
    }
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    fail(error.message, error);
  }
  return [...families.values()].filter((family) => !family.isEmpty).map((family) => family.build());
}

/** The histogram or summary that a line with one of their suffixes belongs to. */
function partOwner(name: string, families: ReadonlyMap<string, FamilyReader>): FamilyReader | undefined {
  for (const suffix of ['_bucket', '_sum', '_count']) {
    if (!name.endsWith(suffix)) continue;
    const owner = families.get(name.slice(0, -suffix.length));
    if (owner?.type === 'histogram' || (owner?.type === 'summary' && suffix !== '_bucket')) return owner;
  }
  return undefined;
}

/** Gathers the lines of a family. */
class FamilyReader {
  type: MetricType = 'unknown';
  help: string | undefined;
  readonly #name: string;
  readonly #parts = new Map<string, Parts>();
  /** Metrics with the same labels as an earlier one: left to the registry to complain of. */
  readonly #repeated: Parts[] = [];
  readonly #labelNames = new Set<string>();

  constructor(name: string) {
    this.#name = name;
  }

  get isEmpty(): boolean {
    return this.#parts.size === 0;
  }

  add(name: string, labels: Labels, value: number): void {
    const stepName = this.type === 'histogram' ? 'le' : this.type === 'summary' ? 'quantile' : undefined;
    const parts = this.#partsOf(labels, stepName);
    const suffix = name.slice(this.#name.length);
    const step = stepName === undefined ? '' : labels.get(stepName);
    if (suffix === '_sum') parts.sum = value;
    else if (suffix === '_count') parts.count = value;
    else if (step !== '') parts.steps.set(parseFloatGo(step), value);
    else if (parts.value === undefined) parts.value = value;
    else this.#repeated.push({ ...parts, value });
  }

  /** Labels that only some metrics have are empty at the others. */
  build(): TextfileFamily {
    const none = Object.fromEntries([...this.#labelNames].map((name) => [name, '']));
    const metrics = [...this.#parts.values(), ...this.#repeated].map((parts) =>
      this.#metric(parts, { ...none, ...parts.labels }),
    );
    return { name: this.#name, type: this.type, help: this.help, metrics };
  }

  #partsOf(labels: Labels, stepName: string | undefined): Parts {
    const own = labels.filter((label) => label !== METRIC_NAME && label !== stepName);
    const known = this.#parts.get(own.key);
    if (known !== undefined) return known;
    for (const [label] of own) {
      if (!isPlainLabelName(label))
        throw new HostFileError(`invalid label name "${label}" for metric "${this.#name}"`);
      this.#labelNames.add(label);
    }
    const parts: Parts = { labels: own.toObject(), value: undefined, sum: 0, count: 0, steps: new Map() };
    this.#parts.set(own.key, parts);
    return parts;
  }

  #metric(parts: Parts, values: Readonly<Record<string, string>>): FamilyMetric {
    const labels = labelsOf(values);
    const isHistogram = this.type === 'histogram';
    if (!isHistogram && this.type !== 'summary') {
      return { labels, samples: [{ suffix: '', labels, value: parts.value ?? 0 }] };
    }
    if (isHistogram) parts.steps.set(Infinity, parts.steps.get(Infinity) ?? parts.count);
    const steps = [...parts.steps].sort(([a], [b]) => a - b);
    const stepSamples = steps.map(([bound, value]): FamilySample => {
      const step = { name: isHistogram ? 'le' : 'quantile', value: formatFloatG(bound) };
      const withStep = labelsOf({ ...values, [step.name]: step.value });
      return { suffix: isHistogram ? '_bucket' : '', labels: withStep, value };
    });
    return {
      labels,
      samples: [
        ...stepSamples,
        { suffix: '_sum', labels, value: parts.sum },
        { suffix: '_count', labels, value: parts.count },
      ],
    };
  }
}
