import { STALE_NAN } from '@narthex/bytes';
import {
  compareText,
  COUNTER_RESET_HINT,
  detectsReset,
  type Labels,
  matchesAll,
  type Matcher,
  type NativeHistogram,
} from '@narthex/model';
import {
  type LabelAnswer,
  type Querier,
  type Queryable,
  type SampleColumns,
  type SeriesSet,
} from '@narthex/storage';
import { type ScriptSeries } from './script.js';

interface StoredSample {
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
}

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: StoredSample[];
}

/** Samples in sorted arrays: slow, plain, and enough for scripts. */
export class MemoryStorage implements Queryable {
  readonly #series = new Map<string, StoredSeries>();

  clear(): void {
    this.#series.clear();
  }

  /** Adds series whose points stand `stepMs` apart, the first at time 0. */
  load(series: readonly ScriptSeries[], stepMs: number): void {
    for (const { labels, points } of series) {
      const stored = this.#series.get(labels.key) ?? { labels, samples: [] };
      this.#series.set(labels.key, stored);
      for (const [i, point] of points.entries()) {
        const timestampMs = i * stepMs;
        if (point.kind === 'missing') continue;
        const histogram = point.kind === 'histogram' ? point.histogram : undefined;
        const value = point.kind === 'stale' ? STALE_NAN : point.kind === 'float' ? point.value : 0;
        insert(stored.samples, { timestampMs, value, histogram });
      }
      hintAsStored(stored.samples);
    }
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    const matching = (matchers: readonly Matcher[]): StoredSeries[] =>
      [...this.#series.values()].filter(({ labels }) => matchesAll(labels, matchers));
    return {
      select: (sorted, _hints, matchers) => {
        const found = matching(matchers);
        if (sorted) found.sort((a, b) => a.labels.compare(b.labels));
        return Promise.resolve(seriesSet(found, minTimeMs, maxTimeMs));
      },
      labelValues: (name, matchers, limit) =>
        answer(
          matching(matchers)
            .map(({ labels }) => labels.get(name))
            .filter((value) => value !== ''),
          limit,
        ),
      labelNames: (matchers, limit) =>
        answer(
          matching(matchers).flatMap(({ labels }) => [...labels].map(([name]) => name)),
          limit,
        ),
      close: () => undefined,
    };
  }
}

function answer(values: readonly string[], limit: number): Promise<LabelAnswer> {
  const sorted = [...new Set(values)].sort(compareText);
  return Promise.resolve({ values: limit > 0 ? sorted.slice(0, limit) : sorted, warnings: [] });
}

function insert(samples: StoredSample[], sample: StoredSample): void {
  let at = samples.length;
  while (at > 0 && samples[at - 1]!.timestampMs >= sample.timestampMs) at--;
  // A later load at the same time replaces nothing: the first sample stays, as in the database.
  if (samples[at]?.timestampMs !== sample.timestampMs) samples.splice(at, 0, sample);
}

/**
 * Gives counter histograms the hints that they have when read from a database: known not to be reset behind another
 * one in the same chunk, reset where a reset is seen, unknown at the beginning.
 */
function hintAsStored(samples: StoredSample[]): void {
  let previous: NativeHistogram | undefined;
  for (const [i, sample] of samples.entries()) {
    const given = sample.histogram;
    if (given === undefined || given.counterResetHint === COUNTER_RESET_HINT.gauge) {
      previous = undefined;
      continue;
    }
    const histogram = { ...given, counterResetHint: hintBehind(previous, given) };
    samples[i] = { ...sample, histogram };
    previous = histogram;
  }
}

function hintBehind(
  previous: NativeHistogram | undefined,
  given: NativeHistogram,
): NativeHistogram['counterResetHint'] {
  const { reset, notReset, unknown } = COUNTER_RESET_HINT;
  if (given.counterResetHint === reset) return reset;
  if (previous === undefined) return given.counterResetHint === notReset ? notReset : unknown;
  return detectsReset({ ...given, counterResetHint: unknown }, previous) ? reset : notReset;
}

function seriesSet(found: readonly StoredSeries[], minTimeMs: number, maxTimeMs: number): SeriesSet {
  return {
    length: found.length,
    warnings: [],
    labels: (index) => found[index]!.labels,
    read: (index, into: SampleColumns) => {
      for (const { timestampMs, value, histogram } of found[index]!.samples) {
        if (timestampMs < minTimeMs || timestampMs > maxTimeMs) continue;
        if (histogram === undefined) into.pushFloat(timestampMs, value);
        else into.pushHistogram(timestampMs, histogram);
      }
    },
  };
}
