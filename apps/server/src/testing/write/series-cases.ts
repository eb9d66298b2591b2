import { STALE_NAN } from '@narthex/bytes';
import { encodeWriteRequestV1 } from '@narthex/remote';
import { named, samples, one, v1, longText, type WriteCase } from './write-case.js';

export const SERIES_CASES: readonly WriteCase[] = [
  v1('one sample', (now) => [one('good', now)]),
  v1('two series, several samples', (now) => [
    { labels: named('many', { n: '1' }), samples: samples([now - 2000, 1], [now - 1000, 2], [now, 3]) },
    { labels: named('many', { n: '2' }), samples: samples([now, 0]) },
  ]),
  v1('the same once more', (now) => [one('twice', now), one('twice', now)]),
  v1('a stale marker', (now) => [
    { labels: named('stale'), samples: { timestampsMs: [now], values: Float64Array.of(STALE_NAN) } },
  ]),
  v1('infinities and NaN', (now) => [
    { labels: named('odd'), samples: samples([now - 2, Infinity], [now - 1, -Infinity], [now, NaN]) },
  ]),
  v1('no series', () => []),
  v1('a series without samples', () => [{ labels: named('nothing') }]),
  v1('unsorted labels', (now) => [
    {
      labels: [
        ['z', '1'],
        ['__name__', 'unsorted'],
        ['b', '2'],
      ],
      samples: samples([now, 1]),
    },
  ]),
  v1('UTF-8 names', (now) => [
    {
      labels: [
        ['__name__', 'größe.in μm'],
        ['ört lich', 'é😀'],
      ],
      samples: samples([now, 1]),
    },
  ]),
  v1('an empty value of a label', (now) => [
    { labels: named('emptyvalue', { a: '' }), samples: samples([now, 1]) },
  ]),
  v1('duplicate labels', (now) => [
    { labels: [...named('duplicate'), ['a', '1'], ['a', '2']], samples: samples([now, 1]) },
  ]),
  v1('no metric name', (now) => [{ labels: [['a', '1']], samples: samples([now, 1]) }]),
  v1('no labels', (now) => [{ labels: [], samples: samples([now, 1]) }]),
  v1('an empty metric name', (now) => [{ labels: named(''), samples: samples([now, 1]) }]),
  v1('an empty label name', (now) => [
    { labels: [...named('emptyname'), ['', 'x']], samples: samples([now, 1]) },
  ]),
  v1('bad series beside a good one', (now) => [
    { labels: [['a', '1']], samples: samples([now, 1]) },
    one('besides', now),
  ]),
  v1('a duplicate with another value', (now) => [one('dup', now, 1), one('dup', now, 2)]),
  v1('out of order in a series', (now) => [
    { labels: named('ooo'), samples: samples([now, 1], [now - 1000, 2]) },
  ]),
  v1('far in the past', () => [one('past', 1000)]),
  v1('a time before 1970', () => [one('before', -1000)]),
  v1('the least time', () => [one('least', -(2 ** 63))]),
  v1('the greatest time', () => [one('greatest', 2 ** 63 - 1024)]),
  v1('eleven minutes ahead', (now) => [one('ahead', now + 660_000)]),
  v1('nine minutes ahead', (now) => [one('ahead', now + 540_000)]),
  v1('an exemplar', (now) => [
    { ...one('exemplars', now), exemplars: [{ labels: [['trace', 'x']], value: 1, timestampMs: now }] },
  ]),
  v1('an exemplar that is too long', (now) => [
    { ...one('exemplarslong', now), exemplars: [{ labels: [['t', longText]], value: 1, timestampMs: now }] },
  ]),
  v1('an exemplar without a time', (now) => [
    { ...one('exemplarstime', now), exemplars: [{ labels: [['t', '1']], value: 1, timestampMs: 0 }] },
  ]),
  {
    name: 'metadata',
    message: () =>
      encodeWriteRequestV1([], [{ metricFamily: 'm', type: 'counter', help: 'Help.', unit: 'seconds' }]),
  },
];
