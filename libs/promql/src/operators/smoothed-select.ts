import { COUNTER_RESET_HINT, type NativeHistogram, usesCustomBuckets } from '@narthex/model';
import { type SampleColumns } from '@narthex/storage';
import { mixedExponentialCustom, mixedFloatsHistograms } from '../engine/annotation-texts.js';
import { type OperatorContext } from '../engine/context.js';
import { type StepSeries } from '../engine/step-series.js';
import { interpolateHistograms } from '../functions/noted-histograms.js';
import { metricNameOf } from '../functions/range-function.js';
import { type InstantSelectNode } from '../plan/plan.js';
import { dropStale } from './drop-stale.js';

/**
 * Fills a series with what is on the line between the samples before and after each step, both within the look-back;
 * behind the last sample, that one is carried on. Where floats and histograms are within the look-back of a step, there
 * is nothing, and a warning.
 */
export function fillSmoothed(
  series: StepSeries,
  columns: SampleColumns,
  { offsetMs, fixedMs, position }: InstantSelectNode,
  { steps, lookbackMs, annotations }: OperatorContext,
): void {
  dropStale(columns);
  const { timestampsMs: times, values, histograms, length } = columns;
  const notes = { annotations, position, labels: series.labels };
  let from = 0;
  let next = 0;
  let to = 0;
  for (let step = 0; step < steps.count; step++) {
    const reference = (fixedMs ?? steps.at(step)) - offsetMs;
    while (from < length && times[from]! <= reference - lookbackMs) from++;
    while (next < length && times[next]! < reference) next++;
    while (to < length && times[to]! <= reference + lookbackMs) to++;
    if (histograms !== undefined && isMixed(histograms, from, to)) {
      annotations.add(mixedFloatsHistograms(metricNameOf(series.labels), position));
      continue;
    }
    const before = next > from ? next - 1 : undefined;
    const after = next < to ? next : undefined;
    const exact = after !== undefined && times[after] === reference ? after : undefined;
    const only = exact ?? (after === undefined ? before : undefined);
    if (only !== undefined) {
      const histogram = histograms?.[only];
      if (histogram === undefined) series.setFloat(step, values[only]!);
      else series.setHistogram(step, histogram);
    } else if (before !== undefined && after !== undefined) {
      const [first, second] = [histograms?.[before], histograms?.[after]];
      if (first === undefined || second === undefined) {
        const share = (reference - times[before]!) / (times[after]! - times[before]!);
        series.setFloat(step, values[before]! + (values[after]! - values[before]!) * share);
      } else if (usesCustomBuckets(first) !== usesCustomBuckets(second)) {
        annotations.add(mixedExponentialCustom(metricNameOf(series.labels), position));
      } else {
        const histogram = interpolateHistograms(
          { timeMs: times[before]!, histogram: first },
          { timeMs: times[after]!, histogram: second },
          reference,
          isCounter(first) || isCounter(second),
          notes,
        );
        if (histogram !== undefined) series.setHistogram(step, histogram);
      }
    }
  }
}

function isMixed(histograms: readonly (NativeHistogram | undefined)[], from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) {
    if ((histograms[i] === undefined) !== (histograms[from] === undefined)) return true;
  }
  return false;
}

function isCounter({ counterResetHint }: NativeHistogram): boolean {
  return counterResetHint !== COUNTER_RESET_HINT.gauge;
}
