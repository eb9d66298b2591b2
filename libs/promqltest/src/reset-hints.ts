import { isStaleNaN } from '@narthex/bytes';
import {
  COUNTER_RESET_HINT,
  customBoundsMatch,
  detectsReset,
  type NativeHistogram,
  usesCustomBuckets,
  withHint,
} from '@narthex/model';

/**
 * What a series' histograms say about resets once they have been stored. A storage keeps them in chunks: within one,
 * nothing was reset; how one begins is read back as unknown
 * (https://github.com/prometheus/prometheus/issues/15346). A chunk begins where a counter was reset, where the layout
 * changes, behind a float or a stale marker, and where gauges and counters meet.
 */
export class ResetHints {
  #previous: NativeHistogram | undefined;

  /** The histogram of the next sample as it reads back; undefined for a float. */
  next({
    value,
    histogram,
  }: {
    value: number;
    histogram: NativeHistogram | undefined;
  }): NativeHistogram | undefined {
    const { gauge, reset, notReset, unknown } = COUNTER_RESET_HINT;
    const previous = this.#previous;
    if (histogram === undefined || isStaleNaN(histogram.sum)) {
      this.#previous = undefined;
      return isStaleNaN(value) && previous !== undefined ? { ...previous, sum: value } : histogram;
    }
    this.#previous = histogram;
    if (histogram.counterResetHint === gauge) return histogram;
    const isFirst =
      previous === undefined ||
      previous.counterResetHint === gauge ||
      histogram.counterResetHint === reset ||
      previous.schema !== histogram.schema ||
      previous.zeroThreshold !== histogram.zeroThreshold ||
      (usesCustomBuckets(histogram) && !customBoundsMatch(previous.customValues, histogram.customValues)) ||
      detectsReset(withHint(histogram, unknown), previous);
    return withHint(histogram, isFirst ? unknown : notReset);
  }
}
