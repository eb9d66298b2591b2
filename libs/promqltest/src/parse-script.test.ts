import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { parsePoints } from './parse-points.js';
import { parseScript } from './parse-script.js';

function shown(points: string): string {
  return parsePoints(points)
    .map((point) =>
      point.kind === 'float'
        ? String(point.value)
        : point.kind === 'histogram'
          ? `h${point.histogram.count}`
          : point.kind,
    )
    .join(' ');
}

describe('points', () => {
  test.each([
    ['1', '1'],
    ['1x3', '1 1 1 1'],
    ['1+2x3', '1 3 5 7'],
    ['-2+4x3', '-2 2 6 10'],
    ['1-2x2', '1 -1 -3'],
    ['0 1.5e2 -Inf NaN', '0 150 -Infinity NaN'],
    ['_ _x2 stale', 'missing missing missing stale'],
    ['{{schema:1 count:3}}', 'h3'],
    ['{{count:1}}x1', 'h1 h1'],
    ['{{count:1}}+{{count:2}}x2', 'h1 h3 h5'],
  ])('%s', (points, expected) => expect(shown(points)).toBe(expected));

  test.each([
    '1y',
    '1+x3',
    '{{foo:1}}',
    '{{count:1',
    'x3',
    '1x-1',
    '{{custom_values:[1]}}',
    '{{count:1 count:2}}',
  ])('%s is refused', (points) => {
    expect(() => parsePoints(points)).toThrow();
  });
});

test('a whole script', () => {
  const commands = parseScript(`
# A comment.
load 5m
  metric{a="b", "q.r"='c'}  1+1x2
  {"m.n", x="y"} 3

eval instant at 50m sum(metric)
  expect no_warn
  {} 3

eval range from -1m to 10m step 5m metric
  expect warn msg: something
  {a="b"} 1 _ 3
eval_fail instant at 0 metric{
eval instant at 0 1+1
  2
eval instant at 0 x
expect fail regex: a.*b
clear
`);
  expect(commands.map(({ kind, line }) => [kind, line])).toEqual([
    ['load', 3],
    ['eval', 7],
    ['eval', 11],
    ['eval', 14],
    ['eval', 15],
    ['eval', 17],
    ['clear', 19],
  ]);
  expect(commands[0]).toMatchObject({ stepMs: 300_000, withCustomBuckets: false });
  const [first, second] = commands;
  expect(first?.kind === 'load' && first.series[1]!.labels.toString()).toBe('{__name__="m.n", x="y"}');
  expect(commands[1]).toMatchObject({
    query: 'sum(metric)',
    at: { timestampMs: 3_000_000 },
    expect: { noWarnings: true },
  });
  expect(second?.kind === 'eval' && second.series[0]!.labels).toEqual(Labels.EMPTY);
  expect(commands[2]).toMatchObject({
    at: { startMs: -60_000 },
    expect: { warnings: [{ match: 'exact', text: 'something' }] },
  });
  expect(commands[3]).toMatchObject({ expect: { fail: { match: 'any' } } });
  expect(commands[4]).toMatchObject({ scalar: 2 });
  expect(commands[5]).toMatchObject({ expect: { fail: { match: 'regexp', text: 'a.*b' } } });
});

test.each([
  ['foo', 1, 'unknown command "foo"'],
  ['load', 1, 'load takes a step'],
  ['load 1m\n  metric 1 2 z', 1, '"z" is no point of a series'],
  ['load 1m\n  metric{a} 1', 1, 'label a has no value'],
  ['eval instant up', 1, undefined],
  ['eval sometimes up', 1, 'eval takes "instant at TIME QUERY" or "range from TIME to TIME step STEP QUERY"'],
  ['eval range from 0 to 1m step 0 up', 1, 'the step of a range is positive'],
  ['clear\n  x 1', 1, 'unexpected "x 1" behind clear'],
  ['eval instant at 0 up\n  expect nothing', 1, 'unknown expectation nothing'],
  ['eval instant at 0 up\n  expect warn: x', 1, 'unexpected "x" behind expect warn:'],
])('%j is told as a failure', (text, line, reason) => {
  const [command] = parseScript(text);
  if (reason === undefined) expect(command).toMatchObject({ kind: 'eval', query: 'up' });
  else expect(command).toEqual({ kind: 'bad', line, reason });
});
