import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import {
  decodeSeries,
  lastCheckpoint,
  listSegments,
  loadWalCodecs,
  RECORD_TYPE,
  recordType,
  segmentsOf,
  WalReader,
} from '@narthex/wal';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TsdbDatabase } from '../database.js';
import { fill, MaintenanceRig, show } from '../testing/maintenance-rig.js';
import { MentionedRefs } from './mentioned-refs.js';

let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('tsdb-truncation');
  rig = new MaintenanceRig(folder.path);
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

const wal = (): string => join(folder.path, 'wal');
const open = (): Promise<TsdbDatabase> =>
  rig.open({ walSegmentSizeBytes: 32 * 1024, walCompression: 'none' });
const NAMES = Array.from({ length: 500 }, (_, at) => `m${String(at).padStart(3, '0')}`);

/** The names of the series that a log's checkpoint has. */
async function seriesInCheckpoint(): Promise<string[]> {
  const directory = lastCheckpoint(wal())!.path;
  const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs: await loadWalCodecs() });
  const names: string[] = [];
  while (reader.next()) {
    if (recordType(reader.record) !== RECORD_TYPE.series) continue;
    for (const { labelPairs } of decodeSeries(reader.record)) names.push(labelPairs[1]!);
  }
  reader.close();
  return names;
}

describe('the log, when its samples are in blocks', () => {
  test('is cut: two thirds go into a checkpoint, and nothing is lost', async () => {
    const db = await open();
    await fill(db, 0, 60, NAMES);
    await db.compact();
    const segments = listSegments(wal());
    const checkpoint = lastCheckpoint(wal())!;
    expect(segments[0]!.number).toBe(checkpoint.number + 1);
    expect(await seriesInCheckpoint()).toEqual(NAMES);
    await db.close();
    const again = await open();
    expect(await show(again)).toEqual(NAMES.map((name) => `${name} 0..59 (60)`));
    expect(again.headTimeRange()).toEqual({
      minTimeMs: rig.metas().at(-1)!.maxTimeMs,
      maxTimeMs: expect.any(Number),
    });
  }, 60_000);

  test('a series that is gone stays in the checkpoint as long as later segments mention it', async () => {
    const db = await open();
    await fill(db, 0, 3, ['gone', ...NAMES]);
    await fill(db, 3, 17, NAMES);
    await db.compact();
    // The series went with the compaction; the segment of that moment is behind the checkpoint.
    expect(lastCheckpoint(wal())).toBeDefined();
    expect(await seriesInCheckpoint()).toContain('gone');
    await fill(db, 17, 90, NAMES);
    await db.compact();
    expect(await seriesInCheckpoint()).not.toContain('gone');
    // It comes again, under another number.
    await fill(db, 90, 95, ['gone', ...NAMES]);
    await db.close();
    const again = await open();
    const shown = await show(again);
    expect(shown).toContain('gone 0..94 (8)');
    expect(shown).toContain('m000 0..94 (95)');
  }, 60_000);

  test('what an earlier checkpoint left half made does not stand in the way', async () => {
    const db = await open();
    await fill(db, 0, 13, NAMES);
    const newest = listSegments(wal()).at(-1)!.number;
    for (let number = 0; number < newest; number++) {
      mkdirSync(join(wal(), `checkpoint.${String(number).padStart(8, '0')}.tmp`, 'sub'), { recursive: true });
    }
    await fill(db, 13, 17, NAMES);
    await db.compact();
    expect(await show(db)).toEqual(NAMES.map((name) => `${name} 0..16 (17)`));
    expect(lastCheckpoint(wal())).toBeDefined();
    expect(readdirSync(wal()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, 60_000);
});

test('numbers are kept until the segments that mention them are gone', () => {
  const refs = new MentionedRefs();
  for (let ref = 1; ref <= 1000; ref++) refs.add(ref, Math.ceil(ref / 100));
  expect([...refs.behind(8)]).toEqual(Array.from({ length: 200 }, (_, at) => 801 + at));
  refs.forgetUpTo(8);
  expect(refs.length).toBe(200);
  expect([...refs.behind(0)]).toEqual([...refs.behind(8)]);
  expect([...refs.behind(10)]).toEqual([]);
});
