import {
  compactHistogram,
  COUNTER_RESET_HINT,
  detectsReset,
  type NativeHistogram,
  usesCustomBuckets,
  withHint,
} from '@narthex/model';
import { mixedExponentialCustom, notACounter, notAGauge } from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { extendedBounds } from './extended-bounds.js';
import { addNoted, type HistogramPoint, interpolateHistograms, subtractNoted } from './noted-histograms.js';
import { metricNameOf, type RangeCall } from './range-function.js';

/** As the increase of floats in an extended window; undefined when there is none. */
export function extendedHistogramIncrease(
  window: RangeWindow,
  isCounter: boolean,
  call: RangeCall,
): NativeHistogram | undefined {
  const { histograms, histogramTimesMs: times } = window.samples;
  const { smoothed } = call;
  const bounds = extendedBounds(times, window.histogramFrom, window.histogramTo, window, smoothed);
  if (bounds === undefined) return undefined;
  const { first, last } = bounds;
  if (!goTogether(histograms.slice(first, last + 1), isCounter, window, call)) return undefined;
  const interpolatesLeft = smoothed && times[first]! < window.startMs;
  const interpolatesRight = smoothed && last > window.histogramFrom && times[last]! > window.endMs;
  const notes = { annotations: call.annotations, position: call.position, labels: window.samples.labels };
  const point = (i: number): HistogramPoint => ({ timeMs: times[i]!, histogram: histograms[i]! });
  const between = (i: number, timeMs: number): NativeHistogram | undefined =>
    interpolateHistograms(point(i), point(i + 1), timeMs, isCounter, notes);
  const left = interpolatesLeft ? between(first, window.startMs) : histograms[first]!;
  const right = interpolatesRight ? between(last - 1, window.endMs) : histograms[last]!;
  if (left === undefined || right === undefined) return undefined;
  const { gauge } = COUNTER_RESET_HINT;
  if (!isCounter && (left.counterResetHint !== gauge || right.counterResetHint !== gauge)) {
    call.annotations.add(notAGauge(metricNameOf(window.samples.labels), call.position));
  }
  let increase = subtractNoted(right, left, notes);
  if (isCounter) {
    // The reset that the left value was interpolated over is in it already.
    const spanned = interpolatesLeft && detectsReset(histograms[first + 1]!, histograms[first]!);
    let previous = spanned ? histograms[first + 1]! : left;
    const from = first + (spanned ? 2 : 1);
    const meet = (current: NativeHistogram): void => {
      if (increase !== undefined && detectsReset(current, previous))
        increase = addNoted(increase, previous, notes);
      previous = current;
    };
    for (let i = from; i < last; i++) meet(histograms[i]!);
    if (from <= last) meet(right);
  }
  return increase === undefined ? undefined : compactHistogram(withHint(increase, gauge));
}

function goTogether(
  points: readonly NativeHistogram[],
  isCounter: boolean,
  window: RangeWindow,
  { annotations, position }: RangeCall,
): boolean {
  const name = metricNameOf(window.samples.labels);
  const custom = usesCustomBuckets(points[0]!);
  if (points.some((point) => usesCustomBuckets(point) !== custom)) {
    annotations.add(mixedExponentialCustom(name, position));
    return false;
  }
  const isGauge = (point: NativeHistogram): boolean => point.counterResetHint === COUNTER_RESET_HINT.gauge;
  if (isCounter && points.some(isGauge)) annotations.add(notACounter(name, position));
  return true;
}
