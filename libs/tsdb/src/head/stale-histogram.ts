import { COUNTER_RESET_HINT, type NativeHistogram } from '@narthex/model';

/** What ends a series of histograms: nothing but a sum that is the stale marker. */
export function staleHistogram(staleMarker: number): NativeHistogram {
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: staleMarker,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
    customValues: [],
  };
}
