import { COUNTER_RESET_HINT, type NativeHistogram } from '@narthex/model';

/** What a histogram was when it began to count: nothing, in the same buckets. */
export function startHistogram({ schema, zeroThreshold, customValues }: NativeHistogram): NativeHistogram {
  return {
    counterResetHint: COUNTER_RESET_HINT.reset,
    schema,
    zeroThreshold,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
    customValues,
  };
}
