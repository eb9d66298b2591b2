import {
  compactHistogram,
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  type Labels,
  LabelsBuilder,
  METRIC_NAME,
  type NativeHistogram,
} from '@narthex/model';
import { type LoadedSeries } from './loaded-series.js';
import { parseNumber } from './parse-number.js';
import { ScriptError } from './errors.js';
import { type StoredSample } from './memory-storage.js';

/** The parts of one classic histogram at one time. */
interface ClassicSample {
  readonly counts: Map<number, number>;
  sum: number;
  count: number | undefined;
}

/** Classic histograms among the series (`x_bucket`, `x_count`, `x_sum`), as native ones with custom bounds (`x`). */
export function convertClassic(series: readonly LoadedSeries[]): readonly LoadedSeries[] {
  const byLabels = new Map<string, { labels: Labels; samples: Map<number, ClassicSample> }>();
  for (const { labels, samples } of series) {
    const name = /^(.*)_(bucket|count|sum)$/.exec(labels.get(METRIC_NAME));
    if (name === null) continue;
    const bound = parseNumber(labels.get('le'));
    if (name[2] === 'bucket' && (bound === undefined || Number.isNaN(bound))) continue;
    const base = new LabelsBuilder(labels).set(METRIC_NAME, name[1]!).delete('le').labels();
    let histogram = byLabels.get(base.key);
    if (histogram === undefined) byLabels.set(base.key, (histogram = { labels: base, samples: new Map() }));
    for (const { timestampMs, value, histogram: native } of samples) {
      if (native !== undefined) continue;
      const sample = histogram.samples.get(timestampMs) ?? { counts: new Map(), sum: 0, count: undefined };
      histogram.samples.set(timestampMs, sample);
      if (name[2] === 'bucket') sample.counts.set(bound!, value);
      else if (name[2] === 'count') sample.count = value;
      else sample.sum = value;
    }
  }
  return [...byLabels.values()].map(({ labels, samples }) => ({
    labels,
    samples: [...samples]
      .sort(([a], [b]) => a - b)
      .map(([timestampMs, sample]): StoredSample => {
        return { timestampMs, value: 0, histogram: convert(labels, sample), startTimestampMs: 0 };
      }),
  }));
}

function convert(labels: Labels, { counts, sum, count: given }: ClassicSample): NativeHistogram {
  const bounds = [...counts.keys()].sort((a, b) => a - b);
  const count = given ?? counts.get(bounds.at(-1) ?? Infinity) ?? 0;
  const cumulative = bounds.map((bound) => counts.get(bound)!);
  if (bounds.at(-1) !== Infinity) cumulative.push(count);
  const buckets = cumulative.map((value, i) => value - (cumulative[i - 1] ?? 0));
  if (count < 0 || buckets.some((value) => value < 0))
    throw new ScriptError(`bucket counts of ${labels.toString()} go down`);
  // Not so either where one of them is NaN, as in a stale marker.
  if (cumulative.at(-1) !== count)
    throw new ScriptError(`the highest bucket of ${labels.toString()} does not hold what is counted`);
  return compactHistogram({
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum,
    positiveSpans: [{ offset: 0, length: buckets.length }],
    positiveBuckets: buckets,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: bounds.filter((bound) => bound !== Infinity),
  });
}
