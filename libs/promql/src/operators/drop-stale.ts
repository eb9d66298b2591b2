import { isStaleNaN } from '@narthex/bytes';
import { type SampleColumns } from '@narthex/storage';

/** Takes stale markers out of columns, in place. */
export function dropStale(columns: SampleColumns): void {
  const { timestampsMs, values, histograms, startTimestampsMs, length } = columns;
  // Nothing moves before the first marker, and mostly there is none.
  let kept = histograms === undefined ? firstNaN(values, length) : 0;
  if (kept === length) return;
  for (let i = kept; i < length; i++) {
    const value = values[i]!;
    const histogram = histograms?.[i];
    if (histogram === undefined ? value !== value && isStaleNaN(value) : isStaleNaN(histogram.sum)) continue;
    if (kept !== i) {
      timestampsMs[kept] = timestampsMs[i]!;
      values[kept] = value;
      if (histograms !== undefined) histograms[kept] = histogram;
      if (startTimestampsMs !== undefined) startTimestampsMs[kept] = startTimestampsMs[i]!;
    }
    kept++;
  }
  columns.length = kept;
  if (histograms !== undefined) {
    histograms.length = Math.min(histograms.length, kept);
    if (histograms.every((histogram) => histogram === undefined)) columns.histograms = undefined;
  }
}

function firstNaN(values: Float64Array, length: number): number {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    // A sum with NaN is NaN; others may be as well, and are looked at.
    const sum = values[i]! + values[i + 1]! + (values[i + 2]! + values[i + 3]!);
    if (sum !== sum) break;
  }
  for (; i < length; i++) {
    const value = values[i]!;
    if (value !== value) return i;
  }
  return length;
}
