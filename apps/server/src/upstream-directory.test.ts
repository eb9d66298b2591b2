import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, CUSTOM_BUCKETS_SCHEMA, type NativeHistogram } from '@narthex/model';
import { encodeWriteRequestV1, type WrittenSeries } from '@narthex/remote';
import { eventually, freePort, peerProgram, temporaryFolder } from '@narthex/testkit';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressSync } from 'snappy';
import { Bundle, type RunningServer } from './testing/built-server.js';

/*
 * A data directory of the original Prometheus, with blocks, tombstones, head chunks and a log, is opened by this server
 * and by the original, and both are asked the same.
 */

const prometheus = peerProgram('prometheus');
const describeWithPrometheus = prometheus === undefined ? describe.skip : describe;

/** Starts of servers, on a machine that may be busy. */
const PATIENCE_MS = 240_000;
const PATIENCE = { timeoutMs: PATIENCE_MS };
const HOUR_S = 3600;
const STEP_S = 60;
const HOURS = 9;
/** An even hour, so that blocks end where one expects it. */
const START_S = Math.floor((Date.now() / 1000 - (HOURS + 1) * HOUR_S) / (2 * HOUR_S)) * 2 * HOUR_S;
const END_S = START_S + HOURS * HOUR_S;

function floats(
  labels: Record<string, string>,
  timesS: readonly number[],
  valueAt: (timeS: number) => number,
): WrittenSeries {
  const values = new Float64Array(timesS.length);
  timesS.forEach((timeS, i) => (values[i] = valueAt(timeS)));
  const samples = { timestampsMs: timesS.map((timeS) => 1000 * timeS), values };
  return { labels: Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)), samples };
}

const NO_BUCKETS = {
  positiveSpans: [],
  negativeSpans: [],
  positiveBuckets: [],
  negativeBuckets: [],
  customValues: [],
};

/** Grows with time, and starts over now and then. */
function histogramAt(timeS: number, custom: boolean): NativeHistogram {
  const n = 1 + (Math.floor((timeS - START_S) / STEP_S) % 200);
  const sum = 2.5 * n;
  const counterResetHint = COUNTER_RESET_HINT.unknown;
  if (custom) {
    const positiveBuckets = [n, 2 * n, n % 7];
    const count = 3 * n + (n % 7);
    const buckets = { ...NO_BUCKETS, positiveSpans: [{ offset: 0, length: 3 }], positiveBuckets };
    const customValues = [0.5, 1, 10];
    return {
      counterResetHint,
      schema: CUSTOM_BUCKETS_SCHEMA,
      zeroThreshold: 0,
      zeroCount: 0,
      count,
      sum,
      ...buckets,
      customValues,
    };
  }
  // More buckets as time goes by, so that chunks have to be made anew.
  const length = 1 + Math.floor(n / 50);
  const positiveBuckets = Array.from({ length }, (_, i) => n + i);
  const negativeBuckets = [n];
  const count = positiveBuckets.reduce((total, each) => total + each, n + 2 * n);
  const positiveSpans = [{ offset: -2, length }];
  const negativeSpans = [{ offset: 1, length: 1 }];
  const buckets = { ...NO_BUCKETS, positiveSpans, positiveBuckets, negativeSpans, negativeBuckets };
  return { counterResetHint, schema: 2, zeroThreshold: 0.001, zeroCount: 2 * n, count, sum, ...buckets };
}

/** What is written within an hour. */
function seriesOfHour(hour: number): WrittenSeries[] {
  const timesS = Array.from({ length: HOUR_S / STEP_S }, (_, i) => START_S + hour * HOUR_S + i * STEP_S);
  const series: WrittenSeries[] = [];
  for (let host = 0; host < 12; host++) {
    const labels = { instance: `host-${host}`, job: host % 2 === 0 ? 'even' : 'odd' };
    series.push(
      floats({ __name__: 'requests_total', ...labels }, timesS, (t) => ((t - START_S) * (host + 1)) % 50_000),
      floats({ __name__: 'temperature', ...labels }, timesS, (t) => Math.sin(t / 1000 + host) * 30),
    );
  }
  // Comes and goes.
  if (hour % 3 === 1) series.push(floats({ __name__: 'sometimes', hour: String(hour) }, timesS, () => hour));
  series.push(floats({ __name__: 'stale' }, timesS, (t) => (t % 600 === 0 ? STALE_NAN : t)));
  for (const [name, integer, custom] of [
    ['exponential', true, false],
    ['exponential_floats', false, false],
    ['custom', true, true],
  ] as const) {
    const histograms = timesS.map((t) => ({
      timestampMs: 1000 * t,
      histogram: histogramAt(t, custom),
      integer,
    }));
    series.push({ labels: [['__name__', `${name}_seconds`]], histograms });
  }
  return series;
}

async function write(url: string, series: readonly WrittenSeries[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' },
    body: new Uint8Array(compressSync(Buffer.from(encodeWriteRequestV1(series)))),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

const folder = temporaryFolder('upstream-directory');
const config = join(folder.path, 'prometheus.yml');
const peers: ChildProcess[] = [];
let bundle: Bundle | undefined;
let server: RunningServer | undefined;

function flagsFor(data: string, address: string): string[] {
  return [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder.path, data)}`,
    `--web.listen-address=${address}`,
    '--storage.tsdb.retention.time=10y',
    '--web.enable-admin-api',
    '--enable-feature=native-histograms',
  ];
}

async function startPeer(data: string): Promise<{ readonly url: string; readonly peer: ChildProcess }> {
  const address = `127.0.0.1:${await freePort()}`;
  const flags = [...flagsFor(data, address), '--web.enable-remote-write-receiver'];
  const peer = spawn(prometheus!, flags, { cwd: folder.path, stdio: 'ignore' });
  peers.push(peer);
  const url = `http://${address}`;
  const isReady = (): Promise<boolean> => fetch(`${url}/-/ready`).then(({ ok }) => ok);
  await eventually('Prometheus to be ready', () => isReady(), PATIENCE);
  return { url, peer };
}

async function stopPeer(peer: ChildProcess): Promise<void> {
  const gone = once(peer, 'exit');
  peer.kill('SIGTERM');
  await gone;
}

function blocksIn(data: string): string[] {
  return readdirSync(join(folder.path, data)).filter((name) => /^[0-9A-Z]{26}$/.test(name));
}

/** Has the original write a directory: several blocks, something deleted, and the rest in the log. */
async function writeDirectory(data: string): Promise<void> {
  const { url, peer } = await startPeer(data);
  for (let hour = 0; hour < HOURS; hour++) await write(url, seriesOfHour(hour));
  // Every block that can come of it is made, one after the other.
  await eventually('blocks', () => blocksIn(data).length >= 3, PATIENCE);
  const deletion = new URLSearchParams({
    'match[]': 'temperature{instance=~"host-[34]"}',
    start: String(START_S + HOUR_S / 2),
    end: String(END_S - HOUR_S / 4),
  });
  const deleted = await fetch(`${url}/api/v1/admin/tsdb/delete_series?${deletion.toString()}`, {
    method: 'POST',
  });
  if (!deleted.ok) throw new Error(await deleted.text());
  await stopPeer(peer);
}

interface Answer {
  readonly status: string;
  readonly data: { readonly result?: { readonly metric?: unknown }[] };
}

/** Values without their last digits, in which sums and powers differ from machine to machine. */
function rounded(value: unknown): unknown {
  if (typeof value !== 'string' || !/^-?\d+\.\d+(e[+-]\d+)?$/.test(value)) return value;
  return Number(value).toPrecision(12);
}

async function ask(url: string, path: string, parameters: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  // Infos come in any order upstream, and so do the elements of a vector.
  const { data, status } = JSON.parse(await response.text(), (_, value: unknown) => rounded(value)) as Answer;
  data.result?.sort((a, b) => (JSON.stringify(a.metric) < JSON.stringify(b.metric) ? -1 : 1));
  return { code: response.status, status, data };
}

const whole = { start: String(START_S - HOUR_S), end: String(END_S + HOUR_S) };
const range = (query: string, stepS = 300): [string, Record<string, string>] => [
  'query_range',
  { query, start: String(START_S - 600), end: String(END_S + 600), step: String(stepS) },
];
const instant = (query: string, timeS: number): [string, Record<string, string>] => [
  'query',
  { query, time: String(timeS) },
];
const within = (hour: number, hours: number): { start: string; end: string } => ({
  start: String(START_S + hour * HOUR_S),
  end: String(START_S + (hour + hours) * HOUR_S),
});

describeWithPrometheus('a directory of Prometheus', () => {
  let urls: readonly [ours: string, theirs: string];

  beforeAll(async () => {
    writeFileSync(config, 'global: {}\n');
    const [built] = await Promise.all([Bundle.build(), writeDirectory('written')]);
    bundle = built;
    for (const copy of ['ours', 'theirs'])
      cpSync(join(folder.path, 'written'), join(folder.path, copy), { recursive: true });
    server = built.run(flagsFor('ours', '127.0.0.1:0'), folder.path);
    const running = server;
    const { url } = await startPeer('theirs');
    urls = [await eventually('the server', () => running.url(), PATIENCE), url];
  }, 2 * PATIENCE_MS);

  afterAll(async () => {
    await server?.end('SIGKILL');
    for (const peer of peers) if (peer.exitCode === null && peer.signalCode === null) await stopPeer(peer);
    bundle?.remove();
    folder.remove();
  }, PATIENCE_MS);

  test.each<[string, Record<string, string>]>([
    range('temperature'),
    range('stale'),
    range('sometimes', 60),
    range('count({__name__=~".+"})'),
    range('sum by (job) (rate(requests_total[5m]))'),
    range('max_over_time(temperature{job="odd"}[1h])'),
    range('sum_over_time(temperature{instance!~"host-1.*"}[3h:10m])'),
    range('count_over_time(temperature[10h])', 3600),
    range(
      'increase(requests_total{instance="host-7"}[4h]) - increase(requests_total{instance="host-7"}[2h] offset 2h)',
    ),
    instant('temperature', START_S + 4 * HOUR_S),
    instant('temperature[30m]', START_S + 4 * HOUR_S),
    instant('requests_total{instance="host-3"}[10h]', END_S),
    instant('stale[2h]', END_S),
    instant('temperature{instance="host-4"}[10h]', END_S),
    range('exponential_seconds', 600),
    range('exponential_floats_seconds', 600),
    range('custom_seconds', 600),
    range('histogram_quantile(0.9, rate(exponential_seconds[20m]))'),
    range('histogram_count(custom_seconds)'),
    range('histogram_sum(sum_over_time(exponential_floats_seconds[1h]))', 1800),
    range('resets(exponential_seconds[4h])', 600),
    instant('exponential_seconds[3h]', START_S + 5 * HOUR_S),
    instant('custom_seconds[3h]', END_S),
    ['series', { 'match[]': '{instance=~"host-1.*"}', ...whole }],
    ['series', { 'match[]': 'sometimes', ...within(0, 3) }],
    ['series', { 'match[]': '{__name__=~".+"}', limit: '5', ...whole }],
    [
      'series',
      { 'match[]': 'temperature', start: String(START_S - 2 * HOUR_S), end: String(START_S - HOUR_S) },
    ],
    ['labels', whole],
    ['labels', { limit: '2', ...whole }],
    ['labels', { 'match[]': 'sometimes', ...within(1, 1) }],
    ['label/hour/values', whole],
    ['label/hour/values', within(0, 3)],
    ['label/hour/values', within(7, 2)],
    ['label/instance/values', { 'match[]': 'temperature{job="odd"}', limit: '3', ...whole }],
    ['label/__name__/values', { start: String(START_S - 2 * HOUR_S), end: String(START_S - HOUR_S) }],
    ['label/__name__/values', { start: String(END_S + 8 * HOUR_S), end: String(END_S + 9 * HOUR_S) }],
    ['label/instance/values', { 'match[]': '{job!="", __name__=~"temp.*|req.*"}', ...whole }],
  ])('%s %j', async (path, parameters) => {
    const [ours, theirs] = await Promise.all(urls.map((url) => ask(url, path, parameters)));
    expect(ours).toEqual(theirs);
  });

  test('the head is counted without the blocks', async () => {
    const [ours, theirs] = (await Promise.all(urls.map((url) => ask(url, 'status/tsdb', {})))) as {
      data: { headStats: Record<string, unknown> };
    }[];
    expect(ours!.data.headStats.numSeries).toBe(theirs!.data.headStats.numSeries);
    expect(ours!.data.headStats.maxTime).toBe(theirs!.data.headStats.maxTime);
  });
});
