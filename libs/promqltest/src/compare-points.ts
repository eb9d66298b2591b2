import { compactHistogram, formatFloat, formatHistogram, type NativeHistogram } from '@narthex/model';
import { type ScriptPoint } from './script.js';

/** Upstream's tolerance, relative to the sum of both magnitudes. */
const EPSILON = 1e-6;
const SMALLEST_NORMAL = 2 ** -1022;

/** One point of an answer; undefined where it has none. */
export interface AnswerPoint {
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
}

/** Equal but for rounding; NaN equals NaN. */
export function nearlyEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const difference = Math.abs(a - b);
  const magnitude = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || magnitude < SMALLEST_NORMAL) return difference < EPSILON * SMALLEST_NORMAL;
  return difference / Math.min(magnitude, Number.MAX_VALUE) < EPSILON;
}

export function pointsEqual(expected: ScriptPoint, actual: AnswerPoint | undefined): boolean {
  if (expected.kind === 'missing' || expected.kind === 'stale') return actual === undefined;
  if (actual === undefined) return false;
  if (expected.kind === 'float')
    return actual.histogram === undefined && nearlyEqual(expected.value, actual.value);
  if (actual.histogram === undefined) return false;
  if (expected.hintGiven && expected.histogram.counterResetHint !== actual.histogram.counterResetHint)
    return false;
  return histogramsNearlyEqual(compactHistogram(expected.histogram), compactHistogram(actual.histogram));
}

function histogramsNearlyEqual(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    nearlyEqual(a.zeroCount, b.zeroCount) &&
    nearlyEqual(a.count, b.count) &&
    nearlyEqual(a.sum, b.sum) &&
    listsNearlyEqual(a.customValues, b.customValues) &&
    listsNearlyEqual(a.positiveBuckets, b.positiveBuckets) &&
    listsNearlyEqual(a.negativeBuckets, b.negativeBuckets) &&
    spansEqual(a.positiveSpans, b.positiveSpans) &&
    spansEqual(a.negativeSpans, b.negativeSpans)
  );
}

function spansEqual(a: NativeHistogram['positiveSpans'], b: NativeHistogram['positiveSpans']): boolean {
  return (
    a.length === b.length &&
    a.every(({ offset, length }, i) => offset === b[i]!.offset && length === b[i]!.length)
  );
}

function listsNearlyEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => nearlyEqual(value, b[i]!));
}

/** How a point is shown in a failure. */
export function showExpected(point: ScriptPoint): string {
  if (point.kind === 'missing') return '_';
  if (point.kind === 'stale') return 'stale';
  return point.kind === 'float' ? formatFloat(point.value) : formatHistogram(point.histogram);
}

export function showActual(point: AnswerPoint | undefined): string {
  if (point === undefined) return '_';
  return point.histogram === undefined ? formatFloat(point.value) : formatHistogram(point.histogram);
}
