import { allBuckets, formatFloatJson, type NativeHistogram } from '@narthex/model';

/** Unix seconds of a sample: whole, or with exactly three places, as upstream writes them. */
export function timestampJson(timestampMs: number): string {
  const totalMs = Math.round(Math.abs(timestampMs));
  const sign = timestampMs < 0 ? '-' : '';
  const restMs = totalMs % 1000;
  const seconds = `${sign}${(totalMs - restMs) / 1000}`;
  return restMs === 0 ? seconds : `${seconds}.${String(restMs).padStart(3, '0')}`;
}

/** `[time, "value"]` */
export function floatSampleJson(timestampMs: number, value: number): string {
  return `[${timestampJson(timestampMs)},"${formatFloatJson(value)}"]`;
}

/** `[time, {histogram}]`: the buckets that hold something, each behind a number for which bounds belong to it. */
export function histogramSampleJson(timestampMs: number, histogram: NativeHistogram): string {
  const buckets = allBuckets(histogram)
    .filter(({ count }) => count !== 0)
    .map(({ lower, upper, lowerInclusive, upperInclusive, count }) => {
      const bounds = lowerInclusive ? (upperInclusive ? 3 : 1) : upperInclusive ? 0 : 2;
      return `[${bounds},"${formatFloatJson(lower)}","${formatFloatJson(upper)}","${formatFloatJson(count)}"]`;
    });
  const sums = `"count":"${formatFloatJson(histogram.count)}","sum":"${formatFloatJson(histogram.sum)}"`;
  const list = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `[${timestampJson(timestampMs)},{${sums}${list}}]`;
}
