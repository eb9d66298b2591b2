import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RelabelRule } from '@narthex/model';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { ApiRig } from '../testing/api-rig.js';

const rig = new ApiRig();
beforeAll(() => rig.start(new ManualClock(1_700_000_000_000), silentLogger()));
afterAll(() => rig.close());

test('features, blocks and remote read', async () => {
  expect((await rig.get('/features')).text).toBe(
    '{"status":"success","data":{"a":{},"b":{"x":false,"y":true}}}',
  );
  expect(await rig.json('/status/tsdb/blocks')).toEqual({
    status: 'success',
    data: { blocks: [{ ulid: '01J', minTime: 1 }] },
  });
  const read = await rig.get('/read', { method: 'POST', headers: { Origin: 'http://ok.example' } });
  expect([read.status, read.text, read.headers.get('access-control-allow-origin')]).toEqual([
    400,
    'snappy: corrupt input\n',
    null,
  ]);
});

test('relabelling step by step', async () => {
  rig.relabelRules.push(
    new RelabelRule({ sourceLabels: ['a'], targetLabel: 'b', replacement: 'x$1' }),
    new RelabelRule({ sourceLabels: ['b'], regex: 'x1', action: 'drop' }),
    new RelabelRule({ targetLabel: 'c', replacement: 'y' }),
  );
  const labels = encodeURIComponent(JSON.stringify({ a: '1' }));
  const { data } = (await rig.json(`/targets/relabel_steps?scrapePool=b&labels=${labels}`)) as {
    data: { steps: { output: unknown; keep: boolean; rule: unknown }[] };
  };
  expect(data.steps.map(({ output, keep }) => [output, keep])).toEqual([
    [{ a: '1', b: 'x1' }, true],
    [{}, false],
    [{}, false],
  ]);
  expect(data.steps[1]?.rule).toMatchObject({ sourceLabels: ['b'], regex: 'x1', action: 'drop' });
  expect(await rig.json('/scrape_pools/config?scrapePool=b')).toEqual({
    status: 'success',
    data: { yaml: 'job_name: b\n' },
  });
});

test.each([
  ['/scrape_pools/config', 'no scrapePool parameter provided'],
  ['/scrape_pools/config?scrapePool=x', 'error retrieving scrape config: scrape pool "x" not found'],
  ['/targets/relabel_steps?scrapePool=b', 'no labels parameter provided'],
  ['/search/label_values', 'missing required parameter "label"'],
  [
    '/search/label_names?limit=201',
    'limit 201 exceeds the configured maximum (200, see --web.search.max-limit)',
  ],
  ['/search/label_names?sort_dir=asc', 'sort_dir is only valid when sort_by is set'],
  ['/search/label_names?sort_by=x', 'invalid sort_by "x" for label_names: must be "alpha" or "score"'],
  ['/search/label_names?fuzz_threshold=101', 'invalid fuzz_threshold "101": must be 0-100'],
  ['/series?match[]=%zz', 'error parsing form values: invalid URL escape "%zz"'],
])('%s is refused', async (path, error) => {
  expect(await rig.json(path)).toEqual({ status: 'error', errorType: 'bad_data', error });
});

test('search answers in batches, and says whether there is more', async () => {
  rig.queries.next = ['["down","start', 'up","up"]'];
  const { text, headers } = await rig.get('/search/metric_names?search[]=up&limit=1&include_score=true');
  expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  expect(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([{ results: [{ name: 'startup' }] }, { status: 'success', has_more: true }]);
});
