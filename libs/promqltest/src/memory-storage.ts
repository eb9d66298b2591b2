import {
  compareText,
  histogramFault,
  histogramsEqual,
  type Labels,
  type Matcher,
  matchesAll,
  METRIC_NAME,
  type NativeHistogram,
} from '@narthex/model';
import {
  type LabelAnswer,
  type Querier,
  type Queryable,
  type SampleColumns,
  type SelectHints,
  type SeriesSet,
} from '@narthex/storage';
import { ResetHints } from './reset-hints.js';
import { ScriptError } from './errors.js';

/** One sample, on its way in. */
export interface StoredSample {
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
  /** 0 when unknown. */
  readonly startTimestampMs: number;
}

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: StoredSample[];
  readonly hints: ResetHints;
}

/** A storage in plain arrays, for tests: series in the order they came, samples by time. */
export class MemoryStorage implements Queryable {
  readonly #series = new Map<string, StoredSeries>();
  readonly #byName = new Map<string, StoredSeries[]>();

  /**
   * Adds a sample behind those of its series; the last one once more changes nothing.
   * @throws ScriptError for a sample older than the last, another at the same time, or a histogram that cannot be.
   */
  append(labels: Labels, sample: StoredSample): void {
    let series = this.#series.get(labels.key);
    if (series === undefined) {
      this.#series.set(labels.key, (series = { labels, samples: [], hints: new ResetHints() }));
      const name = labels.get(METRIC_NAME);
      const named = this.#byName.get(name);
      if (named === undefined) this.#byName.set(name, [series]);
      else named.push(series);
    }
    const last = series.samples.at(-1);
    if (last !== undefined && sample.timestampMs <= last.timestampMs) {
      if (isSame(last, sample)) return;
      throw new ScriptError(`out of order sample of ${labels.toString()}`);
    }
    const fault = sample.histogram && histogramFault(sample.histogram, false);
    if (fault !== undefined) throw new ScriptError(`${labels.toString()}: ${fault}`);
    const histogram = series.hints.next(sample);
    series.samples.push({ ...sample, histogram });
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    return new MemoryQuerier((matchers) => this.#candidates(matchers), minTimeMs, maxTimeMs);
  }

  /** The series that may match: those of one name, where a matcher asks for it. */
  #candidates(matchers: readonly Matcher[]): readonly StoredSeries[] {
    const named = matchers.find(({ name, type }) => name === METRIC_NAME && type === '=');
    return named === undefined ? [...this.#series.values()] : (this.#byName.get(named.value) ?? []);
  }
}

type Candidates = (matchers: readonly Matcher[]) => readonly StoredSeries[];

class MemoryQuerier implements Querier {
  readonly #candidates: Candidates;
  readonly #minTimeMs: number;
  readonly #maxTimeMs: number;

  constructor(candidates: Candidates, minTimeMs: number, maxTimeMs: number) {
    this.#candidates = candidates;
    this.#minTimeMs = minTimeMs;
    this.#maxTimeMs = maxTimeMs;
  }

  select(sorted: boolean, _hints: SelectHints, matchers: readonly Matcher[]): Promise<SeriesSet> {
    const found = this.#candidates(matchers).filter(({ labels }) => matchesAll(labels, matchers));
    if (sorted) found.sort((a, b) => a.labels.compare(b.labels));
    return Promise.resolve(new MemorySeriesSet(found, this.#minTimeMs, this.#maxTimeMs));
  }

  labelValues(name: string, matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(matchers, limit, (labels) => [labels.get(name)]);
  }

  labelNames(matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(matchers, limit, (labels) => [...labels].map(([name]) => name));
  }

  #answer(
    matchers: readonly Matcher[],
    limit: number,
    textsOf: (labels: Labels) => readonly string[],
  ): Promise<LabelAnswer> {
    const texts = new Set<string>();
    for (const { labels } of this.#candidates(matchers)) {
      if (matchesAll(labels, matchers)) for (const text of textsOf(labels)) if (text !== '') texts.add(text);
    }
    const values = [...texts].sort(compareText);
    return Promise.resolve({ values: limit > 0 ? values.slice(0, limit) : values, warnings: [] });
  }

  close(): void {
    // Nothing is held.
  }
}

class MemorySeriesSet implements SeriesSet {
  readonly warnings: readonly string[] = [];
  readonly #series: readonly StoredSeries[];
  readonly #minTimeMs: number;
  readonly #maxTimeMs: number;

  constructor(series: readonly StoredSeries[], minTimeMs: number, maxTimeMs: number) {
    this.#series = series;
    this.#minTimeMs = minTimeMs;
    this.#maxTimeMs = maxTimeMs;
  }

  get length(): number {
    return this.#series.length;
  }

  labels(index: number): Labels {
    return this.#series[index]!.labels;
  }

  read(index: number, into: SampleColumns): void {
    const { samples } = this.#series[index]!;
    for (let i = firstFrom(samples, this.#minTimeMs); i < samples.length; i++) {
      const { timestampMs, value, histogram, startTimestampMs } = samples[i]!;
      if (timestampMs > this.#maxTimeMs) break;
      if (histogram === undefined) into.pushFloat(timestampMs, value);
      else into.pushHistogram(timestampMs, histogram);
      if (startTimestampMs === 0 && into.startTimestampsMs === undefined) continue;
      into.startTimestampsMs ??= new Float64Array(into.timestampsMs.length);
      into.startTimestampsMs[into.length - 1] = startTimestampMs;
    }
  }
}

function isSame(a: StoredSample, b: StoredSample): boolean {
  if (a.timestampMs !== b.timestampMs) return false;
  if (a.histogram === undefined || b.histogram === undefined) {
    return a.histogram === b.histogram && Object.is(a.value, b.value);
  }
  return histogramsEqual(a.histogram, b.histogram);
}

/** The place of the first sample at a time or later. */
function firstFrom(samples: readonly StoredSample[], timeMs: number): number {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle]!.timestampMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
