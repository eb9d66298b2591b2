import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { isStaleNaN, STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, Labels, Matcher, type NativeHistogram } from '@narthex/model';
import { APPEND_OUTCOME, CHUNK_ENCODING, SampleColumns } from '@narthex/storage';
import { temporaryFolder } from '@narthex/testkit';
import { RECORD_TYPE, recordType, segmentsOf, loadWalCodecs, WalReader } from '@narthex/wal';
import fc from 'fast-check';
import { join } from 'node:path';
import { HINTS } from '../block/block-test-data.js';
import { type TsdbDatabase, type TsdbOptions } from '../database.js';
import { BLOCK_MS, MaintenanceRig, START_MS } from '../testing/maintenance-rig.js';

const ALL = [new Matcher('=~', '__name__', '.+')];
const STEP_MS = 10_000;
const WITH_STARTS: Partial<TsdbOptions> = {
  floatChunkEncoding: 'xor2',
  storeStartTimestamps: true,
  histogramStartEncoding: true,
};
/** On a busy machine. */
jest.setTimeout(120_000);

const KINDS = ['floats', 'integers', 'fractions'] as const;
type Kind = (typeof KINDS)[number];

let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('start-timestamps');
  rig = new MaintenanceRig(folder.path);
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

function histogram(at: number, integer: boolean): NativeHistogram {
  // Once in a while a further bucket, and now and then fewer: the chunk is written anew, or another one begins.
  const counts = Array.from({ length: 2 + Math.floor((at % 50) / 20) }, (_, i) => 2 * (at % 50) + i);
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: counts.reduce((sum, count) => sum + count, 0) / (integer ? 1 : 2),
    sum: at,
    positiveSpans: [{ offset: 1, length: counts.length }],
    negativeSpans: [],
    positiveBuckets: integer ? counts : counts.map((count) => count / 2),
    negativeBuckets: [],
    customValues: [],
  };
}

/** A counter that begins anew after every 37 samples, and for a while does not know when it began. */
const startOf = (at: number): number => (at % 150 > 140 ? 0 : START_MS + STEP_MS * (at - (at % 37)) - 3000);

/** Samples of one series of each kind, of places in a sequence. */
async function append(db: TsdbDatabase, places: readonly number[], startMs = startOf): Promise<void> {
  const appender = db.appender();
  for (const kind of KINDS) {
    const ref = appender.series(Labels.of({ __name__: kind }));
    for (const at of places) {
      const timestampMs = START_MS + STEP_MS * at;
      const outcome =
        kind === 'floats'
          ? appender.float(ref, timestampMs, at % 40 === 39 ? STALE_NAN : at, startMs(at))
          : appender.histogram(
              ref,
              timestampMs,
              histogram(at, kind === 'integers'),
              kind === 'integers',
              startMs(at),
            );
      expect(outcome).toBe(APPEND_OUTCOME.accepted);
    }
  }
  await appender.commit();
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Of each sample its place in the sequence, its start timestamp and what it says. */
async function read(db: TsdbDatabase): Promise<Record<Kind, readonly [number, number, number | string][]>> {
  const querier = db.querier(START_MS, START_MS + 100 * BLOCK_MS);
  const set = await querier.select(true, HINTS, ALL);
  const found: Record<Kind, [number, number, number | string][]> = {
    floats: [],
    integers: [],
    fractions: [],
  };
  const columns = new SampleColumns();
  for (let i = 0; i < set.length; i++) {
    columns.clear();
    set.read(i, columns);
    const { timestampsMs, startTimestampsMs, values, histograms, length } = columns;
    found[set.labels(i).get('__name__') as Kind] = range(0, length).map((at) => [
      (timestampsMs[at]! - START_MS) / STEP_MS,
      startTimestampsMs?.[at] ?? 0,
      histograms?.[at]?.sum ?? (isStaleNaN(values[at]!) ? 'stale' : values[at]!),
    ]);
  }
  querier.close();
  return found;
}

function expected(places: readonly number[], startMs = startOf): Awaited<ReturnType<typeof read>> {
  const samples = (kind: Kind): [number, number, number | string][] =>
    places.map((at) => [at, startMs(at), kind === 'floats' && at % 40 === 39 ? 'stale' : at]);
  return { floats: samples('floats'), integers: samples('integers'), fractions: samples('fractions') };
}

/** How many chunks of each encoding there are. */
async function encodings(db: TsdbDatabase): Promise<number[]> {
  const querier = db.chunkQuerier(START_MS, START_MS + 100 * BLOCK_MS);
  const set = await querier.select(true, HINTS, ALL);
  const found = new Set<number>();
  for (let i = 0; i < set.length; i++) for (const { encoding } of set.chunks(i)) found.add(encoding);
  querier.close();
  return [...found].sort();
}

async function recordTypes(log: 'wal' | 'wbl'): Promise<number[]> {
  const segments = segmentsOf([{ directory: join(folder.path, log) }]);
  const reader = new WalReader({ segments, codecs: await loadWalCodecs() });
  const types = new Set<number>();
  while (reader.next()) types.add(recordType(reader.record) ?? 0);
  reader.close();
  return [...types].sort((a, b) => a - b);
}

const ST_ENCODINGS = [CHUNK_ENCODING.xor2, CHUNK_ENCODING.histogramST, CHUNK_ENCODING.floatHistogramST];

describe('start timestamps', () => {
  test('are there at once, after a restart, and in blocks', async () => {
    let db = await rig.open(WITH_STARTS);
    for (let from = 0; from < 300; from += 20) await append(db, range(from, from + 20));
    expect(await read(db)).toEqual(expected(range(0, 300)));
    expect(await encodings(db)).toEqual(ST_ENCODINGS);
    await rig.close();
    const { series, samplesV2, histogramsV2, floatHistogramsV2 } = RECORD_TYPE;
    expect(await recordTypes('wal')).toEqual([series, samplesV2, histogramsV2, floatHistogramsV2]);
    db = await rig.open(WITH_STARTS);
    expect(await read(db)).toEqual(expected(range(0, 300)));
    await append(db, range(300, 400));
    await db.compact();
    expect(rig.metas().length).toBeGreaterThan(2);
    expect(await read(db)).toEqual(expected(range(0, 400)));
    expect(await encodings(db)).toEqual(ST_ENCODINGS);
    await rig.close();
    // Without the feature what is in chunks already stays; what is read from the log again goes into chunks without.
    const { floats } = await read(await rig.open());
    expect(floats.slice(0, 100)).toEqual(expected(range(0, 100)).floats);
    expect(floats.map(([at, , value]) => [at, value])).toEqual(
      expected(range(0, 400)).floats.map(([at, , value]) => [at, value]),
    );
  });

  test('of samples out of order, in the log of late samples and in blocks', async () => {
    const late = { ...WITH_STARTS, outOfOrderTimeWindowMs: 100 * BLOCK_MS };
    const all = range(0, 250);
    let db = await rig.open(late);
    await append(
      db,
      all.filter((at) => at % 2 === 0),
    );
    await append(db, all.filter((at) => at % 2 === 1).reverse());
    expect(await read(db)).toEqual(expected(all));
    await rig.close();
    const { samplesV2, histogramsV2, floatHistogramsV2 } = RECORD_TYPE;
    expect(await recordTypes('wbl')).toEqual(
      expect.arrayContaining([samplesV2, histogramsV2, floatHistogramsV2]),
    );
    db = await rig.open(late);
    expect(await read(db)).toEqual(expected(all));
    await db.compact();
    expect(await read(db)).toEqual(expected(all));
    expect(await encodings(db)).toEqual(ST_ENCODINGS);
  });

  test('where some of a chunk was deleted', async () => {
    const db = await rig.open(WITH_STARTS);
    await append(db, range(0, 400));
    const isLeft = (at: number): boolean => at < 20 || at > 30;
    await db.delete(START_MS + STEP_MS * 20, START_MS + STEP_MS * 30, ALL);
    expect(await read(db)).toEqual(expected(range(0, 400).filter(isLeft)));
    await db.compact();
    await db.cleanTombstones();
    expect(await read(db)).toEqual(expected(range(0, 400).filter(isLeft)));
  });

  test('in a snapshot of memory', async () => {
    const options = { ...WITH_STARTS, memorySnapshotOnShutdown: true };
    let db = await rig.open(options);
    await append(db, range(0, 130));
    await rig.close();
    db = await rig.open(options);
    expect(db.replay.samples + db.replay.histograms).toBe(0);
    await append(db, range(130, 150));
    expect(await read(db)).toEqual(expected(range(0, 150)));
  });

  test('are left out without the feature, and as far as the encodings cannot keep them', async () => {
    const without = (): number => 0;
    let db = await rig.open({ floatChunkEncoding: 'xor2' });
    await append(db, range(0, 50));
    expect(await read(db)).toEqual(expected(range(0, 50), without));
    expect(await encodings(db)).toEqual([
      CHUNK_ENCODING.histogram,
      CHUNK_ENCODING.floatHistogram,
      CHUNK_ENCODING.xor2,
    ]);
    await rig.close();
    expect(await recordTypes('wal')).toEqual([
      RECORD_TYPE.series,
      RECORD_TYPE.samples,
      RECORD_TYPE.histograms,
      RECORD_TYPE.floatHistograms,
    ]);
    db = await rig.open({ storeStartTimestamps: true, floatChunkEncoding: 'xor2' });
    await append(db, range(50, 100));
    const { floats, integers } = await read(db);
    expect(floats).toEqual(expected(range(0, 100), (at) => (at < 50 ? 0 : startOf(at))).floats);
    expect(integers).toEqual(expected(range(0, 100), without).integers);
  });
});

describe('the encoding of floats', () => {
  test('changes with the next chunk; at once where starts would be lost', async () => {
    const plain = await rig.open();
    const chunkCounts = async (db: TsdbDatabase): Promise<(readonly [number, number])[]> => {
      const querier = db.chunkQuerier(START_MS, START_MS + 100 * BLOCK_MS);
      const set = await querier.select(true, HINTS, [new Matcher('=', '__name__', 'floats')]);
      const found = [...set.chunks(0)].map(({ encoding, sampleCount }) => [encoding, sampleCount] as const);
      querier.close();
      return found;
    };
    const config = { outOfOrderTimeWindowMs: 0 };
    await append(plain, range(0, 10));
    plain.applyConfig({ ...config, floatChunkEncoding: 'xor2' });
    await append(plain, range(10, 70));
    expect(await chunkCounts(plain)).toEqual([
      [CHUNK_ENCODING.xor, 60],
      [CHUNK_ENCODING.xor2, 10],
    ]);
    plain.applyConfig({ ...config, floatChunkEncoding: 'xor' });
    await append(plain, range(70, 80));
    expect((await chunkCounts(plain)).at(-1)).toEqual([CHUNK_ENCODING.xor2, 20]);
    await rig.close();
    const storing = await rig.open({ storeStartTimestamps: true });
    await append(storing, range(80, 82));
    storing.applyConfig({ ...config, floatChunkEncoding: 'xor2' });
    await append(storing, range(82, 84));
    expect((await chunkCounts(storing)).slice(-2)).toEqual([
      [CHUNK_ENCODING.xor, expect.any(Number)],
      [CHUNK_ENCODING.xor2, 2],
    ]);
  });

  test('does not show in what is read', async () => {
    const sample = fc.record({
      stepMs: fc.oneof(fc.constant(15_000), fc.integer({ min: 1, max: 20_000 })),
      value: fc.oneof(fc.constantFrom(0, 1, STALE_NAN), fc.double(), fc.integer({ min: 0, max: 99 })),
      startMs: fc.oneof(fc.constant(0), fc.constant(START_MS), fc.integer({ min: 1, max: 1e12 })),
    });
    let run = 0;
    const db = await rig.open(WITH_STARTS);
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 200 }), async (samples) => {
        const name = `run_${run++}`;
        const appender = db.appender();
        const ref = appender.series(Labels.of({ __name__: name }));
        let timestampMs = START_MS + 10 * BLOCK_MS;
        const values = Float64Array.from(samples, ({ value }) => value);
        const rows = samples.map(({ stepMs, startMs }, i) => {
          timestampMs += stepMs;
          appender.float(ref, timestampMs, values[i]!, startMs);
          return [timestampMs, startMs];
        });
        await appender.commit();
        const querier = db.querier(START_MS, timestampMs);
        const set = await querier.select(true, HINTS, [new Matcher('=', '__name__', name)]);
        const columns = new SampleColumns();
        set.read(0, columns);
        const { startTimestampsMs, timestampsMs, length } = columns;
        expect(range(0, length).map((i) => [timestampsMs[i], startTimestampsMs?.[i] ?? 0])).toEqual(rows);
        expect(Buffer.from(columns.values.buffer, 0, 8 * length)).toEqual(Buffer.from(values.buffer));
        querier.close();
      }),
      { numRuns: 60 },
    );
  });
});
