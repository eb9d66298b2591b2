import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { Registry } from '@narthex/client';
import {
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  formatFloat,
  formatFloatG,
  formatHistogram,
  Labels,
  Matcher,
  type NativeHistogram,
} from '@narthex/model';
import { APPEND_OUTCOME, type ExemplarSeries, type SeriesRef } from '@narthex/storage';
import { openChunk, SAMPLE_KIND } from '@narthex/chunks';
import {
  eventually,
  freePort,
  ManualClock,
  peerProgram,
  silentLogger,
  temporaryFolder,
} from '@narthex/testkit';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HINTS } from '../block/block-test-data.js';
import { TsdbDatabase, type TsdbOptions } from '../database.js';
import { SeriesMetadata } from './series-metadata.js';

const BASE_MS = 1_700_000_000_000;
const ALL = [new Matcher('=~', '__name__', '.+')];
const prometheus = peerProgram('prometheus');
const promtool = peerProgram('promtool');
const describeWithPeers = prometheus === undefined || promtool === undefined ? describe.skip : describe;
const PATIENCE_MS = 300_000;

let folder: ReturnType<typeof temporaryFolder>;
let server: ChildProcess | undefined;
const opened: TsdbDatabase[] = [];
beforeEach(() => {
  folder = temporaryFolder('histograms');
});
afterEach(async () => {
  if (server?.exitCode === null) {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }
  server = undefined;
  for (const db of opened.splice(0)) await db.close();
  folder.remove();
});

async function open(options: Partial<TsdbOptions> = {}): Promise<TsdbDatabase> {
  const clock = new ManualClock(BASE_MS);
  const path = join(folder.path, 'data');
  const db = await TsdbDatabase.open({ path, clock, logger: silentLogger(), maxExemplars: 100, ...options });
  opened.push(db);
  return db;
}

function histogram(at: number, more: Partial<NativeHistogram> = {}): NativeHistogram {
  const buckets = Array.from({ length: 3 + Math.floor(at / 20) }, (_, i) => 5 * at + i);
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    // Bounds that the original's table has to the last digit.
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: at,
    count: buckets.reduce((sum, count) => sum + count, at),
    sum: at / 8,
    positiveSpans: [{ offset: -2, length: buckets.length }],
    negativeSpans: [],
    positiveBuckets: buckets,
    negativeBuckets: [],
    customValues: [],
    ...more,
  };
}

const half = (each: NativeHistogram): NativeHistogram => ({
  ...each,
  count: each.count / 2,
  zeroCount: each.zeroCount / 2,
  positiveBuckets: each.positiveBuckets.map((count) => count / 2),
});

/** Histograms of every kind, with all that happens to them. */
async function write(db: TsdbDatabase, from: number, to: number): Promise<void> {
  const custom = { schema: CUSTOM_BUCKETS_SCHEMA, zeroThreshold: 0, zeroCount: 0 };
  for (let at = from; at < to; at++) {
    const appender = db.appender();
    const series = (kind: string): SeriesRef => appender.series(Labels.of({ __name__: 'h', kind }));
    const timestampMs = BASE_MS + 15_000 * at;
    const reset = at % 70;
    appender.histogram(series('integer'), timestampMs, histogram(reset), true);
    appender.histogram(series('parts'), timestampMs, half(histogram(reset)), false);
    const gauge = { counterResetHint: COUNTER_RESET_HINT.gauge };
    appender.histogram(series('gauge'), timestampMs, histogram((7 * at) % 50, gauge), true);
    const counts = Array.from({ length: 4 }, (_, i) => at + i);
    const whole = histogram(at, {
      ...custom,
      count: 4 * at + 6,
      positiveSpans: [{ offset: 0, length: 4 }],
      positiveBuckets: counts,
      customValues: at < 100 ? [0.1, 1, 10] : [0.1, 1 / 3, 10],
    });
    appender.histogram(series('custom'), timestampMs, whole, true);
    const turns = series('turns');
    if (at % 9 === 8) appender.float(turns, timestampMs, STALE_NAN);
    else if (at % 20 < 10) appender.histogram(turns, timestampMs, histogram(at), true);
    else appender.float(turns, timestampMs, at);
    appender.float(series('float'), timestampMs, at);
    const labels = Labels.of({ trace_id: `t${at}` });
    appender.exemplar(series('integer'), { labels, value: at / 2, timestampMs, hasTimestamp: true });
    await appender.commit();
  }
}

/** All samples as `promtool tsdb dump` prints them. */
async function dump(db: TsdbDatabase): Promise<string[]> {
  const querier = db.chunkQuerier(-1e15, 1e15);
  const lines: string[] = [];
  const set = await querier.select(true, HINTS, ALL);
  for (let i = 0; i < set.length; i++) {
    for (const { encoding, bytes, sampleCount } of set.chunks(i)) {
      const cursor = openChunk(encoding, bytes, sampleCount);
      const words = new Uint32Array(2);
      while (cursor.next()) {
        cursor.copyValue(words, 0);
        const value =
          cursor.kind === SAMPLE_KIND.float
            ? formatFloatG(new Float64Array(words.buffer)[0]!)
            : cursor.kind === SAMPLE_KIND.histogram
              ? formatHistogram(cursor.histogram(), formatFloat)
              : formatHistogram(cursor.histogram());
        lines.push(`${set.labels(i).toString().replaceAll('", ', '", ')} ${value} ${cursor.timestampMs}`);
      }
    }
  }
  querier.close();
  return lines;
}

async function exemplars(db: TsdbDatabase): Promise<string[]> {
  return textOf(await db.selectExemplars(BASE_MS, BASE_MS + 1e9, [[new Matcher('=', '__name__', 'h')]]));
}

function textOf(found: readonly ExemplarSeries[]): string[] {
  return found.flatMap(({ seriesLabels, exemplars: list }) =>
    list.map(
      ({ labels, value, timestampMs }) =>
        `${seriesLabels.get('kind')} ${labels.get('trace_id')} ${value} ${timestampMs}`,
    ),
  );
}

describe('a database with histograms and exemplars', () => {
  test(
    'has all of them again after it was closed, and goes on with them',
    async () => {
      const first = await open();
      await write(first, 0, 150);
      const before = await dump(first);
      expect(before).toHaveLength(150 * 6);
      const traces = await exemplars(first);
      expect(traces).toHaveLength(100);
      expect(traces[0]).toBe(`integer t50 25 ${BASE_MS + 50 * 15_000}`);
      await first.close();

      const registry = new Registry();
      const second = await open({ registry });
      expect(second.replay).toMatchObject({ unknownRefs: 0, unsupportedRecords: 0, exemplars: 150 });
      expect(await dump(second)).toEqual(before);
      expect(await exemplars(second)).toEqual(traces);
      await write(second, 150, 200);
      const text = await registry.metrics();
      expect(text).toContain('prometheus_tsdb_head_samples_appended_total{type="histogram"}');
      expect(text).toContain('prometheus_tsdb_exemplar_exemplars_in_storage 100');
      expect(text).toContain('prometheus_tsdb_exemplar_max_exemplars 100');
      const all = await dump(second);
      expect(all).toHaveLength(200 * 6);
      await second.close();

      const third = await open();
      expect(await dump(third)).toEqual(all);
      third.setMaxExemplars(10);
      expect(await exemplars(third)).toHaveLength(10);
      expect((await exemplars(third))[0]).toContain('t190');
    },
    PATIENCE_MS,
  );

  test('takes no exemplars unless it is told how many', async () => {
    const db = await open({ maxExemplars: 0 });
    const appender = db.appender();
    const ref = appender.series(Labels.of({ __name__: 'h' }));
    const exemplar = { labels: Labels.of({ a: 'b' }), value: 1, timestampMs: BASE_MS, hasTimestamp: true };
    expect(appender.exemplar(ref, exemplar)).toBe(APPEND_OUTCOME.unsupported);
    expect(await appender.commit()).toMatchObject({ exemplarsAppended: 0 });
    db.setMaxExemplars(5);
    const second = db.appender();
    expect(second.exemplar(ref, exemplar)).toBe(APPEND_OUTCOME.accepted);
    expect(second.exemplar(77 as SeriesRef, exemplar)).toBe(APPEND_OUTCOME.unknownSeries);
    expect(await second.commit()).toMatchObject({ exemplarsAppended: 1 });
    const third = db.appender();
    expect(third.exemplar(ref, exemplar)).toBe(APPEND_OUTCOME.accepted);
    expect(third.exemplar(ref, { ...exemplar, timestampMs: 1 })).toBe(APPEND_OUTCOME.outOfOrder);
    const long = { ...exemplar, timestampMs: BASE_MS + 1, labels: Labels.of({ a: 'x'.repeat(128) }) };
    expect(third.exemplar(ref, long)).toBe(APPEND_OUTCOME.unsupported);
    expect(await third.commit()).toMatchObject({ exemplarsAppended: 0 });
    expect(await exemplars(db)).toHaveLength(1);
  });
});

describe('metadata', () => {
  test('go to the log once, until they change', async () => {
    const about = { type: 'counter', unit: 'seconds', help: 'Time spent.' } as const;
    const say = async (
      db: TsdbDatabase,
      names: readonly string[],
      help: string = about.help,
    ): Promise<void> => {
      const appender = db.appender();
      for (const name of names)
        appender.metadata(appender.series(Labels.of({ __name__: name })), { ...about, help });
      await appender.commit();
    };
    const first = await open();
    await say(first, ['a', 'b']);
    await say(first, ['a', 'b']);
    await say(first, ['b'], 'Time wasted.');
    await first.close();
    const second = await open();
    expect(second.replay.metadata).toBe(3);
    await say(second, ['a']);
    await say(second, ['b'], 'Time wasted.');
    await second.close();
    const third = await open();
    expect(third.replay.metadata).toBe(3);
  });

  test('are shared, and go with their series', () => {
    const metadata = new SeriesMetadata();
    metadata.set(1, { type: 'gauge', unit: '', help: 'x' });
    metadata.set(2, { type: 'gauge', unit: '', help: 'x' });
    expect(metadata.get(1)).toBe(metadata.get(2));
    expect(metadata.is(1, { type: 'gauge', unit: '', help: 'y' })).toBe(false);
    metadata.forget(1);
    metadata.set(2, { type: 'gauge', unit: '', help: 'y' });
    expect(metadata.get(1)).toBeUndefined();
    expect(metadata.is(2, { type: 'gauge', unit: '', help: 'y' })).toBe(true);
    metadata.forget(2);
    metadata.forget(2);
    expect(metadata.size).toBe(0);
  });
});

describeWithPeers('histograms and exemplars between us and the original', () => {
  const theirDump = (path: string): string[] => {
    mkdirSync(join(path, 'wal'), { recursive: true });
    const text = execFileSync(promtool!, ['tsdb', 'dump', path], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return text.split('\n').filter((line) => line !== '');
  };

  /**
   * What promtool 3.5 prints of it: of each series floats, then float histograms, then histograms, each as long as
   * they follow each other; the sample at which it goes from one to the next is lost.
   */
  const asDumped = (lines: readonly string[]): string[] => {
    const names = new Set(lines.map((line) => line.slice(0, line.indexOf('}'))));
    return [...names]
      .flatMap((name) => {
        const series = lines.filter((line) => line.startsWith(`${name}}`));
        const kinds = series.map(kindOf);
        const floats = kinds.findIndex((kind) => kind !== 'float');
        if (floats < 0) return series;
        const second = floats + 1;
        const isParts = (at: number): boolean => kinds[at] === 'parts';
        let end = second;
        while (isParts(end)) end++;
        const third = end + 1;
        let last = third;
        while (kinds[last] === 'integer') last++;
        return [...series.slice(0, floats), ...series.slice(second, end), ...series.slice(third, last)];
      })
      .sort();
  };
  const kindOf = (line: string): string =>
    line.includes('kind="parts"') ? 'parts' : line.includes('{count:') ? 'integer' : 'float';

  test(
    'it reads our log and our blocks',
    async () => {
      const db = await open();
      await write(db, 0, 200);
      const ours = await dump(db);
      const snapshot = join(folder.path, 'snapshot');
      mkdirSync(snapshot);
      await db.snapshot(snapshot, true);
      await db.close();
      expect(theirDump(join(folder.path, 'data')).sort()).toEqual(asDumped(ours));
      expect(readdirSync(snapshot).length).toBeGreaterThan(0);
      expect(theirDump(snapshot).sort()).toEqual(asDumped(ours));
    },
    PATIENCE_MS,
  );

  test(
    'it shows our exemplars, and we read what it makes of the directory',
    async () => {
      const db = await open();
      await write(db, 0, 120);
      const ours = await dump(db);
      const traces = await exemplars(db);
      await db.close();
      const port = await freePort();
      const path = join(folder.path, 'data');
      writeFileSync(join(folder.path, 'prometheus.yml'), 'storage:\n  exemplars:\n    max_exemplars: 100\n');
      server = spawn(
        prometheus!,
        [
          `--config.file=${join(folder.path, 'prometheus.yml')}`,
          `--storage.tsdb.path=${path}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--storage.tsdb.retention.time=100y',
          '--enable-feature=native-histograms,exemplar-storage',
        ],
        { stdio: 'ignore' },
      );
      const url = `http://127.0.0.1:${port}`;
      await eventually('the server', async () => (await fetch(`${url}/-/ready`)).ok);
      const range = `start=${BASE_MS / 1000}&end=${BASE_MS / 1000 + 1e6}`;
      const answer = (await (await fetch(`${url}/api/v1/query_exemplars?query=h&${range}`)).json()) as {
        data: {
          seriesLabels: { kind: string };
          exemplars: { labels: { trace_id: string }; value: string; timestamp: number }[];
        }[];
      };
      const theirs = answer.data.flatMap(({ seriesLabels, exemplars: list }) =>
        list.map(
          ({ labels, value, timestamp }) =>
            `${seriesLabels.kind} ${labels.trace_id} ${value} ${Math.round(timestamp * 1000)}`,
        ),
      );
      expect(theirs).toEqual(traces);
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      const again = await open();
      expect(await dump(again)).toEqual(ours);
      expect(await exemplars(again)).toEqual(traces);
    },
    PATIENCE_MS,
  );
});
