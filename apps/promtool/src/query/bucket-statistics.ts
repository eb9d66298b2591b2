import { parseFloatGo } from '@narthex/model';
import { ToolError } from '../errors.js';
import { type ApiSeries } from './api-values.js';

/** Populated buckets over the samples of one histogram. */
export interface BucketStatistics {
  readonly min: number;
  readonly avg: number;
  readonly max: number;
  /** Different buckets over all samples. */
  readonly total: number;
}

/** Of a classic histogram, one series a bucket; undefined with fewer than two samples. @throws ToolError */
export function classicStatistics(buckets: readonly ApiSeries[]): BucketStatistics | undefined {
  const sorted = [...buckets].sort((a, b) => upperBound(a) - upperBound(b));
  const sampleCount = sorted[0]?.values?.length ?? 0;
  if (sampleCount < 2) return undefined;
  const populated: number[] = [];
  for (let at = 0; at < sampleCount; at++) {
    const counts = sorted.map((series, i) => {
      const [seconds, count] = pointAt(series, at);
      if (i === 0) return Math.trunc(count);
      const [secondsBelow, countBelow] = pointAt(sorted[i - 1]!, at);
      if (seconds !== secondsBelow) throw new ToolError('matrix result is not time aligned');
      return Math.trunc(count - countBelow);
    });
    populated.push(counts.filter((count) => count !== 0).length);
  }
  return statistics(populated, buckets.length);
}

/** Of a native histogram; undefined with fewer than two samples. */
export function nativeStatistics({ histograms = [] }: ApiSeries): BucketStatistics | undefined {
  if (histograms.length < 2) return undefined;
  const different = new Set<string>();
  const populated = histograms.map(([, { buckets = [] }]) => {
    for (const [boundaries, lower, upper] of buckets) different.add(`${boundaries} ${lower} ${upper}`);
    return buckets.length;
  });
  return statistics(populated, different.size);
}

function statistics(populated: readonly number[], total: number): BucketStatistics {
  return {
    min: Math.min(...populated),
    avg: populated.reduce((sum, count) => sum + count, 0) / populated.length,
    max: Math.max(...populated),
    total,
  };
}

function upperBound({ metric }: ApiSeries): number {
  return parseFloatGo(metric.le ?? '0');
}

function pointAt({ values = [] }: ApiSeries, at: number): readonly [seconds: number, count: number] {
  const point = values[at];
  if (point === undefined) throw new ToolError('matrix result is not time aligned');
  return [point[0], parseFloatGo(point[1])];
}
