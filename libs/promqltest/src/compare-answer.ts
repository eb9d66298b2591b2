import { formatFloat, type Labels } from '@narthex/model';
import { type AnswerPoint, nearlyEqual, pointsEqual, showActual, showExpected } from './compare-points.js';
import { type ScriptAnswer, type ScriptValue } from './engine.js';
import { type EvalCommand, type Expectations, type ScriptSeries, type TextExpectation } from './script.js';

/** Every way in which an answer is not the expected one. */
export function compareAnswer(command: EvalCommand, answer: ScriptAnswer): readonly string[] {
  const { expect } = command;
  return [
    ...compareAnnotations('warning', answer.warnings, expect.warnings, expect.noWarnings),
    ...compareAnnotations('info', answer.infos, expect.infos, expect.noInfos),
    ...compareValue(command, answer.value),
  ];
}

/** Compares the values alone. */
export function compareValue(command: EvalCommand, value: ScriptValue): readonly string[] {
  const { expect, scalar, series, at } = command;
  if (expect.text !== undefined) {
    if (value.type !== 'string') return [`expected a string, got a ${value.type}`];
    return value.value === expect.text
      ? []
      : [`expected the string ${JSON.stringify(expect.text)}, got ${JSON.stringify(value.value)}`];
  }
  if (at.type === 'instant' && scalar !== undefined) {
    if (value.type !== 'scalar') return [`expected a scalar, got a ${value.type}`];
    return nearlyEqual(scalar, value.value)
      ? []
      : [`expected ${formatFloat(scalar)}, got ${formatFloat(value.value)}`];
  }
  if (at.type === 'range') return compareMatrix(series, value, at);
  if (expect.rangeVector !== undefined) return compareMatrix(series, value, expect.rangeVector);
  return compareVector(series, value, at.timestampMs, expect);
}

/** Whether an error is one that the command expects. */
export function compareFailure(expected: TextExpectation, message: string): readonly string[] {
  return matches(expected, message)
    ? []
    : [`expected the error ${describe(expected)}, got ${JSON.stringify(message)}`];
}

function compareVector(
  expected: readonly ScriptSeries[],
  value: ScriptValue,
  timestampMs: number,
  expect: Expectations,
): readonly string[] {
  if (value.type !== 'vector') return [`expected an instant vector, got a ${value.type}`];
  const faults: string[] = [];
  const actual = new Map<
    string,
    { readonly place: number; readonly point: AnswerPoint; readonly labels: Labels }
  >();
  for (const [place, { labels, value: float, histogram, timestampMs: at }] of value.samples.entries()) {
    if (actual.has(labels.key)) faults.push(`duplicate ${labels.toString()} in the answer`);
    if (at !== timestampMs) faults.push(`${labels.toString()} is of time ${at}, not of ${timestampMs}`);
    actual.set(labels.key, { place, point: { value: float, histogram }, labels });
  }
  for (const [place, { labels, points }] of expected.entries()) {
    const found = actual.get(labels.key);
    actual.delete(labels.key);
    if (points.length !== 1) faults.push(`${labels.toString()}: an instant query has one point a series`);
    else if (found === undefined)
      faults.push(`expected ${labels.toString()} ${showExpected(points[0]!)}, got nothing`);
    else if (!pointsEqual(points[0]!, found.point)) {
      faults.push(
        `expected ${labels.toString()} ${showExpected(points[0]!)}, got ${showActual(found.point)}`,
      );
    } else if (expect.ordered && found.place !== place) {
      faults.push(`expected ${labels.toString()} at place ${place + 1}, it is at ${found.place + 1}`);
    }
  }
  for (const { labels, point } of actual.values())
    faults.push(`unexpected ${labels.toString()} ${showActual(point)}`);
  return faults;
}

interface Times {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

function compareMatrix(
  expected: readonly ScriptSeries[],
  value: ScriptValue,
  times: Times,
): readonly string[] {
  if (value.type !== 'matrix') return [`expected a range vector, got a ${value.type}`];
  const { startMs, endMs, stepMs } = times;
  const steps = Math.floor((endMs - startMs) / stepMs) + 1;
  const faults: string[] = [];
  const actual = new Map<string, { readonly labels: Labels; readonly points: Map<number, AnswerPoint> }>();
  for (const { labels, columns } of value.series) {
    if (actual.has(labels.key)) faults.push(`duplicate ${labels.toString()} in the answer`);
    const points = new Map<number, AnswerPoint>();
    for (let i = 0; i < columns.length; i++) {
      points.set(columns.timestampsMs[i]!, { value: columns.values[i]!, histogram: columns.histograms?.[i] });
    }
    actual.set(labels.key, { labels, points });
  }
  for (const { labels, points } of expected) {
    const found = actual.get(labels.key)?.points ?? new Map<number, AnswerPoint>();
    actual.delete(labels.key);
    if (points.length > steps) faults.push(`${labels.toString()}: more points than the ${steps} steps`);
    const expectedAt = Array.from({ length: steps }, (_, i) => points[i] ?? ({ kind: 'missing' } as const));
    const actualAt = expectedAt.map((_, i) => found.get(startMs + i * stepMs));
    const extra = [...found.keys()].filter(
      (at) => at < startMs || at > endMs || (at - startMs) % stepMs !== 0,
    );
    if (extra.length > 0 || !expectedAt.every((point, i) => pointsEqual(point, actualAt[i]))) {
      const got = [...actualAt.map(showActual), ...extra.map((at) => `and a point at ${at}`)].join(' ');
      faults.push(`expected ${labels.toString()} ${expectedAt.map(showExpected).join(' ')}, got ${got}`);
    }
  }
  for (const { labels, points } of actual.values()) {
    faults.push(`unexpected ${labels.toString()} ${[...points.values()].map(showActual).join(' ')}`);
  }
  return faults;
}

function compareAnnotations(
  kind: string,
  actual: readonly string[],
  expected: readonly TextExpectation[],
  none: boolean,
): readonly string[] {
  const faults: string[] = [];
  if (none && actual.length > 0) faults.push(`expected no ${kind}, got ${JSON.stringify(actual)}`);
  for (const each of expected) {
    if (!actual.some((text) => matches(each, text))) {
      faults.push(`expected the ${kind} ${describe(each)}, got ${JSON.stringify(actual)}`);
    }
  }
  if (expected.length > 0) {
    for (const text of actual) {
      if (!expected.some((each) => matches(each, text)))
        faults.push(`unexpected ${kind} ${JSON.stringify(text)}`);
    }
  }
  return faults;
}

function matches(expected: TextExpectation, text: string): boolean {
  switch (expected.match) {
    case 'any':
      return true;
    case 'exact':
      return text === expected.text || JSON.stringify(text) === expected.text;
    case 'regexp':
      return new RegExp(expected.text).test(text);
  }
}

function describe(expected: TextExpectation): string {
  return expected.match === 'any' ? '' : `${expected.match} ${JSON.stringify(expected.text)}`;
}
