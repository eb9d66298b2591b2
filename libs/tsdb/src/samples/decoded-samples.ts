import { type DecodedColumns } from '@narthex/chunks';
import { type SampleColumns } from '@narthex/storage';
import { type Intervals } from './intervals.js';

/** Appends those of the decoded samples, which ascend in time, that are in the range and not deleted. */
export function appendSamples(
  decoded: DecodedColumns,
  startMs: number,
  endMs: number,
  deleted: Intervals,
  into: SampleColumns,
): void {
  const { timestampsMs } = decoded;
  let from = firstAtOrAfter(decoded, startMs, 0);
  const end = firstAtOrAfter(decoded, endMs + 1, from);
  if (from === end) return;
  into.reserve(end - from);
  for (let i = 0; i < deleted.length && from < end; i += 2) {
    if (deleted[i + 1]! < timestampsMs[from]!) continue;
    const to = Math.min(end, firstAtOrAfter(decoded, deleted[i]!, from));
    append(decoded, from, to, into);
    from = Math.max(to, firstAtOrAfter(decoded, deleted[i + 1]! + 1, to));
  }
  append(decoded, from, end, into);
}

/** Copies memory: a value that passed through a number might lose a NaN's payload. */
function append(decoded: DecodedColumns, from: number, to: number, into: SampleColumns): void {
  if (from >= to) return;
  into.timestampsMs.set(decoded.timestampsMs.subarray(from, to), into.length);
  into.values.set(decoded.values.subarray(from, to), into.length);
  into.length += to - from;
}

function firstAtOrAfter({ timestampsMs, length }: DecodedColumns, timestampMs: number, from: number): number {
  let low = from;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestampsMs[middle]! < timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
