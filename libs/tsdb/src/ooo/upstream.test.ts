import { afterEach, describe, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { COUNTER_RESET_HINT, CUSTOM_BUCKETS_SCHEMA, Labels, type NativeHistogram } from '@narthex/model';
import { type Logger, systemClock } from '@narthex/process';
import { APPEND_OUTCOME } from '@narthex/storage';
import {
  eventually,
  freePort,
  peerProgram,
  RecordingLogger,
  silentLogger,
  temporaryFolder,
} from '@narthex/testkit';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressSync } from 'snappy';
import { TsdbDatabase } from '../database.js';
import { type Dump, dump, dumpChunks } from './ooo-test-data.js';

/*
 * Out-of-order samples between the original Prometheus and this library, both ways: logs, chunks on disk, and which of
 * two samples at one time stays.
 */

const prometheus = peerProgram('prometheus');
const describeWithPeer = prometheus === undefined ? describe.skip : describe;
const PATIENCE_MS = 120_000;
const SECOND_MS = 1000;

type Sample = readonly [series: string, timestampMs: number, value: number];

/** A remote-write 1.0 request of one series a sample. */
function writeRequest(samples: readonly Sample[]): Uint8Array {
  const request = new ByteWriter();
  const part = (into: ByteWriter, tag: number, bytes: Uint8Array): void => {
    into.u8(tag);
    into.uvarint(bytes.length);
    into.bytes(bytes);
  };
  for (const [series, timestampMs, value] of samples) {
    const timeSeries = new ByteWriter();
    for (const [name, text] of [
      ['__name__', 'm'],
      ['series', series],
    ] as const) {
      const label = new ByteWriter();
      part(label, 0x0a, Buffer.from(name));
      part(label, 0x12, Buffer.from(text));
      part(timeSeries, 0x0a, label.copy());
    }
    const sample = new ByteWriter();
    sample.u8(0x09);
    sample.bytes(new Uint8Array(Float64Array.of(value).buffer));
    sample.u8(0x10);
    sample.uvarint(timestampMs);
    part(timeSeries, 0x12, sample.copy());
    part(request, 0x0a, timeSeries.copy());
  }
  return request.copy();
}

class Server {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(directory: string): Promise<Server> {
    const port = await freePort();
    const config = join(directory, '..', 'prometheus.yml');
    writeFileSync(config, 'storage: {tsdb: {out_of_order_time_window: 2h}}\n');
    const child = spawn(
      prometheus!,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${directory}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-remote-write-receiver',
      ],
      { stdio: 'ignore' },
    );
    const server = new Server(`http://127.0.0.1:${port}`, child);
    started.push(server);
    await eventually('the server', async () => (await fetch(`${server.url}/-/ready`)).ok, {
      timeoutMs: PATIENCE_MS,
    });
    return server;
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill(signal);
    await gone;
  }

  async write(samples: readonly Sample[]): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/write`, {
      method: 'POST',
      headers: { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' },
      body: new Uint8Array(compressSync(Buffer.from(writeRequest(samples)))),
    });
    expect(`${response.status} ${await response.text()}`).toBe('204 ');
  }

  /** What a range selector gives at a time, both ends included. */
  async dump(fromMs: number, toMs: number): Promise<Dump> {
    const range = `${toMs - fromMs + 1}ms`;
    const response = await fetch(`${this.url}/api/v1/query?query=m[${range}]&time=${toMs / 1000}`);
    const answer = (await response.json()) as {
      data: {
        result: {
          metric: { series: string };
          values?: [number, string][];
          histograms?: [
            number,
            { count: string; sum: string; buckets?: [number, string, string, string][] },
          ][];
        }[];
      };
    };
    return Object.fromEntries(
      answer.data.result.map(({ metric, values = [], histograms = [] }) => {
        const samples = [
          ...values.map(([timeS, value]) => [Math.round(timeS * 1000), value] as const),
          ...histograms.map(
            ([timeS, { count, sum, buckets = [] }]) =>
              [Math.round(timeS * 1000), `${count}/${sum}/${buckets.length}`] as const,
          ),
        ].sort(([a], [b]) => a - b);
        return [metric.series, samples.map(([timestampMs, text]) => `${timestampMs}:${text}`).join(' ')];
      }),
    );
  }
}

const started: Server[] = [];
const folders: { remove(): void }[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop('SIGKILL');
  for (const folder of folders.splice(0)) folder.remove();
});

/** Transactions with late samples of many shapes, the newest first of all so that the rest is late. */
function transactions(baseMs: number): Sample[][] {
  const list: Sample[][] = [];
  const at = (seconds: number): number => baseMs + seconds * SECOND_MS;
  // In order every ten seconds, with values below 1000.
  for (let s = 0; s <= 3000; s += 10)
    list.push([
      ['mixed', at(s), s / 10],
      ['plain', at(s), s],
    ]);
  // Late ones between them, newest first: several chunks, which overlap.
  for (let s = 2995; s > 1000; s -= 10) list.push([['mixed', at(s), 1000 + s]]);
  // The same times as in order, and as late ones before, with values that tell.
  for (let s = 500; s < 1400; s += 5) list.push([['mixed', at(s), 10_000 + s]]);
  for (let s = 1398; s > 1300; s -= 2) list.push([['mixed', at(s), 20_000 + s]]);
  // A series that was never in order, and one where the same times come once more behind a full chunk.
  for (let s = 100; s < 150; s++)
    list.push([
      ['late', at(s - 1800), s],
      ['twice', at(s - 1800), s],
    ]);
  for (let s = 100; s < 110; s++) list.push([['twice', at(s - 1800), 1000 + s]]);
  // One transaction with several of one series.
  list.push([900, 901, 899, 902, 899, 898].map((s, i): Sample => ['mixed', at(s) + 500, 30_000 + i]));
  return list;
}

/** Histograms by their count, and floats, late ones behind the newest. */
function histogramSamples(baseMs: number): (readonly [string, number, number?])[] {
  const list: (readonly [string, number, number?])[] = [];
  const at = (seconds: number): number => baseMs + seconds * SECOND_MS;
  for (const series of ['integer', 'float', 'custom']) {
    for (let s = 0; s <= 1000; s += 100) list.push([series, at(s), s + 1]);
    for (let s = 990; s > 300; s -= 10) if (s % 100 !== 0) list.push([series, at(s), (s * 7) % 990]);
    for (let s = 310; s < 340; s++) if (s % 10 !== 0) list.push([series, at(s), s]);
  }
  for (let s = 0; s <= 1000; s += 100) list.push(['mixed', at(s)]);
  for (let s = 950; s > 300; s -= 10) {
    if (s % 100 !== 0) list.push(s % 30 === 0 ? ['mixed', at(s)] : ['mixed', at(s), s]);
  }
  return list;
}

/** Its buckets depend on its count. */
function histogram(count: number, custom: boolean): NativeHistogram {
  const offset = custom ? 0 : count % 3;
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: custom ? CUSTOM_BUCKETS_SCHEMA : 1,
    zeroThreshold: custom ? 0 : 0.001,
    zeroCount: 0,
    count,
    sum: count * 2.5,
    positiveSpans: [{ offset, length: 1 }],
    negativeSpans: [],
    positiveBuckets: [count],
    negativeBuckets: [],
    customValues: custom ? [1, 2.5, 10] : [],
  };
}

function ranges(baseMs: number): [number, number][] {
  const seconds = [
    [-3600, 3000],
    [0, 3000],
    [495, 1405],
    [700, 705],
    [1000, 1000],
    [1295, 1350],
    [1311, 1333],
    [2500, 2990],
    [-1750, -1700],
    [-1699, -1650],
  ];
  return seconds.map(([from, to]) => [baseMs + from! * SECOND_MS, baseMs + to! * SECOND_MS]);
}

/**
 * What was never in order comes out of the log in order as well when it is replayed, there as here. So a start changes
 * which of two samples stays.
 */
function withoutTwice(found: Dump): Dump {
  const { twice: _twice, ...others } = found;
  return others;
}

function open(
  path: string,
  outOfOrderTimeWindowMs: number,
  logger: Logger = silentLogger(),
): Promise<TsdbDatabase> {
  return TsdbDatabase.open({
    path,
    clock: systemClock,
    logger,
    outOfOrderTimeWindowMs,
    noLockfile: true,
  });
}

/** How many full chunks of late samples a start found on disk, where the log says them to be. */
function chunksTakenOver({ lines }: RecordingLogger): number {
  return Number(lines.find(({ message }) => message === 'WBL replay completed')?.fields.chunks);
}

describeWithPeer('out-of-order samples of the original Prometheus', () => {
  const baseMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'after %s, are read here as there',
    async (signal) => {
      const folder = temporaryFolder('ooo-upstream');
      folders.push(folder);
      const path = join(folder.path, 'data');
      const server = await Server.start(path);
      for (const samples of transactions(baseMs)) await server.write(samples);
      const there = await Promise.all(ranges(baseMs).map(([from, to]) => server.dump(from, to)));
      await server.stop(signal);
      expect(statSync(join(path, 'wbl', '00000000')).size).toBeGreaterThan(0);
      const copy = join(folder.path, 'copy');
      cpSync(path, copy, { recursive: true });
      const again = await Server.start(copy);
      const thereAgain = await Promise.all(ranges(baseMs).map(([from, to]) => again.dump(from, to)));

      const logger = new RecordingLogger();
      const db = await open(path, 0, logger);
      // Killed, it may not have written them.
      if (signal === 'SIGTERM') expect(chunksTakenOver(logger)).toBeGreaterThan(10);
      try {
        for (const [index, [from, to]] of ranges(baseMs).entries()) {
          const here = await dump(db, from, to);
          expect(withoutTwice(here)).toEqual(withoutTwice(there[index]!));
          expect(here).toEqual(thereAgain[index]);
        }
        expect(Object.keys(there[0]!).sort()).toEqual(['late', 'mixed', 'plain', 'twice']);
      } finally {
        await db.close();
      }
    },
    PATIENCE_MS,
  );

  test(
    'histograms among them too, there and back',
    async () => {
      const folder = temporaryFolder('ooo-upstream');
      folders.push(folder);
      const path = join(folder.path, 'data');
      const db = await open(path, 2 * 3600 * SECOND_MS);
      for (const [series, timestampMs, count] of histogramSamples(baseMs)) {
        const appender = db.appender();
        const ref = appender.series(Labels.of({ __name__: 'm', series }));
        const integer = series !== 'float';
        const outcome =
          count === undefined
            ? appender.float(ref, timestampMs, 5)
            : appender.histogram(ref, timestampMs, histogram(count, series === 'custom'), integer);
        expect(outcome).toBe(APPEND_OUTCOME.accepted);
        await appender.commit();
      }
      const [fromMs, toMs] = [baseMs, baseMs + 3000 * SECOND_MS];
      const here = await dump(db, fromMs, toMs);
      expect(await dumpChunks(db, fromMs, toMs)).toEqual(here);
      expect(Object.keys(here).sort()).toEqual(['custom', 'float', 'integer', 'mixed']);
      await db.close();
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        const server = await Server.start(path);
        expect(await server.dump(fromMs, toMs)).toEqual(here);
        await server.stop(signal);
        const again = await open(path, 0);
        expect(await dump(again, fromMs, toMs)).toEqual(here);
        await again.close();
      }
    },
    PATIENCE_MS,
  );

  test(
    'are read there as here',
    async () => {
      const folder = temporaryFolder('ooo-upstream');
      folders.push(folder);
      const path = join(folder.path, 'data');
      const db = await open(path, 2 * 3600 * SECOND_MS);
      for (const samples of transactions(baseMs)) {
        const appender = db.appender();
        for (const [series, timestampMs, value] of samples) {
          const ref = appender.series(Labels.of({ __name__: 'm', series }));
          expect(appender.float(ref, timestampMs, value)).toBe(APPEND_OUTCOME.accepted);
        }
        await appender.commit();
      }
      // As after a kill: nothing was closed.
      const copy = join(folder.path, 'copy');
      cpSync(path, copy, { recursive: true });
      const here = await Promise.all(ranges(baseMs).map(([from, to]) => dump(db, from, to)));
      expect(await dumpChunks(db)).toEqual(await dump(db));
      await db.close();
      const logger = new RecordingLogger();
      await (await open(path, 0, logger)).close();
      expect(chunksTakenOver(logger)).toBeGreaterThan(10);
      for (const each of [copy, path]) {
        expect(readdirSync(join(each, 'wbl')).length).toBeGreaterThan(0);
        const server = await Server.start(each);
        for (const [index, [from, to]] of ranges(baseMs).entries()) {
          const there = await server.dump(from, to);
          expect(withoutTwice(there)).toEqual(withoutTwice(here[index]!));
        }
        await server.stop('SIGTERM');
      }
    },
    PATIENCE_MS,
  );
});
