import {
  compactHistogram,
  COUNTER_RESET_HINT,
  detectsReset,
  emptyHistogram,
  type NativeHistogram,
  reduceHistogram,
  subtractHistograms,
  usesCustomBuckets,
  withHint,
} from '@narthex/model';
import {
  customBucketsReconciled,
  mixedExponentialCustom,
  notACounter,
  notAGauge,
  startTimeOverlap,
} from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { addNoted } from './noted-histograms.js';
import { metricNameOf, type RangeCall } from './range-function.js';
import { isStartReset, startsOverlap } from './start-timestamps.js';

/** An empty histogram with another's layout: what a counter is right after a reset. */
function zeroLike(histogram: NativeHistogram): NativeHistogram {
  return emptyHistogram({ ...histogram, zeroThreshold: 0 });
}

/**
 * The increase from the first to the last histogram of a window of at least two, over resets if it is a counter;
 * undefined, with a warning, when they do not go together.
 */
export function histogramIncrease(
  window: RangeWindow,
  isCounter: boolean,
  call: RangeCall,
): NativeHistogram | undefined {
  const { histograms, labels } = window.samples;
  const { annotations, position } = call;
  const name = metricNameOf(labels);
  const { gauge } = COUNTER_RESET_HINT;
  const points = histograms.slice(window.histogramFrom, window.histogramTo);
  const first = points[0]!;
  const second = points[1]!;
  const last = points.at(-1)!;
  if (isCounter && (first.counterResetHint === gauge || last.counterResetHint === gauge)) {
    annotations.add(notACounter(name, position));
  }
  const isReset = (i: number, previous: NativeHistogram): boolean =>
    startReset(window, i, call) || detectsReset(points[i]!, previous);
  // What was before a reset at once need not go together with what is behind it.
  const base = isCounter && isReset(1, first) ? zeroLike(second) : first;
  const custom = usesCustomBuckets(base);
  const inner = points.slice(1, -1);
  const mixed =
    usesCustomBuckets(last) !== custom ||
    (isCounter && inner.some((point) => usesCustomBuckets(point) !== custom));
  if (mixed) {
    annotations.add(mixedExponentialCustom(name, position));
    return undefined;
  }
  let schema = Math.min(last.schema, base.schema);
  if (isCounter) {
    if (inner.some((point) => point.counterResetHint === gauge)) annotations.add(notACounter(name, position));
    schema = Math.min(schema, ...inner.map((point) => point.schema));
  }
  const difference = subtractHistograms(reduceHistogram(last, schema), base);
  if (difference.boundsReconciled) annotations.add(customBucketsReconciled('subtraction', position));
  let increase: NativeHistogram | undefined = difference.histogram;
  if (isCounter) {
    let previous = base;
    for (let i = 1; i < points.length && increase !== undefined; i++) {
      if (isReset(i, previous)) increase = addNoted(increase, previous, { annotations, position, labels });
      previous = points[i]!;
    }
    if (overlaps(window, call)) annotations.add(startTimeOverlap(name, position));
    if (increase === undefined) return undefined;
  } else if (first.counterResetHint !== gauge || last.counterResetHint !== gauge) {
    annotations.add(notAGauge(name, position));
  }
  return compactHistogram(withHint(increase, gauge));
}

/** True when start timestamps tell of a reset before point `i` of the window. */
function startReset(window: RangeWindow, i: number, call: RangeCall): boolean {
  const { histogramStartsMs: starts, histogramTimesMs: times } = window.samples;
  if (starts === undefined || !call.startTimestamps) return false;
  const at = window.histogramFrom + i;
  return isStartReset(starts[at - 1]!, times[at - 1]!, starts[at]!, times[at]!);
}

function overlaps(window: RangeWindow, call: RangeCall): boolean {
  const { histogramStartsMs: starts, histogramTimesMs: times } = window.samples;
  if (starts === undefined || !call.startTimestamps) return false;
  for (let i = window.histogramFrom + 1; i < window.histogramTo; i++) {
    if (startsOverlap(starts[i - 1]!, times[i - 1]!, starts[i]!)) return true;
  }
  return false;
}
