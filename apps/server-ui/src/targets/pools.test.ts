import { expect, test } from '@jest/globals';
import { type ActiveTarget, type TargetHealth } from '../api/types-targets';
import { discoveredPools, filterDiscovered } from './discovered';
import { endpointParts } from './endpoint';
import { filterTargets, healthCounts, poolsOf } from './pools';

function target(scrapePool: string, instance: string, health: TargetHealth, lastError = ''): ActiveTarget {
  return {
    discoveredLabels: { __address__: instance, job: scrapePool },
    labels: { instance, job: scrapePool },
    scrapePool,
    scrapeUrl: `http://${instance}/metrics`,
    globalUrl: `http://${instance}/metrics`,
    lastError,
    lastScrape: '2026-03-01T00:00:00Z',
    lastScrapeDuration: 0.01,
    health,
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
  };
}

const targets = [
  target('web', 'w1:80', 'up'),
  target('db', 'd1:5432', 'down', 'connection refused'),
  target('web', 'w2:80', 'unknown'),
];

test('poolsOf groups and sorts; healthCounts counts', () => {
  expect(poolsOf(targets).map(({ name, targets: members }) => [name, members.length])).toEqual([
    ['db', 1],
    ['web', 2],
  ]);
  expect(healthCounts(targets)).toEqual({ up: 1, down: 1, unknown: 1 });
});

test.each<[string, Parameters<typeof filterTargets>[1], string[]]>([
  ['nothing set', { pool: '', health: [], search: '' }, ['w1:80', 'd1:5432', 'w2:80']],
  ['a pool', { pool: 'web', health: [], search: '' }, ['w1:80', 'w2:80']],
  ['states', { pool: '', health: ['down', 'unknown'], search: '' }, ['d1:5432', 'w2:80']],
  ['words anywhere', { pool: '', health: [], search: 'REFUSED db' }, ['d1:5432']],
  ['all together', { pool: 'web', health: ['up'], search: 'w2' }, []],
])('filterTargets: %s', (_name, filter, expected) => {
  expect(filterTargets(targets, filter).map(({ labels }) => labels.instance)).toEqual(expected);
});

test.each([
  ['http://a:1/metrics', { base: 'http://a:1/metrics', params: {} }],
  [
    'http://a:1/probe?module=http&target=x&target=y',
    { base: 'http://a:1/probe', params: { module: 'http', target: 'x,y' } },
  ],
  ['not an address', { base: 'not an address', params: {} }],
])('endpointParts(%s)', (address, expected) => expect(endpointParts(address)).toEqual(expected));

test('discoveredPools puts dropped targets beside active ones and counts those not kept', () => {
  const pools = discoveredPools({
    activeTargets: targets,
    droppedTargets: [
      { discoveredLabels: { __address__: 'x:1', job: 'web' }, scrapePool: 'web' },
      { discoveredLabels: { job: 'old' } },
    ],
    droppedTargetCounts: { web: 5, db: 0 },
  });
  expect(
    pools.map(({ name, active, dropped, targets: kept }) => [name, active, dropped, kept.length]),
  ).toEqual([
    ['db', 1, 0, 1],
    ['old', 0, 1, 1],
    ['web', 2, 5, 3],
  ]);
  const web = pools[2];
  if (web === undefined) throw new Error('no such pool');
  expect(filterDiscovered(web, ['dropped'], '').map(({ discovered }) => discovered.__address__)).toEqual([
    'x:1',
  ]);
  expect(filterDiscovered(web, [], 'w2').map(({ discovered }) => discovered.__address__)).toEqual(['w2:80']);
});
