import {
  compactHistogram,
  COUNTER_RESET_HINT,
  detectsReset,
  IncompatibleHistogramsError,
  type NativeHistogram,
  scaleHistogram,
  subtractHistograms,
  usesCustomBuckets,
  withHint,
} from '@narthex/model';
import {
  customBucketsReconciled,
  mixedExponentialCustom,
  notACounter,
  notAGauge,
} from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { extendedBounds } from './extended-bounds.js';
import { addNoted } from './histogram-rate.js';
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
  const left = interpolatesLeft
    ? between(window, first, window.startMs, isCounter, call)
    : histograms[first]!;
  const right = interpolatesRight
    ? between(window, last - 1, window.endMs, isCounter, call)
    : histograms[last]!;
  if (left === undefined || right === undefined) return undefined;
  const { gauge } = COUNTER_RESET_HINT;
  if (!isCounter && (left.counterResetHint !== gauge || right.counterResetHint !== gauge)) {
    call.annotations.add(notAGauge(metricNameOf(window.samples.labels), call.position));
  }
  let increase = subtractNoted(right, left, window, call);
  if (isCounter) {
    // The reset that the left value was interpolated over is in it already.
    const spanned = interpolatesLeft && detectsReset(histograms[first + 1]!, histograms[first]!);
    let previous = spanned ? histograms[first + 1]! : left;
    const from = first + (spanned ? 2 : 1);
    const meet = (current: NativeHistogram): void => {
      if (increase !== undefined && detectsReset(current, previous))
        increase = addNoted(increase, previous, window, call);
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

/** The histogram between sample `i` and the next. */
function between(
  window: RangeWindow,
  i: number,
  timeMs: number,
  isCounter: boolean,
  call: RangeCall,
): NativeHistogram | undefined {
  const { histograms, histogramTimesMs: times } = window.samples;
  const from = histograms[i]!;
  const to = histograms[i + 1]!;
  if (timeMs === times[i]) return from;
  if (timeMs === times[i + 1]) return to;
  const share = (timeMs - times[i]!) / (times[i + 1]! - times[i]!);
  if (isCounter && detectsReset(to, from)) return scaleHistogram(to, share);
  const difference = subtractNoted(to, from, window, call);
  return difference === undefined
    ? undefined
    : addNoted(scaleHistogram(difference, share), from, window, call);
}

function subtractNoted(
  a: NativeHistogram,
  b: NativeHistogram,
  window: RangeWindow,
  { annotations, position }: RangeCall,
): NativeHistogram | undefined {
  try {
    const { histogram, boundsReconciled } = subtractHistograms(a, b);
    if (boundsReconciled) annotations.add(customBucketsReconciled('subtraction', position));
    return histogram;
  } catch (error) {
    if (!(error instanceof IncompatibleHistogramsError)) throw error;
    annotations.add(mixedExponentialCustom(metricNameOf(window.samples.labels), position));
    return undefined;
  }
}
