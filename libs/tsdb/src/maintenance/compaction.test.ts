import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBlockFolders } from '../block/block-folders.js';
import { readBlockMeta } from '../block/block-meta.js';
import { BLOCK_MS, fill, MaintenanceRig, minuteMs, show, START_MS } from '../testing/maintenance-rig.js';

let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('tsdb-compaction');
  rig = new MaintenanceRig(folder.path);
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

describe('the head becomes blocks', () => {
  test('a range at a time, once it spans one and a half', async () => {
    const db = await rig.open();
    await fill(db, 0, 15);
    await db.compact();
    expect(rig.ranges()).toEqual([]);
    await fill(db, 15, 17);
    await db.compact();
    expect(rig.ranges()).toEqual(['0-1']);
    expect(rig.metas()[0]).toMatchObject({
      stats: { numSamples: 20, numFloatSamples: 20, numSeries: 2, numChunks: 2 },
      compaction: { level: 1, sources: [rig.metas()[0]!.ulid], parents: [] },
    });
    await fill(db, 17, 60);
    await db.compact();
    expect(await show(db)).toEqual(['a 0..59 (60)', 'b 0..59 (60)']);
    expect(rig.ranges()).toEqual(['0-3', '3-4', '4-5']);
    expect(rig.metas()[0]!.compaction).toMatchObject({ level: 2 });
    expect(
      rig.metas()[0]!.compaction.parents.map(({ minTimeMs }) => (minTimeMs - START_MS) / BLOCK_MS),
    ).toEqual([0, 1, 2]);
  });

  test('by itself, after a commit', async () => {
    const db = await rig.open();
    await fill(db, 0, 17);
    await eventually('a block', () => rig.ranges().length === 1);
    await eventually('the head to be cut', () => db.headTimeRange()!.minTimeMs === START_MS + BLOCK_MS);
    expect(await show(db)).toEqual(['a 0..16 (17)', 'b 0..16 (17)']);
  });

  test('series without samples left go, and come again with the blocks', async () => {
    const db = await rig.open();
    await fill(db, 0, 5, ['gone']);
    await fill(db, 5, 27);
    await db.compact();
    await eventually('the head to be cut', () => db.headSeriesCount === 2);
    expect(await show(db)).toEqual(['a 5..26 (22)', 'b 5..26 (22)', 'gone 0..4 (5)']);
  });

  test('a gap leaves no empty blocks', async () => {
    const db = await rig.open();
    await fill(db, 0, 10);
    await fill(db, 100, 120);
    await db.compact();
    expect(rig.ranges()).toEqual(['0-1', '10-11']);
    expect(await show(db)).toEqual(['a 0..119 (30)', 'b 0..119 (30)']);
  });

  test('a transaction from before is waited for', async () => {
    const db = await rig.open();
    await fill(db, 0, 5);
    const old = db.appender();
    old.float(old.series(Labels.of({ __name__: 'a' })), minuteMs(5), 5);
    await fill(db, 6, 17, ['b']);
    const compacting = db.compact();
    await rig.clock.advance(1000);
    expect(rig.ranges()).toEqual([]);
    await old.commit();
    await rig.clock.advance(1000);
    await compacting;
    expect(rig.ranges()).toEqual(['0-1']);
    expect(await show(db)).toEqual(['a 0..5 (6)', 'b 0..16 (16)']);
  });
});

describe('opened again', () => {
  test('what is in blocks is not in the head', async () => {
    const db = await rig.open();
    await fill(db, 0, 17);
    await db.compact();
    await db.close();
    const again = await rig.open();
    expect(again.headTimeRange()).toEqual({ minTimeMs: START_MS + BLOCK_MS, maxTimeMs: minuteMs(16) });
    expect(again.replay.samplesDropped).toBe(20);
    expect(await show(again)).toEqual(['a 0..16 (17)', 'b 0..16 (17)']);
    const appender = again.appender();
    const ref = appender.series(Labels.of({ __name__: 'new' }));
    expect(appender.float(ref, minuteMs(5), 1)).not.toBe(0);
    appender.rollback();
  });

  test('what was left half done is removed', async () => {
    const left = [
      '01HF0000000000000000000000.tmp-for-creation',
      '01HF0000000000000000000000.tmp-for-deletion',
    ];
    for (const name of [
      ...left,
      '01HF0000000000000000000000.tmp',
      'wal/checkpoint.00000003.tmp',
      'chunk_snapshot.1.2.tmp',
      'mine.tmp',
    ])
      mkdirSync(join(folder.path, name), { recursive: true });
    await rig.open();
    expect(readdirSync(folder.path).filter((name) => name.includes('.tmp'))).toEqual(['mine.tmp']);
    expect(readdirSync(join(folder.path, 'wal'))).toEqual(['00000000']);
  });

  test('a block without meta.json is passed over, a damaged one refuses the start', async () => {
    const db = await rig.open();
    await fill(db, 0, 27);
    await db.compact();
    await db.close();
    const [first, second] = listBlockFolders(folder.path);
    mkdirSync(join(folder.path, '01HF0000000000000000000000'));
    const again = await rig.open();
    expect(await show(again)).toEqual(['a 0..26 (27)', 'b 0..26 (27)']);
    expect(rig.logger.lines.some(({ message }) => message.startsWith('Failed to read meta.json'))).toBe(true);
    await again.close();
    writeFileSync(join(first!, 'index'), 'nothing');
    await expect(rig.open()).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringContaining(`corrupted block ${readBlockMeta(first!).ulid}`),
    });
    expect(existsSync(second!)).toBe(true);
  });
});

test('chunks have as many samples as they are to have', async () => {
  const db = await rig.open({ samplesPerChunk: 8 });
  await fill(db, 0, 27, ['a']);
  await db.compact();
  // Ten samples in each of two blocks: spread evenly, five a chunk.
  expect(rig.metas().map(({ stats }) => [stats.numSamples, stats.numChunks])).toEqual([
    [10, 2],
    [10, 2],
  ]);
});
