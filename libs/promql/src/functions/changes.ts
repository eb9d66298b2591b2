import { detectsReset, histogramsEqual, type NativeHistogram } from '@narthex/model';
import { type RangeWindow } from '../operators/range-samples.js';
import { RangeFunction } from './range-function.js';
import { isStartReset } from './start-timestamps.js';

/** `changes` and `resets`: how often neighbouring samples differ, or a counter begins anew. */
export class Changes extends RangeFunction {
  override compute(window: RangeWindow): boolean {
    const start = this.#start(window);
    if (start === undefined) return false;
    const { samples } = window;
    let [f, h] = start;
    let count = 0;
    let previous: { f: number; h: number } | undefined;
    while (f < window.floatTo || h < window.histogramTo) {
      const floatFirst =
        h >= window.histogramTo ||
        (f < window.floatTo && samples.floatTimesMs[f]! < samples.histogramTimesMs[h]!);
      const current = floatFirst ? { f: f++, h: -1 } : { f: -1, h: h++ };
      if (previous !== undefined && this.#differs(window, previous, current)) count++;
      previous = current;
    }
    return this.float(count);
  }

  /**
   * Where to begin. With `anchored`, at the last sample before the window, whichever kind it is; undefined when there
   * is none behind the window's start.
   */
  #start(window: RangeWindow): readonly [number, number] | undefined {
    const { floatFrom, floatTo, histogramFrom, histogramTo, samples, startMs } = window;
    if (!this.call.anchored) return [floatFrom, histogramFrom];
    let f = floatFrom;
    while (f < floatTo && samples.floatTimesMs[f]! <= startMs) f++;
    let h = histogramFrom;
    while (h < histogramTo && samples.histogramTimesMs[h]! <= startMs) h++;
    if (f === floatTo && h === histogramTo) return undefined;
    const floatBeforeMs = f > floatFrom ? samples.floatTimesMs[f - 1]! : -Infinity;
    const histogramBeforeMs = h > histogramFrom ? samples.histogramTimesMs[h - 1]! : -Infinity;
    if (floatBeforeMs === -Infinity && histogramBeforeMs === -Infinity) return [f, h];
    return floatBeforeMs >= histogramBeforeMs ? [f - 1, h] : [f, h - 1];
  }

  #differs(
    window: RangeWindow,
    previous: { f: number; h: number },
    current: { f: number; h: number },
  ): boolean {
    const { samples } = window;
    const isFloat = current.f >= 0;
    if (isFloat !== previous.f >= 0) return true;
    const resets = this.call.name === 'resets';
    if (resets && this.call.startTimestamps) {
      const starts = isFloat ? samples.floatStartsMs : samples.histogramStartsMs;
      const times = isFloat ? samples.floatTimesMs : samples.histogramTimesMs;
      const [before, now] = isFloat ? [previous.f, current.f] : [previous.h, current.h];
      if (starts !== undefined && isStartReset(starts[before]!, times[before]!, starts[now]!, times[now]!))
        return true;
    }
    if (isFloat) return floatsDiffer(samples.floats[previous.f]!, samples.floats[current.f]!, resets);
    return histogramsDiffer(samples.histograms[previous.h]!, samples.histograms[current.h]!, resets);
  }
}

function floatsDiffer(previous: number, current: number, resets: boolean): boolean {
  if (resets) return current < previous;
  return current !== previous && !(Number.isNaN(current) && Number.isNaN(previous));
}

function histogramsDiffer(previous: NativeHistogram, current: NativeHistogram, resets: boolean): boolean {
  return resets ? detectsReset(current, previous) : !histogramsEqual(current, previous);
}
