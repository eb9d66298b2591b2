import {
  named,
  samples,
  one,
  plainHistogram,
  histogramSeries,
  v2,
  v2Refs,
  longText,
  v2Headers,
  type WriteCase,
} from './write-case.js';

export const V2_CASES: readonly WriteCase[] = [
  v2('one sample', (now) => [one('v2good', now)]),
  v2('everything', (now) => [
    {
      ...one('v2all', now - 1000),
      histograms: [{ timestampMs: now, histogram: plainHistogram, integer: true }],
      exemplars: [{ labels: [['t', '1']], value: 1, timestampMs: now }],
      metadata: { type: 'counter', help: 'Help.', unit: 'seconds' },
      createdTimestampMs: now - 5000,
    },
  ]),
  v2('nothing', () => []),
  v2('no metric name beside a good one', (now) => [
    { labels: [['a', '1']], samples: samples([now, 1]) },
    one('v2beside', now),
  ]),
  v2('duplicate labels', (now) => [
    { labels: [...named('v2dup'), ['a', '1'], ['a', '2']], samples: samples([now, 1]) },
  ]),
  v2('several faults', (now) => [
    {
      labels: named('v2faults', { q: '"\n' }),
      samples: samples([now, 1], [now - 1, 2], [now, 3], [1000, 4]),
    },
    { labels: named('v2faults', { q: 'late' }), samples: samples([now + 700_000, 1]) },
  ]),
  v2('a bad histogram', (now) => [
    one('v2beforeh', now),
    histogramSeries('v2badh', now, { count: 11 }, true),
  ]),
  v2('histogram out of order', (now) => [
    histogramSeries('v2hooo', now, {}, true),
    histogramSeries('v2hooo', now - 1000, {}, true),
  ]),
  v2('exemplars in no order', (now) => [
    {
      ...one('v2exemplars', now),
      exemplars: [
        { labels: [['t', '1']], value: 1, timestampMs: now },
        { labels: [['t', '2']], value: 1, timestampMs: now - 1000 },
        { labels: [['t', '1']], value: 1, timestampMs: now },
      ],
    },
  ]),
  v2('an exemplar that is too long', (now) => [
    { ...one('v2exlong', now), exemplars: [{ labels: [['t', longText]], value: 1, timestampMs: now }] },
  ]),
  v2('an exemplar ahead', (now) => [
    {
      ...one('v2exahead', now),
      exemplars: [{ labels: [['t', 'l']], value: 1, timestampMs: now + 700_000 }],
    },
  ]),
  v2('metadata of a series without samples', () => [
    { labels: named('v2meta'), metadata: { type: 'gauge', help: 'x', unit: '' } },
  ]),
  v2Refs('an odd number of references', ['', '__name__', 'v2odd'], [1, 2, 1]),
  v2Refs('a reference to nothing', ['', '__name__', 'v2none'], [1, 9]),
  v2Refs('symbols that do not begin with nothing', ['__name__', 'v2first'], [0, 1]),
  {
    name: '2.0: cut short',
    headers: v2Headers,
    message: () => Uint8Array.of(0x22, 5, 0x61),
  },
  {
    name: '2.0: a wrong wire type',
    headers: v2Headers,
    message: () => Uint8Array.of(0x20, 5),
  },
  {
    name: '2.0: a wrong wire type in references',
    headers: v2Headers,
    message: () => Uint8Array.of(0x2a, 9, 0x09, 0, 0, 0, 0, 0, 0, 0, 0),
  },
  {
    name: '2.0: a wrong wire type in metadata',
    headers: v2Headers,
    message: () => Uint8Array.of(0x2a, 4, 0x2a, 2, 0x1a, 0),
  },
];
