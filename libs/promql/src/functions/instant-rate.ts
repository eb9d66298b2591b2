import {
  compactHistogram,
  COUNTER_RESET_HINT,
  detectsReset,
  divideHistogram,
  IncompatibleHistogramsError,
  type NativeHistogram,
  subtractHistograms,
  withHint,
} from '@narthex/model';
import {
  customBucketsReconciled,
  mixedExponentialCustom,
  mixedFloatsHistograms,
  notACounter,
  notAGauge,
} from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { metricNameOf, RangeFunction } from './range-function.js';
import { isStartReset } from './start-timestamps.js';

interface Point {
  readonly timeMs: number;
  readonly startMs: number;
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
}

/** `irate` and `idelta`: what the last two samples of a window say. */
export class InstantRate extends RangeFunction {
  override compute(window: RangeWindow): boolean {
    const points = lastTwo(window);
    if (points === undefined) return false;
    const [previous, current] = points;
    const seconds = (current.timeMs - previous.timeMs) / 1000;
    if (seconds === 0) return false;
    const isRate = this.call.name === 'irate';
    const started = this.call.startTimestamps && startedAnew(previous, current);
    if (previous.histogram === undefined && current.histogram === undefined) {
      const reset = isRate && (current.value < previous.value || started);
      const difference = reset ? current.value : current.value - previous.value;
      return this.float(isRate ? difference / seconds : difference);
    }
    if (previous.histogram === undefined || current.histogram === undefined) {
      this.call.annotations.add(
        mixedFloatsHistograms(metricNameOf(window.samples.labels), this.call.position),
      );
      return false;
    }
    const difference = this.#difference(previous.histogram, current.histogram, isRate, started, window);
    return (
      difference !== undefined &&
      this.histogramResult(isRate ? divideHistogram(difference, seconds) : difference)
    );
  }

  #difference(
    previous: NativeHistogram,
    current: NativeHistogram,
    isRate: boolean,
    started: boolean,
    window: RangeWindow,
  ): NativeHistogram | undefined {
    const { annotations, position } = this.call;
    const name = metricNameOf(window.samples.labels);
    const { gauge } = COUNTER_RESET_HINT;
    const gauges = [previous, current].filter((histogram) => histogram.counterResetHint === gauge).length;
    if (isRate && gauges > 0) annotations.add(notACounter(name, position));
    if (!isRate && gauges < 2) annotations.add(notAGauge(name, position));
    let difference = current;
    if (!isRate || !(started || detectsReset(current, previous))) {
      try {
        const result = subtractHistograms(current, previous);
        if (result.boundsReconciled) annotations.add(customBucketsReconciled('subtraction', position));
        difference = result.histogram;
      } catch (error) {
        if (!(error instanceof IncompatibleHistogramsError)) throw error;
        annotations.add(mixedExponentialCustom(name, position));
        return undefined;
      }
    }
    return compactHistogram(withHint(difference, gauge));
  }
}

function startedAnew(previous: Point, current: Point): boolean {
  return isStartReset(previous.startMs, previous.timeMs, current.startMs, current.timeMs);
}

/** The last two samples of either kind; undefined when there are fewer. */
function lastTwo(window: RangeWindow): readonly [Point, Point] | undefined {
  const { samples } = window;
  const points: Point[] = [];
  for (let i = Math.max(window.floatFrom, window.floatTo - 2); i < window.floatTo; i++) {
    points.push({
      timeMs: samples.floatTimesMs[i]!,
      startMs: samples.floatStartsMs?.[i] ?? 0,
      value: samples.floats[i]!,
      histogram: undefined,
    });
  }
  for (let i = Math.max(window.histogramFrom, window.histogramTo - 2); i < window.histogramTo; i++) {
    points.push({
      timeMs: samples.histogramTimesMs[i]!,
      startMs: samples.histogramStartsMs?.[i] ?? 0,
      value: 0,
      histogram: samples.histograms[i]!,
    });
  }
  const [previous, current] = points.sort((a, b) => a.timeMs - b.timeMs).slice(-2);
  return previous === undefined || current === undefined ? undefined : [previous, current];
}
