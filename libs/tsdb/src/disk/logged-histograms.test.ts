import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { Labels, Matcher, type NativeHistogram } from '@narthex/model';
import { APPEND_OUTCOME, SampleColumns } from '@narthex/storage';
import { ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { encodeSeries, loadWalCodecs, RECORD_TYPE, WalWriter } from '@narthex/wal';
import { join } from 'node:path';
import { TsdbDatabase } from '../database.js';

/** More than a number holds exactly, and the nearest that it does hold. */
const LARGE = 2n ** 53n + 1n;
const ROUNDED = 2 ** 53;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('tsdb-logged-histograms');
});
afterEach(() => folder.remove());

function open(logger = new RecordingLogger()): Promise<TsdbDatabase> {
  const clock = new ManualClock(10_000);
  const outOfOrderTimeWindowMs = 60_000;
  return TsdbDatabase.open({ path: folder.path, clock, logger, noLockfile: true, outOfOrderTimeWindowMs });
}

/** A record as upstream writes it, of histograms that have all their observations in the zero bucket. */
function record(
  samples: readonly [ref: number, timestampMs: number, schema: number, count: bigint][],
): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(RECORD_TYPE.histograms);
  writer.u64(0);
  writer.u64(0);
  for (const [ref, timestampMs, schema, count] of samples) {
    writer.varint(ref);
    writer.varint(timestampMs);
    writer.u8(0);
    writer.varint(schema);
    writer.f64(0.5);
    writer.uvarint(count);
    writer.uvarint(count);
    writer.f64(1.5);
    for (let list = 0; list < 4; list++) writer.uvarint(0);
  }
  return writer.copy();
}

async function writeLog(name: 'wal' | 'wbl', records: readonly Uint8Array[]): Promise<void> {
  const writer = WalWriter.open({ directory: join(folder.path, name), codecs: await loadWalCodecs() });
  writer.append(records);
  await writer.close();
}

async function counts(
  db: TsdbDatabase,
): Promise<Record<string, readonly [timestampMs: number, count: number][]>> {
  const querier = db.querier(-Infinity, Infinity);
  const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
  const set = await querier.select(true, hints, [new Matcher('!=', '__name__', '')]);
  const found: Record<string, [number, number][]> = {};
  for (let i = 0; i < set.length; i++) {
    const columns = new SampleColumns();
    set.read(i, columns);
    const { timestampsMs, length } = columns;
    found[set.labels(i).get('__name__')] = Array.from({ length }, (_, at) => [
      timestampsMs[at]!,
      columns.histograms?.[at]?.count ?? NaN,
    ]);
  }
  querier.close();
  return found;
}

test('logs with histograms that count beyond 2^53, or of unknown schemas, are read', async () => {
  const writer = new ByteWriter();
  encodeSeries(writer, [
    { ref: 1, labelPairs: ['__name__', 'a'] },
    { ref: 2, labelPairs: ['__name__', 'b'] },
  ]);
  await writeLog('wal', [
    writer.copy(),
    record([
      [1, 5000, 0, 7n],
      [1, 6000, 0, LARGE],
      [2, 6000, -10, 7n],
      [2, 7000, 53, LARGE],
      [1, 7000, 0, 8n],
      [2, 8000, 0, LARGE],
    ]),
  ]);
  await writeLog('wbl', [
    record([
      [1, 1000, 0, LARGE],
      [1, 2000, -10, 7n],
    ]),
  ]);
  const logger = new RecordingLogger();
  const db = await open(logger);
  const warned = logger.lines.filter(({ level }) => level !== 'info' && level !== 'debug');
  const rounded = 'Histograms that count beyond 2^53 are rounded and kept as float histograms';
  const skipped = 'Skipping histograms with unknown schema';
  expect(warned.map(({ message, fields }) => [message, fields])).toEqual([
    [rounded, { log: 'WAL', histograms: 2 }],
    [skipped, { log: 'WAL', histograms: 2, schema: -10, timestamp: 6000 }],
    [rounded, { log: 'WBL', histograms: 1 }],
    [skipped, { log: 'WBL', histograms: 1, schema: -10, timestamp: 2000 }],
  ]);
  expect(await counts(db)).toEqual({
    a: [
      [1000, ROUNDED],
      [5000, 7],
      [6000, ROUNDED],
      [7000, 8],
    ],
    b: [[8000, ROUNDED]],
  });
  await db.close();
});

test('a histogram of whole numbers beyond 2^53 is kept as one of floats, and read again', async () => {
  const db = await open();
  const appender = db.appender();
  const ref = appender.series(Labels.of({ __name__: 'a' }));
  const histogram: NativeHistogram = {
    counterResetHint: 0,
    schema: 0,
    zeroThreshold: 0.5,
    zeroCount: 1,
    count: 2 ** 60 + 1,
    sum: 1,
    positiveSpans: [{ offset: 0, length: 1 }],
    negativeSpans: [],
    positiveBuckets: [2 ** 60],
    negativeBuckets: [],
    customValues: [],
  };
  expect(appender.histogram(ref, 9000, histogram, true)).toBe(APPEND_OUTCOME.accepted);
  const uneven = { ...histogram, positiveBuckets: [2 ** 60, 1] };
  expect(appender.histogram(ref, 9500, uneven, true)).toBe(APPEND_OUTCOME.unsupported);
  await appender.commit();
  const expected = { a: [[9000, 2 ** 60]] };
  expect(await counts(db)).toEqual(expected);
  await db.close();
  const again = await open();
  expect(await counts(again)).toEqual(expected);
  await again.close();
});
