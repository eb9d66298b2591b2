import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { Target } from '@narthex/scrape';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { ApiRig } from '../testing/api-rig.js';

const clock = new ManualClock(1_700_000_000_000);
const logger = silentLogger();
const rig = new ApiRig();
const { pools, metadata } = rig;
const json: ApiRig['json'] = (path, init) => rig.json(path, init);

beforeAll(() => rig.start(clock, logger));
afterAll(() => rig.close());

describe('targets', () => {
  beforeAll(() => {
    const discovered = Labels.of({ __address__: '127.0.0.1:9090', job: 'b' });
    const labels = Labels.of({
      __address__: '127.0.0.1:9090',
      __scheme__: 'http',
      __metrics_path__: '/metrics',
      __scrape_interval__: '15s',
      __scrape_timeout__: '10s',
      instance: 'i',
      job: 'b',
    });
    const target = new Target(labels, discovered, new Map());
    target.report({ startMs: 1_700_000_000_123, durationMs: 1.5, error: 'no' });
    pools.push(
      { pool: 'b', active: [target], dropped: [Labels.of({ x: 'y' })], droppedCount: 5 },
      { pool: 'a', active: [], dropped: [], droppedCount: 0 },
    );
    const two = Labels.of({ instance: 'j' });
    for (const owner of [target.publicLabels, two]) {
      metadata.push({ target: owner, metricFamily: 'm', type: 'gauge', help: 'h', unit: '' });
      metadata.push({
        target: owner,
        metricFamily: 'n',
        type: 'counter',
        help: owner === two ? 'h2' : 'h1',
        unit: 's',
      });
    }
  });

  test('show both kinds', async () => {
    expect(await json('/targets')).toEqual({
      status: 'success',
      data: {
        activeTargets: [
          {
            discoveredLabels: { __address__: '127.0.0.1:9090', job: 'b' },
            labels: { instance: 'i', job: 'b' },
            scrapePool: 'b',
            scrapeUrl: 'http://127.0.0.1:9090/metrics',
            globalUrl: 'https://ext:9090/metrics',
            lastError: 'no',
            lastScrape: '2023-11-14T22:13:20.123Z',
            lastScrapeDuration: 0.0015,
            health: 'down',
            scrapeInterval: '15s',
            scrapeTimeout: '10s',
          },
        ],
        droppedTargets: [{ discoveredLabels: { x: 'y' }, scrapePool: 'b' }],
        droppedTargetCounts: { a: 0, b: 5 },
      },
    });
    expect(await json('/scrape_pools')).toEqual({ status: 'success', data: { scrapePools: ['a', 'b'] } });
  });

  test.each<[string, number, number, unknown]>([
    ['state=active', 1, 0, null],
    ['state=Dropped', 0, 1, { a: 0, b: 5 }],
    ['state=foo', 0, 0, null],
    ['scrapePool=a', 0, 0, { a: 0, b: 5 }],
  ])('are filtered: %s', async (parameters, active, dropped, counts) => {
    const { data } = (await json(`/targets?${parameters}`)) as {
      data: { activeTargets: unknown[]; droppedTargets: unknown[]; droppedTargetCounts: unknown };
    };
    expect([data.activeTargets.length, data.droppedTargets.length, data.droppedTargetCounts]).toEqual([
      active,
      dropped,
      counts,
    ]);
  });

  test('metadata of targets', async () => {
    const at = async (parameters: string): Promise<unknown> =>
      ((await json(`/targets/metadata?${parameters}`)) as { data: unknown }).data;
    expect(await at('metric=m&match_target=%7Bjob=%22b%22%7D')).toEqual([
      { target: { instance: 'i', job: 'b' }, type: 'gauge', help: 'h', unit: '' },
    ]);
    // Upstream looks at the limit between targets.
    expect(await at('limit=1')).toEqual([
      { target: { instance: 'i', job: 'b' }, metric: 'm', type: 'gauge', help: 'h', unit: '' },
      { target: { instance: 'i', job: 'b' }, metric: 'n', type: 'counter', help: 'h1', unit: 's' },
    ]);
  });

  test.each<[string, unknown]>([
    [
      '',
      {
        m: [{ type: 'gauge', unit: '', help: 'h' }],
        n: [
          { type: 'counter', unit: 's', help: 'h1' },
          { type: 'counter', unit: 's', help: 'h2' },
        ],
      },
    ],
    ['?limit=1', { m: [{ type: 'gauge', unit: '', help: 'h' }] }],
    ['?metric=n&limit_per_metric=1', { n: [{ type: 'counter', unit: 's', help: 'h1' }] }],
    ['?metric=x', {}],
  ])('metadata%s', async (parameters, data) => {
    expect(await json(`/metadata${parameters}`)).toEqual({ status: 'success', data });
  });
});
