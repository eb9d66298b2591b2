import { emptyHistogram, type NativeHistogram } from '@narthex/model';

/** What ends a series of histograms: nothing but a sum that is the stale marker. */
export function staleHistogram(staleMarker: number): NativeHistogram {
  return { ...emptyHistogram({ schema: 0, zeroThreshold: 0, customValues: [] }), sum: staleMarker };
}
