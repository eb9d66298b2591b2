import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExpositionError } from './errors';
import { createParser } from './negotiation';
import { ENTRY, type LineExpositionParser } from './parser';

type LineFormat = 'text' | 'openmetrics';

const FORMATS: readonly LineFormat[] = ['text', 'openmetrics'];

function parserOf(format: LineFormat, body: string | Uint8Array): LineExpositionParser {
  const parser = createParser(format);
  const bytes = Buffer.from(body);
  parser.reset(bytes, bytes.length);
  return parser;
}

test('metadata, comments and positions of the text format', () => {
  const body = '# HELP a one\\ntwo \\"x\\" \\\\\n# TYPE a histogram\n# by hand\na_bucket{le="1"} 2 1000\n';
  const parser = parserOf('text', body);
  expect(parser.next()).toBe(ENTRY.help);
  expect([parser.metricName(), parser.text()]).toEqual(['a', 'one\ntwo \\"x\\" \\']);
  expect(parser.next()).toBe(ENTRY.type);
  expect([parser.metricName(), parser.metricType]).toEqual(['a', 'histogram']);
  expect(parser.next()).toBe(ENTRY.comment);
  expect(parser.next()).toBe(ENTRY.series);
  expect(body.slice(parser.seriesStart, parser.seriesEnd)).toBe('a_bucket{le="1"}');
  expect([parser.value, parser.hasTimestamp, parser.timestampMs]).toEqual([2, true, 1000]);
  expect(parser.labels().toString()).toBe('{__name__="a_bucket", le="1.0"}');
  expect(parser.position).toBe(body.length);
  expect(parser.next()).toBe(ENTRY.end);
});

test('metadata, times and exemplars of OpenMetrics', () => {
  const parser = parserOf(
    'openmetrics',
    '# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds x\\"y\n' +
      'a_seconds_total{b="c"} 1.5 12.5 # {trace="t"} 0.5 3.25\na_seconds_created{b="c"} 1\n# EOF\n',
  );
  expect(parser.next()).toBe(ENTRY.type);
  expect(parser.metricType).toBe('counter');
  expect(parser.next()).toBe(ENTRY.unit);
  expect(parser.text()).toBe('seconds');
  expect(parser.next()).toBe(ENTRY.help);
  expect(parser.text()).toBe('x"y');
  expect(parser.next()).toBe(ENTRY.series);
  expect([parser.value, parser.timestampMs]).toEqual([1.5, 12_500]);
  const exemplar = parser.exemplars()[0]!;
  expect({ ...exemplar, labels: exemplar.labels.toObject() }).toEqual({
    labels: { trace: 't' },
    value: 0.5,
    timestampMs: 3250,
    hasTimestamp: true,
  });
  expect(parser.next()).toBe(ENTRY.series);
  expect(parser.exemplars()).toEqual([]);
  expect(parser.next()).toBe(ENTRY.end);
});

describe('readSample', () => {
  test.each<[LineFormat, string, boolean]>([
    ['text', 'a 1\n', true],
    ['text', 'a 1', true],
    ['text', 'a -1.5e3 12345\n', true],
    ['text', 'a +Inf\n', true],
    ['text', 'a NaN\n', true],
    ['text', 'a 1 \n', false],
    ['text', 'a  1\n', false],
    ['text', 'a\t1\n', false],
    ['text', 'a{b="c"} 1\n', false],
    ['text', 'a {b="c"} 1\n', false],
    ['text', 'a x\n', false],
    ['text', 'a 1 x\n', false],
    ['text', 'a 0x1\n', false],
    ['text', 'a 1e999\n', false],
    ['openmetrics', 'a 1\n# EOF\n', true],
    ['openmetrics', 'a 1', false],
    ['openmetrics', 'a 1 2\n# EOF\n', false],
    ['openmetrics', 'a 1 # {b="c"} 1\n# EOF\n', false],
  ])('%s %j', (format, body, isPlain) => {
    const quick = parserOf(format, body);
    expect(quick.readSample(1)).toBe(isPlain);
    if (!isPlain) {
      expect(quick.position).toBe(0);
      return;
    }
    const slow = parserOf(format, body);
    slow.next();
    expect([quick.value, quick.hasTimestamp, quick.position]).toEqual([
      slow.value,
      slow.hasTimestamp,
      slow.position,
    ]);
    if (quick.hasTimestamp) expect(quick.timestampMs).toBe(slow.timestampMs);
  });
});

describe('any bytes', () => {
  const pieces = [
    'a',
    'le',
    '{',
    '}',
    '=',
    '"',
    ',',
    ' ',
    '\n',
    '\t',
    '#',
    ' # ',
    '# HELP ',
    '# TYPE ',
    '# UNIT ',
    '# EOF\n',
    'counter',
    '1',
    '-',
    '.5',
    'e9',
    'NaN',
    '\\',
    '\\"',
    '\\n',
    '\0',
    'é',
    '\r',
    ':',
    '_',
  ];
  const likely = fc
    .array(fc.constantFrom(...pieces), { maxLength: 60 })
    .map((list) => Buffer.from(list.join('')));
  const body = fc.oneof(likely, fc.uint8Array({ maxLength: 80 }));

  test.each(FORMATS)('%s: ends in an end or an error of ours, and moves on with each entry', (format) => {
    fc.assert(
      fc.property(body, (bytes) => {
        const parser = parserOf(format, bytes);
        try {
          for (let last = -1; parser.next() !== ENTRY.end; last = parser.position) {
            expect(parser.position).toBeGreaterThan(last);
            if (parser.seriesEnd > parser.seriesStart) parser.exemplars();
          }
        } catch (error) {
          if (!(error instanceof ExpositionError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.each(FORMATS)('%s: the quick way reads what the long way reads', (format) => {
    fc.assert(
      fc.property(body, (tail) => {
        const line = Buffer.concat([Buffer.from('a '), tail]);
        const quick = parserOf(format, line);
        if (!quick.readSample(1)) return;
        const slow = parserOf(format, line);
        expect(slow.next()).toBe(ENTRY.series);
        expect([quick.value, quick.hasTimestamp, quick.position]).toEqual([
          slow.value,
          slow.hasTimestamp,
          slow.position,
        ]);
      }),
      { numRuns: 2000 },
    );
  });
});
