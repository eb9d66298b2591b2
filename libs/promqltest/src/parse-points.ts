import { addHistograms, COUNTER_RESET_HINT, type NativeHistogram, subtractHistograms } from '@narthex/model';
import { ScriptError } from './errors.js';
import { parseHistogram } from './parse-histogram.js';
import { parseNumber } from './parse-number.js';
import { type ScriptPoint } from './script.js';

/** More points than this in one line are a mistake. */
const MOST_POINTS = 1_000_000;

/**
 * Reads the points of a series: numbers, `_` for none, `stale`, histograms, and repetitions: `1x3` is four times 1,
 * `1+2x3` is 1 3 5 7, `_x3` three times none, `{{…}}+{{…}}x3` likewise
 * (https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md).
 * @throws ScriptError
 */
export function parsePoints(text: string): readonly ScriptPoint[] {
  const points: ScriptPoint[] = [];
  for (const word of wordsOf(text)) {
    points.push(...expand(word));
    if (points.length > MOST_POINTS) throw new ScriptError('a series of too many points');
  }
  return points;
}

/** Splits at spaces outside of histograms. */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/(?:\{\{.*?\}\}|[^\s{}])+/g) ?? [];
  const rest = text.replace(/(?:\{\{.*?\}\}|[^\s{}])+/g, '').trim();
  if (rest !== '') throw new ScriptError(`unexpected ${rest} among the points`);
  return words;
}

const NUMBER = String.raw`[+-]?(?:[\d.]+(?:[eE][+-]?\d+)?|[iI]nf(?:inity)?|[nN]a[nN])`;
const FLOAT_WORD = new RegExp(`^(${NUMBER})(?:(${NUMBER.replace('[+-]?', '[+-]')})?x(\\d+))?$`);
const MISSING_WORD = /^_(?:x(\d+))?$/;
const HISTOGRAM_WORD = /^\{\{(.*?)\}\}(?:(?:([+-])\{\{(.*?)\}\})?x(\d+))?$/;

function expand(word: string): readonly ScriptPoint[] {
  if (word === 'stale') return [{ kind: 'stale' }];
  const missing = MISSING_WORD.exec(word);
  if (missing !== null) return Array.from({ length: Number(missing[1] ?? 1) }, () => ({ kind: 'missing' }));
  const histogram = HISTOGRAM_WORD.exec(word);
  if (histogram !== null) return expandHistogram(histogram);
  const float = FLOAT_WORD.exec(word);
  if (float === null) throw new ScriptError(`"${word}" is no point of a series`);
  const [, start = '', step, times] = float;
  const values: ScriptPoint[] = [];
  let value = parseNumber(start);
  // Added up one by one, as upstream does it, so that rounding is the same.
  for (let i = 0; i <= Number(times ?? 0); i++) {
    values.push({ kind: 'float', value });
    value += step === undefined ? 0 : parseNumber(step);
  }
  return values;
}

function expandHistogram([, inner = '', sign, stepInner, times]: RegExpExecArray): readonly ScriptPoint[] {
  const { histogram: start, hintGiven } = parseHistogram(inner);
  const step = stepInner === undefined ? undefined : parseHistogram(stepInner).histogram;
  const points: ScriptPoint[] = [];
  let histogram = start;
  for (let i = 0; i <= Number(times ?? 0); i++) {
    points.push({ kind: 'histogram', histogram, hintGiven });
    if (step !== undefined) histogram = moved(histogram, step, sign === '-');
  }
  return points;
}

function moved(histogram: NativeHistogram, step: NativeHistogram, down: boolean): NativeHistogram {
  const gauge = { ...step, counterResetHint: COUNTER_RESET_HINT.gauge };
  const base = { ...histogram, counterResetHint: COUNTER_RESET_HINT.gauge };
  const result = down ? subtractHistograms(base, gauge) : addHistograms(base, gauge);
  return { ...result.histogram, counterResetHint: histogram.counterResetHint };
}
