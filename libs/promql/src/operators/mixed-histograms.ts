import { type Labels, METRIC_NAME, NumberError, parseFloatGo } from '@narthex/model';
import { badBucketLabel, mixedClassicNative } from '../engine/annotation-texts.js';
import { type OperatorContext } from '../engine/context.js';
import { ABSENT, FLOAT, HISTOGRAM, type StepSeries } from '../engine/step-series.js';
import { ClassicBuckets } from '../functions/classic-histogram.js';
import { type PositionRange } from '../syntax/position.js';

const BUCKET_LABEL = 'le';

interface Bucket {
  readonly upperBound: number;
  readonly series: StepSeries;
}

/** The buckets of one classic histogram, which are series of their own, by their bounds. */
interface ClassicGroup {
  /** Without the bucket label. */
  readonly labels: Labels;
  readonly buckets: Bucket[];
  dropName: boolean;
}

/** A vector of histograms, classic and native, sorted out once for all steps. */
export class MixedHistograms {
  readonly native: readonly StepSeries[];
  readonly classic: readonly ClassicGroup[];

  /** @param position of the vector, for warnings */
  constructor(vector: readonly StepSeries[], position: PositionRange, context: OperatorContext) {
    const groups = new Map<string, ClassicGroup>();
    const nameOf = (labels: Labels): string => labels.get(METRIC_NAME);
    for (const series of vector) {
      if (!series.kinds.includes(FLOAT)) continue;
      const bound = series.labels.get(BUCKET_LABEL);
      const upperBound = parseBound(bound);
      if (upperBound === undefined) {
        context.annotations.add(badBucketLabel(nameOf(series.labels), bound, position));
        continue;
      }
      const labels = series.labels.filter((name) => name !== BUCKET_LABEL);
      let group = groups.get(labels.key);
      if (group === undefined)
        groups.set(labels.key, (group = { labels, buckets: [], dropName: series.dropName }));
      group.buckets.push({ upperBound, series });
      group.dropName ||= series.dropName;
    }
    this.native = vector.filter((series) => series.histograms !== undefined);
    this.classic = [...groups.values()];
    for (const { buckets } of this.classic) buckets.sort(byBound);
    for (const series of this.native) {
      const group = groups.get(series.labels.key);
      if (group === undefined) continue;
      if (separate(series, group))
        context.annotations.add(mixedClassicNative(nameOf(series.labels), position));
    }
  }
}

/** Takes both away where a native and a classic histogram of the same labels meet. */
function separate(native: StepSeries, group: ClassicGroup): boolean {
  let met = false;
  for (let step = 0; step < native.kinds.length; step++) {
    if (native.kinds[step] !== HISTOGRAM) continue;
    const present = group.buckets.filter(({ series }) => series.kinds[step] === FLOAT);
    if (present.length === 0) continue;
    met = true;
    native.kinds[step] = ABSENT;
    for (const { series } of present) series.clear(step);
  }
  return met;
}

function byBound(a: Bucket, b: Bucket): number {
  return a.upperBound < b.upperBound ? -1 : a.upperBound > b.upperBound ? 1 : 0;
}

/** Room for the buckets of a group at one step. */
export function roomFor(group: ClassicGroup): ClassicBuckets {
  return new ClassicBuckets(group.buckets.length);
}

/** Takes the buckets that a classic histogram has at a step; false when there are none. */
export function takeBuckets({ buckets }: ClassicGroup, step: number, into: ClassicBuckets): boolean {
  into.clear();
  for (let i = 0; i < buckets.length; i++) {
    const { upperBound, series } = buckets[i]!;
    if (series.kinds[step] === FLOAT) into.add(upperBound, series.values[step]!);
  }
  return into.length > 0;
}

function parseBound(text: string): number | undefined {
  try {
    return parseFloatGo(text);
  } catch (error) {
    if (error instanceof NumberError) return undefined;
    throw error;
  }
}
