import { describe, expect, test } from '@jest/globals';
import { formatHistogram } from '@narthex/model';
import { parseSeries } from './parse-series.js';

function shown(line: string): string {
  const { labels, values } = parseSeries(line);
  const words = values.map((value) => {
    if (value.kind === 'float') return String(value.value);
    return value.kind === 'histogram' ? formatHistogram(value.histogram) : value.kind;
  });
  return [labels.toString(), ...words].join(' ');
}

describe('series', () => {
  test.each([
    ['m 1', '{__name__="m"} 1'],
    ['m{} 1x3', '{__name__="m"} 1 1 1 1'],
    ['{x="y"} 1+2x3', '{x="y"} 1 3 5 7'],
    ['m{a="b", "q.r"="c d",} -2+4x3', '{__name__="m", a="b", "q.r"="c d"} -2 2 6 10'],
    ['{"m.n", x="y"} 1-2x2', '{__name__="m.n", x="y"} 1 -1 -3'],
    ['m 0 1.5e2 -Inf NaN', '{__name__="m"} 0 150 -Infinity NaN'],
    ['m _ _x2 stale', '{__name__="m"} omitted omitted omitted stale'],
    ['m {{}}', '{__name__="m"} {count:0, sum:0}'],
    [
      'm {{schema:0 sum:1.5e+3 count:3 buckets:[1 2]}}x1',
      '{__name__="m"} {count:3, sum:1500, (0.5,1]:1, (1,2]:2} {count:3, sum:1500, (0.5,1]:1, (1,2]:2}',
    ],
    ['m {{count:1}}+{{count:2}}x2', '{__name__="m"} {count:1, sum:0} {count:3, sum:0} {count:5, sum:0}'],
    ['m {{count:5}}-{{count:2}}x1', '{__name__="m"} {count:5, sum:0} {count:3, sum:0}'],
    [
      'm {{schema:-53 count:3 custom_values:[5 10] buckets:[1 2] offset:1}}',
      '{__name__="m"} {count:3, sum:0, (5,10]:1, (10,+Inf]:2}',
    ],
  ])('%s', (line, expected) => {
    expect(shown(line)).toBe(expected);
  });

  test.each([
    'm 1y',
    'm 1+x3',
    'm 1 2,3',
    'm {{foo:1}}',
    'm {{count:1',
    'm {{count:1 count:2}}',
    'm {{counter_reset_hint:maybe}}',
    'm x3',
    'm 1x-1',
    'm 1x9999999999',
    'm{a} 1',
    'm{a="b} 1',
  ])('%s is refused', (line) => {
    expect(() => parseSeries(line)).toThrow(expect.objectContaining({ name: 'ScriptError' }));
  });
});
