import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PromqlError } from '@narthex/promql';
import { QueryPoolError } from '@narthex/query-worker';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { ApiRig } from '../testing/api-rig.js';

const clock = new ManualClock(1_700_000_000_000);
const logger = silentLogger();
const rig = new ApiRig();
const { queries } = rig;
const get: ApiRig['get'] = (path, init) => rig.get(path, init);
const json: ApiRig['json'] = (path, init) => rig.json(path, init);

beforeAll(() => rig.start(clock, logger));
afterAll(() => rig.close());

describe('queries', () => {
  test('pass their parameters on and stream the answer', async () => {
    queries.next = ['{"resultType":"vector",', '"result":[]}'];
    queries.warnings = ['a<b'];
    const answer = await get('/query?query=up&time=5&timeout=2s&lookback_delta=1m&limit=3');
    expect(answer.text).toBe(
      '{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["a\\u003cb"]}',
    );
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(queries.asked.at(-1)).toMatchObject({
      task: { form: 'instant', query: 'up', timeMs: 5000, lookbackMs: 60_000, limit: 3 },
      limits: { timeoutMs: 2000 },
    });
    queries.warnings = [];
    await get('/query', { method: 'POST', body: new URLSearchParams({ query: 'x' }) });
    expect(queries.asked.at(-1)?.task).toMatchObject({ query: 'x', timeMs: clock.nowMs() });
    await get('/query_range?query=x&start=1&end=11&step=5s');
    expect(queries.asked.at(-1)?.task).toMatchObject({
      form: 'range',
      startMs: 1000,
      endMs: 11_000,
      stepMs: 5000,
    });
  });

  test('a small answer goes out in one piece, of a known length', async () => {
    queries.next = ['{"resultType":"vector","result":[]}'];
    queries.warnings = ['w'];
    queries.isWhole = true;
    const answer = await get('/query?query=up', { headers: { 'accept-encoding': 'identity' } });
    const packed = await get('/query?query=up', { headers: { 'accept-encoding': 'br;q=0.1, gzip' } });
    const refused = await get('/query?query=up', { headers: { 'accept-encoding': 'gzip;q=0' } });
    queries.isWhole = false;
    queries.warnings = [];
    const expected = '{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["w"]}';
    expect(answer.text).toBe(expected);
    expect([packed.text, refused.text]).toEqual([expected, expected]);
    const headers = [answer, packed, refused].map((one) =>
      ['content-encoding', 'vary', 'content-length'].map((name) => one.headers.get(name)),
    );
    expect(headers).toEqual([
      [null, 'Origin, Accept-Encoding', String(expected.length)],
      ['gzip', 'Origin, Accept-Encoding', expect.stringMatching(/^\d+$/)],
      [null, 'Origin, Accept-Encoding', String(expected.length)],
    ]);
  });

  test('a step is cut to whole milliseconds, and has to have one', async () => {
    queries.next = ['{}'];
    await get('/query_range?query=x&start=0&end=1&step=0.0015');
    expect(queries.asked.at(-1)?.task).toMatchObject({ stepMs: 1 });
    await get('/query_range?query=x&start=0&end=11000.5&step=1');
    expect(queries.asked.at(-1)?.task).toMatchObject({ endMs: 11_000_500 });
    expect(await json('/query_range?query=x&start=0&end=0&step=0.0001')).toMatchObject({
      errorType: 'execution',
      error: 'unexpected error: runtime error: integer divide by zero',
    });
  });

  test('no time at all is a timeout', async () => {
    const answer = await get('/query?query=x&timeout=0');
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      503,
      { errorType: 'timeout', error: 'query timed out in query execution' },
    ]);
  });

  test('statistics go into the data', async () => {
    queries.next = ['{"resultType":"scalar","result":[1,"1"]', '}'];
    expect(await json('/query?query=1&stats=all')).toEqual({
      status: 'success',
      data: {
        resultType: 'scalar',
        result: [1, '1'],
        stats: {
          timings: {
            evalTotalTime: 0.875,
            resultSortTime: 0.125,
            queryPreparationTime: 0.25,
            innerEvalTime: 0.5,
            execQueueTime: 1,
            execTotalTime: 1.875,
          },
          samples: { totalQueryableSamples: 3, peakSamples: 2 },
        },
      },
    });
  });

  test('more than ten warnings are counted', async () => {
    queries.next = ['{}'];
    queries.warnings = Array.from({ length: 12 }, (_, index) => `w${index}`);
    const { warnings } = (await json('/query?query=1')) as { warnings: string[] };
    queries.warnings = [];
    expect([warnings.length, warnings.at(-1)]).toEqual([11, '2 more warning annotations omitted']);
  });

  test.each<[Error, number, string, string]>([
    [new PromqlError('bad_data', 'no'), 400, 'bad_data', 'invalid parameter "query": no'],
    [new PromqlError('execution', 'no'), 422, 'execution', 'no'],
    [new PromqlError('timeout', 'no'), 503, 'timeout', 'no'],
    [new PromqlError('canceled', 'no'), 499, 'canceled', 'no'],
    [new Error('boom'), 500, 'internal', 'boom'],
    [new QueryPoolError('WORKER_DIED', 'dead'), 500, 'internal', 'dead'],
    [new QueryPoolError('CLOSED', 'closing'), 500, 'unavailable', 'closing'],
  ])('%p has its status', async (error, status, errorType, message) => {
    queries.next = error;
    const answer = await get('/query?query=x');
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      status,
      { status: 'error', errorType, error: message },
    ]);
  });

  // As the real server's.
  test.each([
    ['/query_range?query=1', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    [
      '/query_range?query=1&start=0&end=abc',
      'invalid parameter "end": cannot parse "abc" to a valid timestamp',
    ],
    [
      '/query_range?query=1&start=0&end=10&step=0',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      '/query_range?query=1&start=0&end=10&step=x',
      'invalid parameter "step": cannot parse "x" to a valid duration',
    ],
    [
      '/query_range?query=1&start=10&end=0&step=1',
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      '/query_range?query=1&start=0&end=11001&step=1',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    [
      '/query?query=up&lookback_delta=x',
      'error parsing lookback delta duration: cannot parse "x" to a valid duration',
    ],
    ['/series', 'no match[] parameter provided'],
    [
      '/series?match[]=%7Ba=%22%22%7D',
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    ],
    ['/labels?match[]=%7B%7D', 'match[] must contain at least one non-empty matcher'],
    ['/format_query?query=sum(', 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis'],
    ['/query_exemplars', 'unknown position: parse error: no expression found in input'],
    ['/rules?type=x', 'invalid parameter "type": not supported value "x"'],
    ['/rules?group_limit=0', 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
    [
      '/rules?group_next_token=x',
      'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
    ],
    [
      '/rules?exclude_alerts=foo',
      'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "foo": invalid syntax',
    ],
    ['/targets/metadata?limit=x', 'limit must be a number'],
    ['/metadata?limit_per_metric=x', 'limit_per_metric must be a number'],
    ['/status/tsdb?limit=0', 'limit must be a positive number'],
  ])('%s is refused', async (path, error) => {
    const answer = await get(path);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      { status: 'error', errorType: 'bad_data', error },
    ]);
  });
});

test('labels and series pass their parameters on', async () => {
  queries.next = ['["a"]'];
  expect(await json('/label/U__a_2e_b/values?match[]=up&start=1&end=2&limit=1')).toEqual({
    status: 'success',
    data: ['a'],
  });
  expect(queries.asked.at(-1)?.task).toEqual({
    form: 'labelValues',
    name: 'a.b',
    startMs: 1000,
    endMs: 2000,
    selectors: [[['=', '__name__', 'up']]],
    limit: 1,
  });
  await get('/series?match[]=up&match[]=%7Ba!=%22%22%7D');
  expect(queries.asked.at(-1)?.task).toMatchObject({
    form: 'series',
    selectors: [[['=', '__name__', 'up']], [['!=', 'a', '']]],
  });
  expect((await get('/label/a%2Fb/values')).status).toBe(404);
  expect(await json('/series', { method: 'DELETE' })).toMatchObject({
    errorType: 'internal',
    error: 'not implemented',
  });
  await get('/status/tsdb?limit=99999');
  expect(queries.asked.at(-1)?.task).toEqual({
    form: 'headStatistics',
    minTimeMs: 1,
    maxTimeMs: 2,
    limit: 10_000,
  });
});

test('format_query, parse_query and query_exemplars', async () => {
  expect(await json('/format_query?query=sum(up)by(job)')).toEqual({
    status: 'success',
    data: 'sum by (job) (up)',
  });
  expect(await json('/parse_query?query=-(a[5m:1m])')).toMatchObject({ status: 'error' });
  expect(await json('/query_exemplars?query=x&start=0&end=1')).toEqual({
    status: 'success',
    data: [
      { seriesLabels: { __name__: 'x' }, exemplars: [{ labels: { id: '1' }, value: '2', timestamp: 1.5 }] },
    ],
  });
});

test('methods and origins', async () => {
  const refused = await get('/query', { method: 'PUT' });
  expect([refused.status, refused.text, refused.headers.get('allow'), refused.headers.get('vary')]).toEqual([
    405,
    'Method Not Allowed\n',
    'GET, OPTIONS, POST',
    expect.not.stringContaining('Origin'),
  ]);
  const preflight = await get('/query', { method: 'OPTIONS', headers: { Origin: 'http://ok.org' } });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
    204,
    'http://ok.org',
  ]);
  const other = await get('/status/flags', { headers: { Origin: 'http://evil.org' } });
  expect([other.headers.get('access-control-allow-origin'), other.headers.get('vary')]).toEqual([
    null,
    expect.stringContaining('Origin'),
  ]);
  const missing = await get('/nope');
  expect([missing.status, missing.text, missing.headers.get('x-content-type-options')]).toEqual([
    404,
    '404 page not found\n',
    'nosniff',
  ]);
});
