import { STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, CUSTOM_BUCKETS_SCHEMA, type NativeHistogram } from '@narthex/model';
import { type WrittenSeries } from '@narthex/remote';
import { type StorageServer } from './storage-server.js';

const MINUTE_S = 60;
export const STEP_S = 30;
/** How long samples are written for, in order; what is late comes after. */
export const MINUTES = 75;

/** The data that go into a directory; times in seconds. */
export class StorageData {
  readonly startS: number;
  readonly endS: number;

  /** @param startS a multiple of half an hour */
  constructor(startS: number) {
    this.startS = startS;
    this.endS = startS + MINUTES * MINUTE_S;
  }

  /** Several blocks, a log, late samples, deletions in blocks and head. */
  async writeInto(server: StorageServer): Promise<void> {
    for (let minute = 0; minute < MINUTES; minute += 5) await server.write(this.seriesOf(minute, minute + 5));
    // Of times that are in the head, and of times that are in blocks.
    for (const minute of [MINUTES - 3, MINUTES - 30, MINUTES - 12]) await server.write(this.lateOf(minute));
    await server.delete({
      'match[]': 'temperature{instance=~"host-[23]"}',
      start: String(this.startS + 20 * MINUTE_S),
      end: String(this.endS - 4 * MINUTE_S),
    });
    await server.delete({ 'match[]': 'exponential', end: String(this.startS + 7 * MINUTE_S) });
  }

  /** All that comes in order in these minutes, the last one not included. */
  seriesOf(fromMinute: number, toMinute: number): WrittenSeries[] {
    const length = ((toMinute - fromMinute) * MINUTE_S) / STEP_S;
    const timesS = Array.from({ length }, (_, i) => this.startS + fromMinute * MINUTE_S + i * STEP_S);
    const series: WrittenSeries[] = [];
    for (let host = 0; host < 6; host++) {
      const labels = { instance: `host-${host}`, job: host % 2 === 0 ? 'even' : 'odd' };
      const sinceS = (t: number): number => t - this.startS;
      series.push(
        {
          ...floats(
            { __name__: 'requests_total', ...labels },
            timesS,
            (t) => (sinceS(t) * (host + 1)) % 7000,
          ),
          exemplars: timesS
            .filter((t) => t % 120 === 0)
            .map((t) => ({
              labels: [['trace_id', `t${sinceS(t)}`]],
              value: host + 0.5,
              timestampMs: 1000 * t,
            })),
        },
        floats({ __name__: 'temperature', ...labels }, timesS, (t) => 30 * Math.sin(sinceS(t) / 1000 + host)),
      );
    }
    if (fromMinute % 15 === 10)
      series.push(floats({ __name__: 'sometimes', minute: String(fromMinute) }, timesS, () => 1));
    series.push(
      floats({ __name__: 'stale' }, timesS, (t) => (t % 600 === 0 ? STALE_NAN : t % 1000)),
      floats(
        { __name__: 'extremes' },
        timesS,
        (t) => [NaN, Infinity, -Infinity, -0, 5e-324, 1e308][(t / STEP_S) % 6]!,
      ),
      this.#histograms('exponential', timesS, true, false),
      this.#histograms('exponential_floats', timesS, false, false),
      this.#histograms('custom', timesS, true, true),
    );
    return series;
  }

  /** Ten samples between those of this minute on, of some series. */
  lateOf(minute: number): WrittenSeries[] {
    const timesS = Array.from({ length: 10 }, (_, i) => this.startS + minute * MINUTE_S - i * STEP_S - 7);
    return [
      floats({ __name__: 'temperature', instance: 'host-1', job: 'odd' }, timesS, () => minute),
      floats({ __name__: 'only_late' }, timesS, (t) => t % 100),
      this.#histograms('custom', timesS, true, true),
    ];
  }

  #histograms(name: string, timesS: readonly number[], integer: boolean, custom: boolean): WrittenSeries {
    const histograms = timesS.map((t) => {
      const n = 1 + (Math.floor((t - this.startS) / STEP_S) % 60);
      return { timestampMs: 1000 * t, histogram: custom ? customOf(n) : exponentialOf(n, integer), integer };
    });
    return { labels: [['__name__', name]], histograms };
  }
}

export function floats(
  labels: Record<string, string>,
  timesS: readonly number[],
  valueAt: (timeS: number) => number,
): WrittenSeries {
  const values = new Float64Array(timesS.length);
  timesS.forEach((timeS, i) => (values[i] = valueAt(timeS)));
  return {
    labels: Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
    samples: { timestampsMs: timesS.map((timeS) => 1000 * timeS), values },
  };
}

function exponentialOf(n: number, integer: boolean): NativeHistogram {
  const unit = integer ? 1 : 0.5;
  // More buckets as time goes by, so that chunks are made anew.
  const length = 1 + Math.floor(n / 15);
  const positiveBuckets = Array.from({ length }, (_, i) => (n + i) * unit);
  const count = positiveBuckets.reduce((sum, each) => sum + each, 3 * n * unit);
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 2,
    zeroThreshold: 0.001,
    zeroCount: 2 * n * unit,
    count,
    sum: 2.5 * n,
    positiveSpans: [{ offset: -2, length }],
    negativeSpans: [{ offset: 1, length: 1 }],
    positiveBuckets,
    negativeBuckets: [n * unit],
    customValues: [],
  };
}

function customOf(n: number): NativeHistogram {
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 3 * n + (n % 7),
    sum: 1.5 * n,
    positiveSpans: [{ offset: 0, length: 3 }],
    negativeSpans: [],
    positiveBuckets: [n, 2 * n, n % 7],
    negativeBuckets: [],
    customValues: [0.5, 1, 10],
  };
}
