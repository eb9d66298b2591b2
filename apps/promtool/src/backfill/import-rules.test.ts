import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock, peerProgram, temporaryFolder } from '@narthex/testkit';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { QueryServer } from '../testing/query-server.js';
import { type Ran, runPromtool } from '../testing/run-promtool.js';

const RULES = `
groups:
- name: first
  labels: {team: x}
  rules:
  - {record: 'a:b', expr: up, labels: {zone: over, more: '1'}}
  - {alert: Never, expr: up == 0}
- name: second
  interval: 17m
  rules:
  - {record: none, expr: nothing}
  - {record: 'c:d', expr: warned}
`;
const START = '2023-11-14T22:13:20Z';
const END = '2023-11-15T01:30:00.5Z';

const work = temporaryFolder('promtool-rules');
const path = (name: string): string => join(work.path, name);
const original = peerProgram('promtool') ?? '';
const testWithPeers = original === '' ? test.skip : test;
let server: QueryServer;

beforeAll(async () => {
  server = await QueryServer.start();
  writeFileSync(path('rules.yml'), RULES);
  writeFileSync(
    path('failing.yml'),
    'groups: [{name: g, rules: [{record: a, expr: refused}, {record: b, expr: broken}]}]',
  );
  writeFileSync(path('odd.yml'), 'groups: [{name: g, rules: [{record: a, expr: "up("}]}]');
});
afterAll(async () => {
  await server.stop();
  work.remove();
});

function importInto(output: string, rules: string, ...flags: string[]): string[] {
  const words = [
    'tsdb',
    'create-blocks-from',
    'rules',
    `--url=${server.url}/`,
    `--output-dir=${path(output)}`,
  ];
  return [...words, ...flags, path(rules)];
}

async function dump(folder: string): Promise<string[]> {
  mkdirSync(join(path(folder), 'wal'), { recursive: true });
  const { code, out, error } = await runPromtool(['tsdb', 'dump', path(folder)]);
  if (code !== 0) throw new Error(error);
  return out.trim().split('\n');
}

test('recording rules are asked for block by block, at the times of their group', async () => {
  const before = server.asked.length;
  const ran = await runPromtool(
    importInto('ours', 'rules.yml', `--start=${START}`, `--end=${END}`, '--eval-interval=10m'),
  );
  expect(ran).toMatchObject({ code: 0, out: '' });
  expect(ran.error.match(/msg=.*/g)).toEqual([
    'msg="new rule importer" component=backfiller start="14 Nov 23 22:13 UTC" end="15 Nov 23 01:30 UTC"',
    `msg="processing group" component=backfiller name=${path('rules.yml')};first`,
    'msg="processing rule" component=backfiller id=0 name=a:b',
    `msg="processing group" component=backfiller name=${path('rules.yml')};second`,
    'msg="processing rule" component=backfiller id=0 name=none',
    'msg="processing rule" component=backfiller id=1 name=c:d',
    'msg="Range query returned warnings." component=backfiller warnings="look out"',
    'msg="Range query returned warnings." component=backfiller warnings="look out"',
  ]);
  const asked = server.asked.slice(before).map((line) => line.split(' '));
  expect(asked.map(([method, url, query, , end, step]) => [method, url, query, end, step])).toEqual(
    ['up', 'nothing', 'warned'].flatMap((query) =>
      ['1700006399', '1700011800'].map((end) => [
        'POST',
        '/api/v1/query_range',
        query,
        end,
        query === 'up' ? '600' : '1020',
      ]),
    ),
  );
  const lines = await dump('ours');
  const series = new Set(lines.map((line) => line.slice(0, line.indexOf('}') + 1)));
  expect([...series]).toEqual([
    '{__name__="a:b", host="a", more="1", team="x", zone="over"}',
    '{__name__="a:b", host="b", more="1", team="x", zone="over"}',
    '{__name__="c:d", host="a", zone="z"}',
    '{__name__="c:d", host="b", zone="z"}',
  ]);
});

test('without an end, the last three hours are left out', async () => {
  const before = server.asked.length;
  const argv = importInto('recent', 'rules.yml', '--start=1700000000', '--eval-interval=1h');
  const { code } = await runPromtool(argv, new ManualClock(1_700_000_000_000 + 4 * 3_600_000));
  expect(code).toBe(0);
  expect(server.asked.slice(before).map((line) => line.split(' ')[4])).toContain('1700003600');
});

describe('failures', () => {
  test('of queries are told at the end', async () => {
    const ran = await runPromtool(
      importInto('failed', 'failing.yml', '--start=1700000000', '--end=1700000500'),
    );
    expect(ran.code).toBe(1);
    expect(ran.error.split('\n').slice(-4)).toEqual([
      'rule importer error: query range: execution: no way',
      'rule importer error: query range: server_error: server error: 500',
      'error importing rules',
      '',
    ]);
  });

  test('of rule files stop everything', async () => {
    const ran = await runPromtool(importInto('failed', 'odd.yml', '--start=1700000000', '--end=1700000500'));
    expect(ran.code).toBe(1);
    expect(ran.error).toContain(`rule importer parse error: ${path('odd.yml')}: 1:`);
  });
});

testWithPeers('the blocks hold what those of the original do', async () => {
  const flags = [`--start=${START}`, `--end=${END}`, '--eval-interval=90s', '--max-block-duration=6h'];
  const ours: Ran = await runPromtool(importInto('our-blocks', 'rules.yml', ...flags));
  expect(ours.code).toBe(0);
  await promisify(execFile)(original, importInto('their-blocks', 'rules.yml', ...flags));
  const theirs = await dump('their-blocks');
  // It takes alerting rules for recording rules.
  expect(await dump('our-blocks')).toEqual(theirs.filter((line) => !line.includes('"Never"')));
});
