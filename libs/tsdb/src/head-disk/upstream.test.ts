import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { Labels, Matcher } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import {
  eventually,
  freePort,
  ManualClock,
  peerProgram,
  RecordingLogger,
  temporaryFolder,
} from '@narthex/testkit';
import { loadWalCodecs } from '@narthex/wal';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HINTS } from '../block/block-test-data.js';
import { TsdbDatabase } from '../database.js';
import { listChunkFiles } from './chunk-file-names.js';
import { BASE_MS, STEP_MS, testLabels, testValue } from './head-test-data.js';

/*
 * Data directories with head chunks between the original Prometheus and this library, both ways.
 */

interface UpstreamServer {
  /** Sends the samples `[from, to)` of each series, those of `addSamples`, by remote write. */
  write(seriesCount: number, from: number, to: number): Promise<void>;
  /** All samples as text, by the number of their series. */
  read(): Promise<Map<number, string[]>>;
  /** The value of one of its own metrics. */
  metric(name: string): Promise<number>;
  log(): string;
  /** Ends it with a signal and waits. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

async function startUpstream(
  program: string,
  work: string,
  directory: string,
  more: readonly string[],
): Promise<UpstreamServer> {
  mkdirSync(work, { recursive: true });
  const config = join(work, 'prometheus.yml');
  writeFileSync(config, 'global: {}\n');
  const address = `127.0.0.1:${await freePort()}`;
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${directory}`,
    `--web.listen-address=${address}`,
    '--web.enable-remote-write-receiver',
    '--storage.tsdb.retention.time=100y',
    ...more,
  ];
  const server: ChildProcess = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr!.on('data', (piece: Buffer) => (log += piece.toString()));
  const url = `http://${address}`;
  await eventually('Prometheus to be ready', async () => (await fetch(`${url}/-/ready`)).ok, {
    timeoutMs: 90_000,
  });
  const { snappy } = await loadWalCodecs();
  return {
    log: () => log,
    async write(seriesCount, from, to) {
      const response = await fetch(`${url}/api/v1/write`, {
        method: 'POST',
        body: Uint8Array.from(snappy.compress(writeRequest(seriesCount, from, to))),
        headers: {
          'content-encoding': 'snappy',
          'content-type': 'application/x-protobuf',
          'x-prometheus-remote-write-version': '0.1.0',
        },
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    },
    async read() {
      const time = BASE_MS / 1000 + 86_400;
      const response = await fetch(`${url}/api/v1/query?query=golden[2d]&time=${time}`);
      const { data } = (await response.json()) as {
        data: { result: { metric: { series: string }; values: [number, string][] }[] };
      };
      return new Map(
        data.result.map(({ metric, values }) => [
          Number(metric.series),
          values.map(([seconds, value]) => `${Math.round(seconds * 1000)} ${Number(value)}`),
        ]),
      );
    },
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    },
    async stop(signal) {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill(signal);
      await once(server, 'exit');
    },
  };
}

/** A `prometheus.WriteRequest` (https://prometheus.io/docs/specs/prw/remote_write_spec/). */
function writeRequest(seriesCount: number, from: number, to: number): Uint8Array {
  const request = new ByteWriter();
  for (let series = 0; series < seriesCount; series++) {
    const writer = new ByteWriter();
    for (const [name, value] of testLabels(series)) {
      const label = new ByteWriter();
      field(label, 1, Buffer.from(name));
      field(label, 2, Buffer.from(value));
      field(writer, 1, label.view());
    }
    for (let i = from; i < to; i++) {
      const sample = Buffer.alloc(9);
      sample[0] = 0x09;
      sample.writeDoubleLE(testValue(series, i), 1);
      const whole = new ByteWriter();
      whole.bytes(sample);
      whole.u8(0x10);
      whole.uvarint(BASE_MS + i * STEP_MS);
      field(writer, 2, whole.view());
    }
    field(request, 1, writer.view());
  }
  return request.view();
}

function field(writer: ByteWriter, number: number, bytes: Uint8Array): void {
  writer.u8((number << 3) | 2);
  writer.uvarint(bytes.length);
  writer.bytes(bytes);
}

const program = peerProgram('prometheus');
const describeWithPeers = program === undefined ? describe.skip : describe;
/** Starts of servers, on a machine that may be busy. */
const PATIENCE_MS = 300_000;
const SERIES = 3;

let folder: ReturnType<typeof temporaryFolder>;
let server: UpstreamServer | undefined;
let clock: ManualClock;
let logger: RecordingLogger;
const opened: TsdbDatabase[] = [];
beforeEach(() => {
  folder = temporaryFolder('head-upstream');
  clock = new ManualClock(BASE_MS);
  logger = new RecordingLogger();
});
afterEach(async () => {
  await server?.stop('SIGKILL');
  server = undefined;
  for (const db of opened.splice(0)) await db.close();
  folder.remove();
});

const open = async (path: string, memorySnapshotOnShutdown = false): Promise<TsdbDatabase> => {
  const db = await TsdbDatabase.open({ path, clock, logger, memorySnapshotOnShutdown });
  opened.push(db);
  return db;
};
const startOn = async (directory: string, ...more: string[]): Promise<UpstreamServer> => {
  await server?.stop('SIGTERM');
  server = await startUpstream(program!, folder.path, directory, more);
  return server;
};

async function write(db: TsdbDatabase, from: number, to: number): Promise<void> {
  const appender = db.appender();
  for (let series = 0; series < SERIES; series++) {
    const ref = appender.series(testLabels(series));
    for (let i = from; i < to; i++) appender.float(ref, BASE_MS + i * STEP_MS, testValue(series, i));
  }
  await appender.commit();
}

async function read(db: TsdbDatabase): Promise<Map<number, string[]>> {
  const querier = db.querier(-Infinity, Infinity);
  try {
    const set = await querier.select(true, HINTS, [new Matcher('=', '__name__', 'golden')]);
    const found = new Map<number, string[]>();
    for (let i = 0; i < set.length; i++) {
      const columns = new SampleColumns();
      set.read(i, columns);
      const { timestampsMs, values, length } = columns;
      const samples = Array.from({ length }, (_, at) => `${timestampsMs[at]} ${values[at]}`);
      found.set(Number(set.labels(i).get('series')), samples);
    }
    return found;
  } finally {
    querier.close();
  }
}

const expected = (to: number): Map<number, string[]> =>
  new Map(
    Array.from({ length: SERIES }, (_, series) => [
      series,
      Array.from({ length: to }, (_each, i) => `${BASE_MS + i * STEP_MS} ${testValue(series, i)}`),
    ]),
  );

describeWithPeers('head chunks and the original Prometheus', () => {
  test(
    'it opens what a crash of ours left, and we what a crash of it left, in turns',
    async () => {
      const ours = join(folder.path, 'ours');
      const db = await open(ours);
      await write(db, 0, 300);
      await clock.advance(61_000);
      const chunks = join(ours, 'chunks_head', '000001');
      await eventually('chunks to be written', () => statSync(chunks).size > 4000);
      await write(db, 300, 310);
      // As a crash leaves it: nothing was closed.
      const crashed = join(folder.path, 'crashed');
      cpSync(ours, crashed, { recursive: true });

      const upstream = await startOn(crashed);
      expect(await upstream.read()).toEqual(expected(310));
      expect(await upstream.metric('prometheus_tsdb_mmap_chunk_corruptions_total')).toBe(0);
      expect(await upstream.metric('prometheus_tsdb_head_chunks')).toBe(9);
      expect(upstream.log()).not.toMatch(/Loading on-disk chunks failed|Unknown series/);
      await upstream.write(SERIES, 310, 600);
      await upstream.stop('SIGTERM');

      // It wrote full chunks as it ended; now it dies with more in the log.
      const again = await startOn(crashed);
      await again.write(SERIES, 600, 700);
      await again.stop('SIGKILL');
      expect(listChunkFiles(join(crashed, 'chunks_head')).length).toBeGreaterThan(1);
      const ours2 = await open(crashed);
      expect(await read(ours2)).toEqual(expected(700));
      expect(ours2.replay.samplesDropped).toBeGreaterThan(1000);
      expect(ours2.replay.unknownRefs).toBe(0);
      await write(ours2, 700, 1000);
      await ours2.close();

      const third = await startOn(crashed);
      expect(await third.read()).toEqual(expected(1000));
      expect(await third.metric('prometheus_tsdb_mmap_chunk_corruptions_total')).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    'the numbers of series stay true where new ones come in between',
    async () => {
      const directory = join(folder.path, 'turns');
      const upstream = await startOn(directory);
      await upstream.write(2, 0, 200);
      await upstream.stop('SIGTERM');
      const db = await open(directory);
      const appender = db.appender();
      appender.float(appender.series(Labels.of({ __name__: 'other' })), BASE_MS, 1);
      await appender.commit();
      await write(db, 200, 400);
      await db.close();
      const again = await startOn(directory);
      const found = await again.read();
      expect(found.get(0)).toEqual(expected(400).get(0));
      expect(found.get(1)).toEqual(expected(400).get(1));
      expect(found.get(2)).toEqual(expected(400).get(2)!.slice(200));
    },
    PATIENCE_MS,
  );
});

describeWithPeers('snapshots of the memory and the original Prometheus', () => {
  const FEATURE = '--enable-feature=memory-snapshot-on-shutdown';
  /** What is written over the log shows whether it was read. */
  const blankLog = (directory: string): void => {
    const wal = join(directory, 'wal');
    for (const name of readdirSync(wal)) {
      const path = join(wal, name);
      if (statSync(path).isFile()) writeFileSync(path, Buffer.alloc(statSync(path).size, 0xff));
    }
  };

  test(
    'we start from its snapshot, and it from ours',
    async () => {
      const directory = join(folder.path, 'both');
      const upstream = await startOn(directory, FEATURE);
      await upstream.write(SERIES, 0, 300);
      await upstream.stop('SIGTERM');
      blankLog(directory);
      const db = await open(directory, true);
      expect(logger.lines.map(({ message }) => message)).toContain('chunk snapshot loaded');
      expect(await read(db)).toEqual(expected(300));
      await write(db, 300, 500);
      await db.close();
      blankLog(directory);

      const again = await startOn(directory, FEATURE);
      expect(await again.read()).toEqual(expected(500));
      expect(again.log()).toMatch(/msg="chunk snapshot loaded".*num_series=3/);
      expect(again.log()).not.toMatch(/Failed to load chunk snapshot|Loading on-disk chunks failed/);
      await again.write(SERIES, 500, 600);
      await again.stop('SIGTERM');
      blankLog(directory);
      expect(await read(await open(directory, true))).toEqual(expected(600));
    },
    PATIENCE_MS,
  );
});
