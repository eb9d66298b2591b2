import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { Labels } from '@narthex/model';
import { isPartOfFamily, withTypeAndUnit } from './metric-family';
import { Opened } from './testing/job-under-test';
import { type Answer, text } from './testing/metrics-server';

const opened = new Opened({
  createClock: (startMs) => new ManualClock(startMs),
  createLogger: () => new RecordingLogger(),
  eventually,
});
afterEach(() => opened.closeAll());

const openMetrics =
  (body: string): Answer =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/openmetrics-text; version=1.0.0' }).end(body);

test.each<[string, string, Parameters<typeof isPartOfFamily>[2], boolean]>([
  ['a', 'a', 'gauge', true],
  ['a_total', 'a', 'counter', true],
  ['a_total', 'a', 'gauge', false],
  ['a_created', 'a', 'counter', false],
  ['a_bucket', 'a', 'histogram', true],
  ['b', 'a', 'counter', false],
])('%s is of the family %s (%s): %s', (metric, family, type, expected) => {
  expect(isPartOfFamily(metric, family, type)).toBe(expected);
});

test('labels for type and unit take the place of exposed ones, where they are known', () => {
  const exposed = Labels.of({ __name__: 'a', __type__: 'x', __unit__: 'y' });
  expect(withTypeAndUnit(exposed, 'gauge', 'bytes').toObject()).toEqual({
    __name__: 'a',
    __type__: 'gauge',
    __unit__: 'bytes',
  });
  expect(withTypeAndUnit(exposed, 'unknown', '')).toBe(exposed);
});

describe('type and unit in labels', () => {
  test('of OpenMetrics, also for series that come later', async () => {
    const families = '# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n';
    const server = await opened.serve(openMetrics(`${families}# EOF\n`));
    const { storage, base, scrape } = await opened.job(server.address, '', { typeAndUnitLabels: true });
    await scrape();
    server.answer = openMetrics(`${families}a_seconds{x="y"} 2\n# EOF\n`);
    await scrape();
    const labels = { __name__: 'a_seconds', __type__: 'gauge', __unit__: 'seconds', ...base };
    expect(storage.values(labels)).toEqual([1, 1]);
    expect(storage.values({ ...labels, x: 'y' })).toEqual([2]);
  });

  test('of a series that the storage has let go of, when another family has begun', async () => {
    const server = await opened.serve('# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n');
    const { storage, base, scrape } = await opened.job(server.address, '', { typeAndUnitLabels: true });
    await scrape();
    storage.forgetSeries();
    await scrape();
    expect(storage.values({ __name__: 'a', __type__: 'counter', ...base })).toEqual([1]);
    expect(storage.values({ __name__: 'b', __type__: 'gauge', ...base })).toEqual([1]);
  });
});

describe('metadata', () => {
  const body = (help: string): string =>
    `# HELP a ${help}\n# TYPE a counter\na 1\nstray 1\n# TYPE h histogram\nh_count 1\n`;

  test('go with new series, and again when they have changed', async () => {
    const server = await opened.serve(body('one'));
    const { storage, base, scrape } = await opened.job(server.address, '', { storeMetadata: true });
    await scrape();
    await scrape();
    server.answer = text(body('two'));
    await scrape();
    await scrape();
    const told = (name: string): unknown[] =>
      storage.metadata({ __name__: name, ...base }).map(({ type, help }) => `${type} ${help}`);
    expect(told('a')).toEqual(['counter one', 'counter two']);
    expect(told('stray')).toEqual([]);
    expect(told('h_count')).toEqual(['histogram ']);
    expect(told('up')).toEqual([
      'gauge Health of the scrape target. 1 means the target is healthy, 0 if the scrape failed.',
    ]);
  });

  test('are not stored otherwise', async () => {
    const server = await opened.serve(body('one'));
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    expect(storage.metadata({ __name__: 'a', ...base })).toEqual([]);
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1]);
  });
});
