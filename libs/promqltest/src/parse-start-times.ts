import { type Labels, parseDuration } from '@narthex/model';
import { parseMetric } from './parse-metric.js';
import { MOST_REPEATS } from './parse-series.js';
import { TextCursor } from './text-cursor.js';

/** Start timestamps of the samples that follow: each so many ms away from its sample's time; undefined for none. */
export interface StartTimes {
  /** Whose samples; undefined for all series from here on. */
  readonly labels: Labels | undefined;
  readonly offsetsMs: readonly (number | undefined)[];
}

const DURATION = /[0-9]+(?:ms|[smhdwy])?/y;
const COUNT = /[0-9]+/y;

/** True for a line such as `metric{a="b"}@st -1m _x3`. */
export function isStartTimesLine(line: string): boolean {
  return /^\S*@st[ \t]/.test(line);
}

export function parseStartTimes(line: string): StartTimes {
  const cursor = new TextCursor(line);
  const labels = cursor.accept('@st') ? undefined : parseMetric(cursor);
  if (labels !== undefined) cursor.expect('@st');
  const offsetsMs: (number | undefined)[] = [];
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd) return { labels, offsetsMs };
    offsetsMs.push(...parseItem(cursor, offsetsMs.findLast((offset) => offset !== undefined) ?? 0));
    if (!/^(?:[ \t]|$)/.test(cursor.rest)) cursor.fail('expected a space');
  }
}

function parseItem(cursor: TextCursor, lastMs: number): readonly (number | undefined)[] {
  if (cursor.accept('_')) {
    const count = cursor.accept('x') ? parseCount(cursor) : 1;
    if (count === 0) cursor.fail('expected a repeat count above zero');
    return new Array<undefined>(count).fill(undefined);
  }
  if (cursor.accept('*'))
    return new Array<number>(cursor.accept('x') ? parseCount(cursor) + 1 : 1).fill(lastMs);
  const firstMs = parseOffset(cursor);
  const sign = cursor.accept('+') ? 1 : cursor.accept('-') ? -1 : 0;
  const stepMs = sign === 0 ? 0 : sign * parseOffset(cursor);
  if (sign !== 0) cursor.expect('x');
  else if (!cursor.accept('x')) return [firstMs];
  return Array.from({ length: parseCount(cursor) + 1 }, (_, i) => firstMs + i * stepMs);
}

function parseOffset(cursor: TextCursor): number {
  const sign = cursor.accept('-') ? -1 : 1;
  if (sign === 1) cursor.accept('+');
  const text = cursor.match(DURATION);
  if (text === undefined) cursor.fail('expected a duration');
  return sign * parseDuration(text);
}

function parseCount(cursor: TextCursor): number {
  const text = cursor.match(COUNT);
  if (text === undefined) cursor.fail('expected a repeat count');
  const count = Number(text);
  if (count > MOST_REPEATS) cursor.fail(`more than ${MOST_REPEATS} repeats`);
  return count;
}
