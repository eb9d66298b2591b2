export interface DataPlan {
  readonly seriesCount: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly intervalMs: number;
}

const GROUPS = 50;
const BOUNDS = ['0.005', '0.025', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];

/** Of a hundred series, fifty are counters, thirty the buckets of three classic histograms, twenty gauges. */
const COUNTERS = 50;
const BUCKETS = 30;

/** Names and values in turn, by name. */
export function labelsOf(series: number): readonly (readonly [string, string])[] {
  const kind = series % 100;
  const pod = `pod-${String(Math.floor(series / 100)).padStart(5, '0')}`;
  const group = String(Math.floor(series / 100) % GROUPS);
  const common = [
    ['i', group],
    ['instance', `10.0.${group}.1:8080`],
    ['job', 'bench'],
  ] as const;
  if (kind < COUNTERS) {
    const code = String(200 + (kind % 5));
    return [['__name__', 'bench_requests_total'], ['code', code], ...common, ['pod', `${pod}-${kind}`]];
  }
  if (kind < COUNTERS + BUCKETS) {
    const which = Math.floor((kind - COUNTERS) / BOUNDS.length);
    const bound = BOUNDS[(kind - COUNTERS) % BOUNDS.length]!;
    const name = 'bench_latency_seconds_bucket';
    return [['__name__', name], ...common, ['le', bound], ['pod', `${pod}-${which}`]];
  }
  return [['__name__', 'bench_temperature'], ...common, ['pod', `${pod}-${kind}`]];
}

/** The values of all series, scrape by scrape. The same plan gives the same values. */
export class Values {
  readonly #values: Float64Array;
  #state = 12_345;

  constructor(seriesCount: number) {
    this.#values = new Float64Array(seriesCount);
  }

  /** Goes on to the next scrape; what is returned is changed by the next call. */
  next(): Float64Array {
    const values = this.#values;
    for (let series = 0; series < values.length; series++) {
      const kind = series % 100;
      if (kind < COUNTERS) {
        if (this.#random() < 0.0005) values[series] = 0;
        values[series]! += Math.floor(this.#random() * 20);
      } else if (kind < COUNTERS + BUCKETS) {
        const bound = (kind - COUNTERS) % BOUNDS.length;
        // Buckets are cumulative: each counts what the one below it does, and more.
        const below = bound === 0 ? 0 : values[series - 1]!;
        values[series] = Math.max(values[series]!, below) + Math.floor(this.#random() * 3);
      } else values[series]! += Math.round((this.#random() - 0.5) * 1000) / 1000;
    }
    return values;
  }

  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }
}
