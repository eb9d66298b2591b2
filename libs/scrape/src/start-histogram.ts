import { COUNTER_RESET_HINT, emptyHistogram, type NativeHistogram } from '@narthex/model';

/** What a histogram was when it began to count: nothing, in the same buckets. */
export function startHistogram(histogram: NativeHistogram): NativeHistogram {
  return emptyHistogram(histogram, COUNTER_RESET_HINT.reset);
}
