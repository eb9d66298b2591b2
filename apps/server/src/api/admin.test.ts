import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiRig } from '../testing/api-rig.js';

const folder = temporaryFolder('admin');
const rig = new ApiRig();
beforeAll(async () => {
  rig.snapshotFolder = join(folder.path, 'data', 'snapshots');
  await rig.start(new ManualClock(Date.UTC(2026, 10, 22, 13, 54, 47)), silentLogger());
});
afterAll(() => {
  rig.close();
  folder.remove();
});
beforeEach(() => void rig.snapshots.splice(0));

const post = (path: string): ReturnType<ApiRig['get']> => rig.get(`/admin/tsdb/${path}`, { method: 'POST' });

describe('snapshots', () => {
  test.each([
    ['snapshot', true],
    ['snapshot?skip_head=false', true],
    ['snapshot?skip_head=', true],
    ['snapshot?skip_head=true', false],
    ['snapshot?skip_head=1', false],
  ])('%s: with the head %j', async (path, withHead) => {
    const { status, text } = await post(path);
    expect(status).toBe(200);
    const { name } = (JSON.parse(text) as { data: { name: string } }).data;
    expect(name).toMatch(/^20261122T135447Z-[0-9a-f]{16}$/);
    expect(rig.snapshots).toEqual([`${join(rig.snapshotFolder, name)} ${withHead}`]);
    expect(readdirSync(rig.snapshotFolder)).toContain(name);
  });

  test('skip_head that is no truth value', async () => {
    const { status, text } = await post('snapshot?skip_head=xx');
    expect([status, text]).toEqual([
      400,
      '{"status":"error","errorType":"bad_data","error":"invalid parameter \\"skip_head\\": unable to parse boolean: strconv.ParseBool: parsing \\"xx\\": invalid syntax"}',
    ]);
  });

  test('a folder that cannot be made is an internal error', async () => {
    rmSync(rig.snapshotFolder, { recursive: true });
    writeFileSync(rig.snapshotFolder, '');
    const { status, text } = await post('snapshot');
    expect(status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({
      errorType: 'internal',
      error: expect.stringMatching(/^create snapshot directory: /),
    });
  });
});

describe('deletion', () => {
  test.each([
    ['delete_series', 400, 'no match[] parameter provided'],
    [
      'delete_series?match[]=up&start=x',
      400,
      `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
    ],
    ['delete_series?match[]={', 400, 'invalid parameter "match[]"'],
  ])('%s', async (path, status, error) => {
    const answer = await post(path);
    expect(answer.status).toBe(status);
    expect((JSON.parse(answer.text) as { error: string }).error).toContain(error);
  });

  test.each([
    'delete_series?match[]=up',
    'delete_series?match[]={}',
    'delete_series?match[]={a=""}',
    'clean_tombstones',
  ])('%s has nothing to say', async (path) => {
    const { status, text } = await post(path);
    expect([status, text]).toEqual([204, '']);
  });
});
