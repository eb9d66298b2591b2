/** Closed time ranges in ms, `[min, max, min, max, …]`: ascending, and none touches the next. */
export type Intervals = Float64Array;

export const NO_INTERVALS: Intervals = new Float64Array(0);

/** The ranges with one more; ranges that overlap or follow each other within a millisecond become one. */
export function addInterval(intervals: Intervals, minMs: number, maxMs: number): Intervals {
  let from = 0;
  while (from < intervals.length && intervals[from + 1]! < minMs - 1) from += 2;
  let to = from;
  while (to < intervals.length && intervals[to]! <= maxMs + 1) to += 2;
  const joined = to > from;
  const result = new Float64Array(intervals.length - (to - from) + 2);
  result.set(intervals.subarray(0, from));
  result[from] = joined ? Math.min(minMs, intervals[from]!) : minMs;
  result[from + 1] = joined ? Math.max(maxMs, intervals[to - 1]!) : maxMs;
  result.set(intervals.subarray(to), from + 2);
  return result;
}

/** True when one of the ranges holds the whole of `[minMs, maxMs]`. */
export function coversAll(intervals: Intervals, minMs: number, maxMs: number): boolean {
  for (let i = 0; i < intervals.length; i += 2) {
    if (intervals[i]! <= minMs && intervals[i + 1]! >= maxMs) return true;
  }
  return false;
}

/** True when any time of `[minMs, maxMs]` is in a range. */
export function coversAny(intervals: Intervals, minMs: number, maxMs: number): boolean {
  for (let i = 0; i < intervals.length; i += 2) {
    if (intervals[i]! <= maxMs && intervals[i + 1]! >= minMs) return true;
  }
  return false;
}
