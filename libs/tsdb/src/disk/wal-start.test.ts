import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { Labels } from '@narthex/model';
import { APPEND_OUTCOME } from '@narthex/storage';
import { ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { checkpointPath, encodeSeries, loadWalCodecs, segmentName, WalWriter } from '@narthex/wal';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { TsdbDatabase } from '../database.js';
import { MAX_LABEL_BYTES, tooLongLabel } from '../head/label-rules.js';
import { ReadOnlyDatabase } from '../read-only/read-only-database.js';

let folder: ReturnType<typeof temporaryFolder>;
let wal: string;
beforeEach(() => {
  folder = temporaryFolder('tsdb-wal-start');
  wal = join(folder.path, 'wal');
});
afterEach(() => folder.remove());

const clock = new ManualClock(10_000);

function open(logger = new RecordingLogger()): Promise<TsdbDatabase> {
  return TsdbDatabase.open({ path: folder.path, clock, logger, noLockfile: true });
}

function seriesRecord(ref: number, value: string): Uint8Array {
  const writer = new ByteWriter();
  encodeSeries(writer, [{ ref, labelPairs: ['__name__', 'm', 'v', value] }]);
  return writer.copy();
}

/** Segments 0 to 3, and a checkpoint of them up to 1 where that is asked for. */
async function writeSegments(withCheckpoint: boolean): Promise<void> {
  const codecs = await loadWalCodecs();
  const writer = WalWriter.open({ directory: wal, codecs });
  for (let ref = 1; ref <= 4; ref++) {
    if (ref > 1) writer.nextSegment();
    writer.append([seriesRecord(ref, String(ref))]);
  }
  await writer.close();
  if (!withCheckpoint) return;
  const checkpoint = WalWriter.open({ directory: checkpointPath(wal, 1), codecs });
  checkpoint.append([seriesRecord(1, '1'), seriesRecord(2, '2')]);
  await checkpoint.close();
  for (const number of [0, 1]) rmSync(join(wal, segmentName(number)));
}

test.each([
  ['the first segment', false, 0],
  ['the first one behind the checkpoint', true, 2],
])('a log without %s is not opened', async (_name, withCheckpoint, missing) => {
  await writeSegments(withCheckpoint);
  const path = join(wal, segmentName(missing));
  rmSync(path);
  const reason = `open WAL segment: ${missing}: open ${path}: no such file or directory`;
  const logger = new RecordingLogger();
  await expect(open(logger)).rejects.toThrow(`repair corrupted WAL: cannot handle error: ${reason}`);
  const warned = logger.lines.filter(({ level }) => level === 'warn');
  expect(warned.map(({ message }) => message)).toEqual(['Encountered WAL read error, attempting repair']);
  const readOnly = ReadOnlyDatabase.open({ folder: folder.path, clock, logger });
  await expect(readOnly.querier(0, 10_000)).rejects.toThrow(reason);
  readOnly.close();
});

test('a log that leaves a segment out is not opened', async () => {
  await writeSegments(false);
  rmSync(join(wal, segmentName(2)));
  await expect(open()).rejects.toThrow('get segment range: segments are not sequential');
});

test('a whole log is opened, with a checkpoint and without', async () => {
  for (const withCheckpoint of [false, true]) {
    rmSync(wal, { recursive: true, force: true });
    await writeSegments(withCheckpoint);
    const db = await open();
    expect(db.replay.series).toBe(4);
    await db.close();
  }
});

/** A hash of millions of characters takes its time where tests run. */
const LONG_TEXT_TIMEOUT_MS = 60_000;

test(
  'label values are taken up to what a shared segment holds, and longer ones of a log are left out',
  async () => {
    const most = 'x'.repeat(MAX_LABEL_BYTES);
    const writer = WalWriter.open({ directory: wal, codecs: await loadWalCodecs() });
    writer.append([seriesRecord(1, `${most}y`), seriesRecord(2, 'short')]);
    await writer.close();
    const logger = new RecordingLogger();
    const db = await open(logger);
    expect(db.replay.series).toBe(1);
    expect(logger.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields)).toEqual([
      { ref: 1, label: 'v', limitBytes: MAX_LABEL_BYTES },
    ]);
    const appender = db.appender();
    const labels = (value: string): Labels => Labels.of({ __name__: 'm', v: value });
    expect(() => appender.series(labels(`${most}y`))).toThrow(
      `label v is longer than ${MAX_LABEL_BYTES} bytes`,
    );
    expect(appender.float(appender.series(labels(most)), 9000, 1)).toBe(APPEND_OUTCOME.accepted);
    expect(await appender.commit()).toMatchObject({ floatsAppended: 1, seriesCreated: 1 });
    await db.close();
  },
  LONG_TEXT_TIMEOUT_MS,
);

test.each([
  ['x'.repeat(MAX_LABEL_BYTES), undefined],
  [`y${'x'.repeat(MAX_LABEL_BYTES)}`, 'v'],
  ['é'.repeat(MAX_LABEL_BYTES / 2), undefined],
  ['é'.repeat(MAX_LABEL_BYTES / 2 + 1), 'v'],
])('a label is measured in UTF-8 (%#)', (value, expected) => {
  expect(tooLongLabel(Labels.of({ a: 'b', v: value }))).toBe(expected);
});
