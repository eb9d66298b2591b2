import {
  compactHistogram,
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  histogramFault,
  type NativeHistogram,
} from '@narthex/model';
import { type ParsedHistogram } from './parsed-histogram.js';

/**
 * Gathers the series of one classic histogram and makes a native one with custom buckets of them
 * (https://prometheus.io/docs/specs/native_histograms/#classic-histograms-to-nhcb).
 */
export class ClassicHistogram {
  readonly #bounds: number[] = [];
  /** Cumulative, one a bound. */
  readonly #counts: number[] = [];
  #count: number | undefined;
  #sum = 0;
  #isFaulty = false;

  clear(): void {
    this.#bounds.length = this.#counts.length = 0;
    this.#count = undefined;
    this.#sum = 0;
    this.#isFaulty = false;
  }

  setSum(sum: number): void {
    this.#sum = sum;
  }

  setCount(count: number): void {
    if (count < 0) this.#isFaulty = true;
    this.#count = count;
  }

  /** Of buckets with the same bound the first counts. They usually come in order. */
  addBucket(bound: number, count: number): void {
    const bounds = this.#bounds;
    if (Number.isNaN(bound) || count < 0) this.#isFaulty = true;
    if (this.#isFaulty) return;
    let at = bounds.length;
    while (at > 0 && bounds[at - 1]! >= bound) at--;
    if (bounds[at] === bound) return;
    if (count < (this.#counts[at - 1] ?? 0) || count > (this.#counts[at] ?? Infinity)) {
      this.#isFaulty = true;
      return;
    }
    bounds.splice(at, 0, bound);
    this.#counts.splice(at, 0, count);
  }

  /** The native histogram; undefined where the series do not make one. Nothing is left of them afterwards. */
  take(isGauge: boolean): ParsedHistogram | undefined {
    const converted = this.#isFaulty ? undefined : this.#convert(isGauge);
    this.clear();
    return converted;
  }

  #convert(isGauge: boolean): ParsedHistogram | undefined {
    const bounds = this.#bounds;
    const count = this.#count ?? this.#counts.at(-1);
    if (count === undefined) return undefined;
    if (bounds.at(-1) !== Infinity) {
      bounds.push(Infinity);
      this.#counts.push(count);
    }
    if (count !== this.#counts.at(-1)) return undefined;
    const histogram: NativeHistogram = {
      counterResetHint: isGauge ? COUNTER_RESET_HINT.gauge : COUNTER_RESET_HINT.unknown,
      schema: CUSTOM_BUCKETS_SCHEMA,
      zeroThreshold: 0,
      zeroCount: 0,
      count,
      sum: this.#sum,
      positiveSpans: [{ offset: 0, length: bounds.length }],
      negativeSpans: [],
      positiveBuckets: this.#counts.map((cumulative, i) => cumulative - (this.#counts[i - 1] ?? 0)),
      negativeBuckets: [],
      customValues: bounds.slice(0, -1),
    };
    const integer = Number.isInteger(count) && this.#counts.every(Number.isInteger);
    if (histogramFault(histogram, integer) !== undefined) return undefined;
    return { histogram: compactHistogram(histogram), integer };
  }
}
