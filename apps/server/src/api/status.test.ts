import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { ApiRig } from '../testing/api-rig.js';

const clock = new ManualClock(1_700_000_000_000);
const logger = silentLogger();
const rig = new ApiRig();
const { deleted } = rig;
const get: ApiRig['get'] = (path, init) => rig.get(path, init);
const json: ApiRig['json'] = (path, init) => rig.json(path, init);

beforeAll(() => rig.start(clock, logger));
afterAll(() => rig.close());

test('status', async () => {
  expect(await json('/status/config')).toEqual({ status: 'success', data: { yaml: 'global: {}\n' } });
  expect(await json('/status/flags')).toEqual({ status: 'success', data: { a: 'b' } });
  expect(await json('/status/runtimeinfo')).toMatchObject({
    data: {
      startTime: '2023-11-14T22:13:20Z',
      lastConfigTime: '2023-11-14T22:13:20Z',
      reloadConfigSuccess: true,
      corruptionCount: 2,
      goroutineCount: 4,
      storageRetention: '15d',
    },
  });
  expect(await json('/status/buildinfo')).toMatchObject({ data: { goVersion: `node ${process.version}` } });
  expect(await json('/alertmanagers')).toEqual({
    status: 'success',
    data: { activeAlertmanagers: [{ url: 'http://a/api/v2/alerts' }], droppedAlertmanagers: [] },
  });
});

test('admin and receivers', async () => {
  const removed = await get('/admin/tsdb/delete_series?match[]=up&match[]=%7Ba=%22b%22%7D', {
    method: 'POST',
  });
  expect([removed.status, removed.text, deleted]).toEqual([204, '', ['__name__="up"', 'a="b"']]);
  expect((await get('/admin/tsdb/clean_tombstones', { method: 'PUT' })).status).toBe(204);
  expect((await get('/admin/tsdb/snapshot')).status).toBe(405);
  const write = await get('/write', { method: 'POST' });
  expect([write.status, write.text]).toEqual([
    404,
    'remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n',
  ]);
});
