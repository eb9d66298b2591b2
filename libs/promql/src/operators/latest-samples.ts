import { isStaleNaN } from '@narthex/bytes';
import { type SampleColumns } from '@narthex/storage';
import { FLOAT, type StepSeries } from '../engine/step-series.js';
import { type Steps } from '../engine/steps.js';
import { type TimeShift } from '../plan/plan.js';

/** What to put at a step: the sample's value, or when it was taken, in seconds. */
export type InstantValue = 'value' | 'timestamp' | 'startTimestamp';

/** Puts the latest sample at each step, unless it is stale or older than the look-back. */
export function fillLatest(
  series: StepSeries,
  columns: SampleColumns,
  { offsetMs, fixedMs }: TimeShift,
  { steps, lookbackMs }: { readonly steps: Steps; readonly lookbackMs: number },
  show: InstantValue,
): void {
  const { timestampsMs, values, histograms, startTimestampsMs, length } = columns;
  let next = 0;
  for (let step = 0; step < steps.count; step++) {
    const reference = (fixedMs ?? steps.at(step)) - offsetMs;
    while (next < length && timestampsMs[next]! <= reference) next++;
    const at = next - 1;
    if (at < 0 || timestampsMs[at]! <= reference - lookbackMs) continue;
    const histogram = histograms?.[at];
    const value = values[at]!;
    if (histogram === undefined ? value !== value && isStaleNaN(value) : isStaleNaN(histogram.sum)) continue;
    if (show === 'timestamp') series.setFloat(step, timestampsMs[at]! / 1000);
    else if (show === 'startTimestamp') {
      // Zero where it is not known.
      series.setFloat(step, (startTimestampsMs?.[at] ?? 0) / 1000);
    } else if (histogram === undefined) {
      series.kinds[step] = FLOAT;
      series.values[step] = value;
    } else series.setHistogram(step, histogram);
  }
}
