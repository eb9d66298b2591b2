import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Counter, Pushgateway as PushgatewayClient, Registry } from '@narthex/client';
import { parseFlags } from '@narthex/process';
import { eventually, ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { compressSync } from 'snappy';
import protobuf from 'protobufjs';
import { Pushgateway } from './app.js';
import { FLAGS } from './flags.js';

const START_MS = Date.UTC(2026, 0, 1);
const folder = temporaryFolder('pushgateway');
const running: Pushgateway[] = [];
let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock(START_MS);
});
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
});

async function start(...argv: string[]): Promise<string> {
  const outcome = parseFlags({ program: 'p', about: 'p' }, FLAGS, [
    '--web.listen-address=127.0.0.1:0',
    ...argv,
  ]);
  if (outcome.kind !== 'run') throw new Error('the flags are good');
  const gateway = new Pushgateway({
    flags: outcome.values,
    clock,
    logger: silentLogger(),
    quit: () => undefined,
  });
  await gateway.start();
  running.push(gateway);
  return `http://127.0.0.1:${gateway.addresses[0]!.port}`;
}

type Body = string | Uint8Array<ArrayBuffer>;

async function push(
  url: string,
  method: string,
  path: string,
  body: Body = '',
  headers = {},
): Promise<[number, string]> {
  const answer = await fetch(`${url}/metrics/${path}`, {
    method,
    headers,
    ...(method === 'DELETE' ? {} : { body }),
  });
  return [answer.status, (await answer.text()).trim()];
}

/** The exposed lines of these metrics, metadata left out. */
async function exposed(url: string, names: RegExp): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => names.test(line) && !line.startsWith('#'));
}

describe('pushing', () => {
  test('PUT replaces the group, POST the families of the same name, DELETE the group', async () => {
    const url = await start();
    expect(
      await push(url, 'POST', 'job/j/instance/i', '# TYPE a counter\na{x="1"} 1\na{x="2"} 2\nb 3\n'),
    ).toEqual([200, '']);
    expect(await push(url, 'POST', 'job/j/instance/i', 'b 4\n')).toEqual([200, '']);
    expect(await exposed(url, /^[abc]\{/)).toEqual([
      'a{instance="i",job="j",x="1"} 1',
      'a{instance="i",job="j",x="2"} 2',
      'b{instance="i",job="j"} 4',
    ]);
    expect(await push(url, 'PUT', 'job/j/instance/i', 'c 5\n')).toEqual([200, '']);
    expect(await exposed(url, /^[abc]\{/)).toEqual(['c{instance="i",job="j"} 5']);
    expect(await push(url, 'DELETE', 'job/j/instance/i')).toEqual([202, '']);
    expect(await push(url, 'DELETE', 'job/never')).toEqual([202, '']);
    expect(await exposed(url, /^([abc]|push_)/)).toEqual([]);
  });

  test('the times of the last push and the last failure', async () => {
    const url = await start();
    await push(url, 'PUT', 'job/good', 'x 1\n');
    await push(url, 'PUT', 'job/bad', 'x 1 123\n');
    const at = '1.7672256e+09';
    expect(await exposed(url, /^push_/)).toEqual([
      `push_failure_time_seconds{instance="",job="bad"} ${at}`,
      'push_failure_time_seconds{instance="",job="good"} 0',
      'push_time_seconds{instance="",job="bad"} 0',
      `push_time_seconds{instance="",job="good"} ${at}`,
    ]);
  });

  test.each([
    ['the text format', {}, (text: string): Body => text],
    ['gzip', { 'content-encoding': 'gzip' }, (text: string): Body => new Uint8Array(gzipSync(text))],
    ['snappy', { 'content-encoding': 'snappy' }, (text: string): Body => new Uint8Array(compressSync(text))],
    ['an encoding nobody knows', { 'content-encoding': 'foo' }, (text: string): Body => text],
  ])('takes %s', async (_what, headers, encode) => {
    const url = await start();
    expect(await push(url, 'PUT', 'job/j', encode('x 1\n'), headers)).toEqual([200, '']);
    expect(await exposed(url, /^x\{/)).toEqual(['x{instance="",job="j"} 1']);
  });

  test('takes summaries and histograms, and exposes them whole', async () => {
    const url = await start();
    const body = [
      '# TYPE s summary',
      's{quantile="0.5"} 1',
      's_sum 10',
      's_count 4',
      '# TYPE h histogram',
      'h_bucket{le="1"} 1',
      'h_bucket{le="+Inf"} 3',
      'h_sum 7',
      'h_count 3',
      '',
    ].join('\n');
    expect(await push(url, 'PUT', 'job/j', body)).toEqual([200, '']);
    expect(await exposed(url, /^[sh][{_]/)).toEqual([
      'h_bucket{instance="",job="j",le="1"} 1',
      'h_bucket{instance="",job="j",le="+Inf"} 3',
      'h_sum{instance="",job="j"} 7',
      'h_count{instance="",job="j"} 3',
      's{instance="",job="j",quantile="0.5"} 1',
      's_sum{instance="",job="j"} 10',
      's_count{instance="",job="j"} 4',
    ]);
  });

  test('takes delimited protobuf, as Go clients push', async () => {
    const url = await start();
    const { root } = protobuf.parse(`syntax = "proto2";
      message L { optional string name = 1; optional string value = 2; }
      message C { optional double value = 1; }
      message M { repeated L label = 1; optional C counter = 3; }
      message F { optional string name = 1; optional string help = 2; optional int32 type = 3; repeated M metric = 4; }`);
    const body = root
      .lookupType('F')
      .encodeDelimited({
        name: 'p',
        help: 'h',
        type: 0,
        metric: [{ label: [{ name: 'a', value: 'b' }], counter: { value: 2.5 } }],
      })
      .finish();
    const type =
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    expect(await push(url, 'PUT', 'job/j', new Uint8Array(body), { 'content-type': type })).toEqual([
      200,
      '',
    ]);
    expect(await exposed(url, /^p\{/)).toEqual(['p{a="b",instance="",job="j"} 2.5']);
  });

  test("takes what our own client library's Pushgateway sends", async () => {
    const url = await start();
    const registry = new Registry();
    new Counter({ name: 'done_total', help: 'Done.', registers: [registry] }).inc(3);
    const client = new PushgatewayClient(url, {}, registry);
    await client.pushAdd({ jobName: 'batch', groupings: { host: 'a' } });
    expect(await exposed(url, /^done_total/)).toEqual(['done_total{host="a",instance="",job="batch"} 3']);
  });
});

describe('grouping keys', () => {
  test.each([
    ['job/a/b', 400, 'odd number of components in label string "/b"'],
    ['job/a/a-b/c', 400, 'improper label name "a-b"'],
    ['job/a/__b/c', 400, 'improper label name "__b"'],
    ['job/', 400, 'job name is required'],
    ['job@base64/@@', 400, 'invalid base64 encoding in job name "@@": illegal base64 data'],
  ])('%s is refused', async (path, status, message) => {
    const url = await start();
    expect(await push(url, 'PUT', path, 'x 1\n')).toEqual([status, message]);
  });

  test.each([
    ['job@base64/L3Zhci90bXA/x@base64/=', 'x{instance="",job="/var/tmp",x=""} 1'],
    ['job/a/l/1/', 'x{instance="",job="a",l="1"} 1'],
    ['job/a/l/', 'x{instance="",job="a",l=""} 1'],
    ['job/a/l@base64/', 'x{instance="",job="a",l=""} 1'],
    ['job/a%2Fl%2Fb', 'x{instance="",job="a",l="b"} 1'],
    ['job/a/job/b', 'x{instance="",job="a"} 1'],
    ['job/a/instance/%C3%A4', 'x{instance="ä",job="a"} 1'],
  ])('%s', async (path, line) => {
    const url = await start();
    expect(await push(url, 'PUT', path, 'x{job="mine"} 1\n')).toEqual([200, '']);
    expect(await exposed(url, /^x\{/)).toEqual([line]);
  });
});

describe('what does not fit is refused and changes nothing', () => {
  const inconsistent = 'pushed metrics are invalid or inconsistent with existing metrics: ';
  test.each([
    ['garbage here x\n', 'text format parsing error: '],
    ['x 1', 'text format parsing error: unexpected end of input stream'],
    [
      '# TYPE h histogram\nh_bucket{le="x"} 1\n',
      `text format parsing error: expected float as value for 'le' label, got "x"`,
    ],
    ['x 1 123\n', `${inconsistent}pushed metrics must not have timestamps`],
    [
      'y 1\ny 2\n',
      `${inconsistent}collected metric "y" { label:{name:"instance"  value:""}  label:{name:"job"  value:"new"}  untyped:{value:2}} was collected before with the same name and label values`,
    ],
    [
      '# TYPE x gauge\nx 1\n',
      `${inconsistent}collected metric "x" { label:{name:"instance"  value:""}  label:{name:"job"  value:"old"}  counter:{value:1}} is not a GAUGE`,
    ],
    [
      '# TYPE process_start_time_seconds counter\nprocess_start_time_seconds 1\n',
      `${inconsistent}collected metric "process_start_time_seconds" { label:{name:"instance"  value:""}  label:{name:"job"  value:"new"}  counter:{value:1}} is not a GAUGE`,
    ],
  ])('%j', async (body, message) => {
    const url = await start();
    await push(url, 'PUT', 'job/old', '# TYPE x counter\nx 1\n');
    const [status, text] = await push(url, 'PUT', 'job/new', body);
    expect(status).toBe(400);
    expect(text.startsWith(message)).toBe(true);
    expect(await exposed(url, /^[xy]\{/)).toEqual(['x{instance="",job="old"} 1']);
  });

  test('a body without end is answered before it is there', async () => {
    const url = await start();
    const chunk = Buffer.alloc(1024 * 1024, '# comment\n');
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${url}/metrics/job/huge`, { method: 'PUT' }, resolve).on('error', reject);
      for (let i = 0; i < 70; i++) sent.write(chunk);
      sent.end();
    });
    expect(answer.statusCode).toBe(400);
    answer.resume();
  });

  test('unless nobody checks', async () => {
    const url = await start('--push.disable-consistency-check');
    await push(url, 'PUT', 'job/old', '# TYPE x counter\nx 1\n');
    expect(await push(url, 'PUT', 'job/new', '# TYPE x gauge\nx 1\n')).toEqual([202, '']);
  });
});

describe('persistence', () => {
  test('groups come back after a restart, special numbers and empty labels included', async () => {
    const file = join(folder.path, 'deep/groups');
    const url = await start(`--persistence.file=${file}`);
    await push(url, 'PUT', 'job/j/x@base64/=', 'v NaN\nw -Inf\n# HELP u Help\n# TYPE u gauge\nu 0.1\n');
    const before = await exposed(url, /^[vwu]\{|^push_/);
    await running.pop()!.stop();
    const again = await start(`--persistence.file=${file}`);
    expect(await exposed(again, /^[vwu]\{|^push_/)).toEqual(before);
    expect(before).toContain('w{instance="",job="j",x=""} -Inf');
  });

  test('are written once an interval, when something changed', async () => {
    const file = join(folder.path, 'interval');
    const url = await start(`--persistence.file=${file}`, '--persistence.interval=1m');
    await push(url, 'PUT', 'job/j', 'x 1\n');
    expect(existsSync(file)).toBe(false);
    await clock.advance(60_000);
    await eventually('the file', () => existsSync(file));
    expect(readFileSync(file, 'utf8')).toContain('"name":"x"');
  });

  test('a file that cannot be read is put aside', async () => {
    const file = join(folder.path, 'gob');
    writeFileSync(file, Buffer.from([0x29, 0xff, 0x8b]));
    const url = await start(`--persistence.file=${file}`);
    expect(await exposed(url, /^push_/)).toEqual([]);
    expect(readFileSync(`${file}.unreadable`)).toHaveLength(3);
  });
});

describe('the API and the page', () => {
  test('show what was pushed', async () => {
    const url = await start();
    await push(url, 'PUT', 'job/<b>', '# HELP x Help\n# TYPE x counter\nx{a="b"} 1.5\n');
    const api = (await (await fetch(`${url}/api/v1/metrics`)).json()) as { data: Record<string, unknown>[] };
    expect(api.data[0]).toMatchObject({
      labels: { job: '<b>' },
      last_push_successful: true,
      x: {
        type: 'COUNTER',
        help: 'Help',
        time_stamp: '2026-01-01T00:00:00.000Z',
        metrics: [{ value: '1.5' }],
      },
      push_failure_time_seconds: { metrics: [{ labels: { instance: '', job: '<b>' }, value: '0' }] },
    });
    const page = await (await fetch(`${url}/`)).text();
    expect(page).toContain('job=&quot;&lt;b&gt;&quot;');
    expect(page).not.toContain('"<b>');
  });

  test.each([
    ['GET', '/metrics/job/x', 405, 'Method Not Allowed'],
    ['PUT', '/api/v1/admin/wipe', 404, '404 page not found'],
    ['PUT', '/-/quit', 403, 'Lifecycle API is not enabled.'],
    ['GET', '/-/quit', 405, 'Only POST or PUT requests allowed.'],
    ['GET', '/-/healthy', 200, 'OK'],
    ['GET', '/-/ready', 200, 'OK'],
    ['GET', '/nothing', 404, '404 page not found'],
  ])('%s %s', async (method, path, status, text) => {
    const url = await start();
    const answer = await fetch(url + path, { method });
    expect([answer.status, (await answer.text()).trim()]).toEqual([status, text]);
  });

  test('wipe deletes everything where the admin API is on', async () => {
    const url = await start('--web.enable-admin-api');
    await push(url, 'PUT', 'job/j', 'x 1\n');
    expect((await fetch(`${url}/api/v1/admin/wipe`, { method: 'PUT' })).status).toBe(202);
    expect(await exposed(url, /^x\{/)).toEqual([]);
  });
});
