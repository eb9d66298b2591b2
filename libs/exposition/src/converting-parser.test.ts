import { describe, expect, test } from '@jest/globals';
import { formatHistogram } from '@narthex/model';
import { createParser, type ExpositionFormat } from './negotiation';
import { ENTRY, type ParserOptions } from './parser';

/** Every entry of a body in one line. */
function entriesOf(
  format: ExpositionFormat,
  lines: readonly string[],
  options: ParserOptions = {},
): string[] {
  const parser = createParser(format, { convertClassicHistograms: true, ...options });
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  parser.reset(bytes, bytes.length);
  const entries: string[] = [];
  const keys = new Set<string>();
  for (let entry = parser.next(); entry !== ENTRY.end; entry = parser.next()) {
    const key = Buffer.from(parser.bytes.subarray(parser.seriesStart, parser.seriesEnd)).toString('latin1');
    expect(keys).not.toContain(key);
    keys.add(key);
    const exemplars = parser.exemplars().map(({ labels, value }) => ` # ${labels.toString()} ${value}`);
    const time = parser.hasTimestamp ? ` @${parser.timestampMs}` : '';
    if (entry === ENTRY.series) {
      entries.push(`${parser.labels().toString()} ${parser.value}${time}${exemplars.join('')}`);
    } else if (entry === ENTRY.histogram) {
      const { histogram, integer } = parser.histogram();
      const kind = integer ? 'integer' : 'float';
      entries.push(
        `${parser.labels().toString()} ${kind} ${formatHistogram(histogram)}${time}${exemplars.join('')}`,
      );
    } else {
      entries.push(`${entry} ${parser.metricName()}`);
    }
  }
  return entries;
}

const classic = (labels: string) => [
  `h_bucket{${labels}le="0.5"} 2 1000`,
  `h_bucket{${labels}le="1"} 5 1000`,
  `h_bucket{${labels}le="+Inf"} 6 1000`,
  `h_sum{${labels}} 4.5 1000`,
  `h_count{${labels}} 6 1000`,
];
const NATIVE = '{count:6, sum:4.5, [-Inf,0.5]:2, (0.5,1]:3, (1,+Inf]:1}';

describe('classic histograms become native ones', () => {
  test.each<[string, string[], string[]]>([
    ['at the end', ['# TYPE h histogram', ...classic('')], ['3 h', `{__name__="h"} integer ${NATIVE} @1000`]],
    [
      'before the next family',
      ['# TYPE h histogram', ...classic(''), '# TYPE g gauge', 'g 1'],
      ['3 h', `{__name__="h"} integer ${NATIVE} @1000`, '3 g', '{__name__="g"} 1'],
    ],
    [
      'one for each set of labels',
      ['# TYPE h histogram', ...classic('a="1",'), ...classic('a="2",'), 'x 1'],
      [
        '3 h',
        `{__name__="h", a="1"} integer ${NATIVE} @1000`,
        `{__name__="h", a="2"} integer ${NATIVE} @1000`,
        '{__name__="x"} 1',
      ],
    ],
    [
      'with counts that are not whole',
      ['# TYPE h histogram', 'h_bucket{le="1"} 1.5', 'h_count 2', 'h_sum 3'],
      ['3 h', '{__name__="h"} float {count:2, sum:3, [-Inf,1]:1.5, (1,+Inf]:0.5}'],
    ],
    [
      'with a count alone',
      ['# TYPE h histogram', 'h_count 2'],
      ['3 h', '{__name__="h"} integer {count:2, sum:0, [-Inf,+Inf]:2}'],
    ],
    [
      'buckets in any order',
      [
        '# TYPE h histogram',
        'h_bucket{le="+Inf"} 3',
        'h_bucket{le="2"} 2',
        'h_bucket{le="1"} 1',
        'h_bucket{le="2"} 7',
      ],
      ['3 h', '{__name__="h"} integer {count:3, sum:0, [-Inf,1]:1, (1,2]:1, (2,+Inf]:1}'],
    ],
    [
      'nothing of counts that fall',
      ['# TYPE h histogram', 'h_bucket{le="1"} 3', 'h_bucket{le="2"} 2', 'x 1'],
      ['3 h', '{__name__="x"} 1'],
    ],
    ['nothing of counts that differ', ['# TYPE h histogram', 'h_bucket{le="+Inf"} 3', 'h_count 4'], ['3 h']],
    ['no other type', ['# TYPE h summary', 'h_count 2'], ['3 h', '{__name__="h_count"} 2']],
    ['no other metric', ['# TYPE h histogram', 'i_count 2'], ['3 h', '{__name__="i_count"} 2']],
    [
      'no bound that is no number',
      ['# TYPE h histogram', 'h_bucket{le="x"} 2'],
      ['3 h', '{__name__="h_bucket", le="x"} 2'],
    ],
  ])('%s', (_what, lines, entries) => {
    expect(entriesOf('text', lines)).toEqual(entries);
  });

  test('and stay where they are to be kept', () => {
    const entries = entriesOf('text', ['# TYPE h histogram', ...classic('')], {
      keepClassicHistograms: true,
    });
    expect(entries).toEqual([
      '3 h',
      '{__name__="h_bucket", le="0.5"} 2 @1000',
      '{__name__="h_bucket", le="1.0"} 5 @1000',
      '{__name__="h_bucket", le="+Inf"} 6 @1000',
      '{__name__="h_sum"} 4.5 @1000',
      '{__name__="h_count"} 6 @1000',
      `{__name__="h"} integer ${NATIVE} @1000`,
    ]);
  });

  test('with those exemplars that have a time', () => {
    const lines = [
      '# TYPE h histogram',
      'h_bucket{le="1"} 1 # {t="a"} 0.5 1',
      'h_bucket{le="2"} 2 # {t="b"} 1.5',
      'h_bucket{le="+Inf"} 2',
      'h_count 2',
      '# EOF',
    ];
    expect(entriesOf('openmetrics', lines)).toEqual([
      '3 h',
      '{__name__="h"} integer {count:2, sum:0, [-Inf,1]:1, (1,2]:1} # {t="a"} 0.5',
    ]);
  });
});

test('created series of OpenMetrics are left out from the first converted histogram on', () => {
  const lines = [
    '# TYPE c counter',
    'c_total 1',
    'c_created 1',
    '# TYPE h histogram',
    'h_count 2',
    'h_created 3',
  ];
  const rest = ['# TYPE s summary', 's_count 1', 's_created 4', '# EOF'];
  const entries = ['3 c', '{__name__="c_total"} 1', '{__name__="c_created"} 1', '3 h'];
  const converted = '{__name__="h"} integer {count:2, sum:0, [-Inf,+Inf]:2}';
  expect(entriesOf('openmetrics', [...lines, ...rest])).toEqual([
    ...entries,
    converted,
    '3 s',
    '{__name__="s_count"} 1',
  ]);
});

describe('start times of OpenMetrics', () => {
  const lines = [
    '# TYPE c counter',
    'c_total{a="1"} 1',
    'c_created{a="1"} 12.5',
    'c_total{a="2"} 2',
    'c_total{a="3"} 2',
    'c_created{a="3"} 13',
    '# TYPE h histogram',
    'h_bucket{le="1"} 1',
    'h_bucket{le="+Inf"} 1',
    'h_count 1',
    'h_sum 1',
    'h_created 14',
    '# TYPE g gauge',
    'g_created 1',
    '# EOF',
  ];

  function startsOf(options: ParserOptions): [string, number][] {
    const parser = createParser('openmetrics', options);
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    parser.reset(bytes, bytes.length);
    const starts: [string, number][] = [];
    for (let entry = parser.next(); entry !== ENTRY.end; entry = parser.next()) {
      if (entry === ENTRY.series || entry === ENTRY.histogram)
        starts.push([parser.labels().toString(), parser.startTimestampMs()]);
    }
    return starts;
  }

  test('are those of the series that follow, which are no series themselves', () => {
    expect(startsOf({ startTimestamps: true })).toEqual([
      ['{__name__="c_total", a="1"}', 12_500],
      ['{__name__="c_total", a="2"}', 0],
      ['{__name__="c_total", a="3"}', 13_000],
      ['{__name__="h_bucket", le="1.0"}', 14_000],
      ['{__name__="h_bucket", le="+Inf"}', 14_000],
      ['{__name__="h_count"}', 14_000],
      ['{__name__="h_sum"}', 14_000],
      ['{__name__="g_created"}', 0],
    ]);
  });

  test('go to histograms that are converted, too', () => {
    const starts = startsOf({ startTimestamps: true, convertClassicHistograms: true });
    expect(starts.at(-2)).toEqual(['{__name__="h"}', 14_000]);
  });

  test('are left alone where nobody asks', () => {
    expect(startsOf({}).map(([labels, startMs]) => (startMs === 0 ? labels : ''))).toContain(
      '{__name__="c_created", a="1"}',
    );
  });
});
