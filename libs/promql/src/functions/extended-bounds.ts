import { type RangeWindow } from '../operators/range-samples.js';

/**
 * The samples an extended window goes by: from the last one at or before its start, to the last one, or with
 * `smoothed`, the first one at or behind its end. Undefined when there is nothing to measure.
 */
export function extendedBounds(
  timesMs: Float64Array,
  from: number,
  to: number,
  { startMs, endMs }: RangeWindow,
  smoothed: boolean,
): { readonly first: number; readonly last: number } | undefined {
  let last = to - 1;
  let first = from;
  while (first < last && timesMs[first + 1]! <= startMs) first++;
  if (smoothed) {
    last = first;
    while (last < to - 1 && timesMs[last]! < endMs) last++;
  }
  if (timesMs[last]! <= startMs || (smoothed && timesMs[first]! > endMs)) return undefined;
  return { first, last };
}
