import { Labels, type NativeHistogram } from '@narthex/model';
import { type VectorColumns } from './protocol.js';

/** One element of an instant vector. */
export interface VectorSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: NativeHistogram | undefined;
}

/** Packs samples to be sent: few large pieces instead of many small objects. */
export function packVector(samples: readonly VectorSample[]): VectorColumns {
  const pairs: string[] = [];
  const ends = new Uint32Array(samples.length);
  const values = new Float64Array(samples.length);
  const histograms: [number, NativeHistogram][] = [];
  for (const [index, sample] of samples.entries()) {
    pairs.push(...sample.labels.pairs());
    ends[index] = pairs.length;
    values[index] = sample.value;
    if (sample.histogram !== undefined) histograms.push([index, sample.histogram]);
  }
  return { pairs, ends, values, histograms };
}

export function unpackVector({ pairs, ends, values, histograms }: VectorColumns): readonly VectorSample[] {
  const histogramAt = new Map(histograms);
  return Array.from(values, (value, index) => {
    const labels = Labels.fromSortedPairs(pairs.slice(ends[index - 1] ?? 0, ends[index]));
    const histogram = histogramAt.get(index);
    return histogram === undefined ? { labels, value } : { labels, value, histogram };
  });
}
