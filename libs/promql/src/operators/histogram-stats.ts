import { isStaleNaN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, detectsReset, type NativeHistogram } from '@narthex/model';
import { type SampleColumns } from '@narthex/storage';

/**
 * Leaves of histograms only count and sum, in place. Resets that showed in the buckets are told by the hints from then
 * on.
 */
export function keepHistogramStats({ histograms, length }: SampleColumns): void {
  if (histograms === undefined) return;
  let last: NativeHistogram | undefined;
  for (let i = 0; i < length; i++) {
    const histogram = histograms[i];
    if (histogram === undefined) continue;
    if (isStaleNaN(histogram.sum)) {
      histograms[i] = statsOf(histogram, histogram.counterResetHint);
      continue;
    }
    let hint = histogram.counterResetHint;
    if (hint === COUNTER_RESET_HINT.unknown && last !== undefined) {
      hint = detectsReset(histogram, last) ? COUNTER_RESET_HINT.reset : COUNTER_RESET_HINT.notReset;
    }
    histograms[i] = statsOf(histogram, hint);
    last = histogram;
  }
}

/** The schema stays, so that mixed ones are still told (prometheus/prometheus#18660); bounds go with the buckets. */
function statsOf(
  { schema, count, sum }: NativeHistogram,
  counterResetHint: NativeHistogram['counterResetHint'],
): NativeHistogram {
  return { ...NO_BUCKETS, schema, count, sum, counterResetHint };
}

const NO_BUCKETS = {
  zeroThreshold: 0,
  zeroCount: 0,
  positiveSpans: [],
  negativeSpans: [],
  positiveBuckets: [],
  negativeBuckets: [],
  customValues: [],
} as const;
