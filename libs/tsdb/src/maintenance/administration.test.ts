import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Matcher } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBlockFolders } from '../block/block-folders.js';
import { readBlockMeta, writeBlockMeta } from '../block/block-meta.js';
import { makeUlid } from '../block/ulid.js';
import { BLOCK_MS, fill, MaintenanceRig, minuteMs, show, START_MS } from '../testing/maintenance-rig.js';

let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('tsdb-administration');
  rig = new MaintenanceRig(folder.path);
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

const nameIs = (name: string): Matcher[] => [new Matcher('=', '__name__', name)];

describe('deletion', () => {
  test('reaches blocks and head, and lasts', async () => {
    const db = await rig.open();
    await fill(db, 0, 27);
    await db.compact();
    await db.delete(minuteMs(5), minuteMs(20), nameIs('a'));
    expect(await show(db)).toEqual(['a 0..26 (11)', 'b 0..26 (27)']);
    expect(rig.metas().map(({ stats }) => stats.numTombstones)).toEqual([1, 1]);
    await db.close();
    const again = await rig.open();
    expect(await show(again)).toEqual(['a 0..26 (11)', 'b 0..26 (27)']);
  });

  test('clean blocks are those without tombstones; a new one is of level 1', async () => {
    const db = await rig.open();
    await fill(db, 0, 27);
    await db.compact();
    const [first, second] = rig.metas();
    await db.delete(minuteMs(2), minuteMs(4), nameIs('a'));
    await db.cleanTombstones();
    const [cleaned, untouched] = rig.metas();
    expect(untouched).toEqual(second);
    expect(cleaned!.ulid).not.toBe(first!.ulid);
    expect(cleaned).toMatchObject({
      minTimeMs: first!.minTimeMs,
      maxTimeMs: first!.maxTimeMs,
      stats: { numSamples: 17, numTombstones: 0 },
      compaction: { level: 1, sources: [cleaned!.ulid], parents: [{ ulid: first!.ulid }] },
    });
    expect(await show(db)).toEqual(['a 0..26 (24)', 'b 0..26 (27)']);
  });

  test('a block of which nothing is left goes', async () => {
    const db = await rig.open();
    await fill(db, 0, 27);
    await db.compact();
    await db.delete(minuteMs(0), minuteMs(9), [new Matcher('!=', '__name__', '')]);
    await db.cleanTombstones();
    expect(rig.ranges()).toEqual(['1-2']);
    expect(await show(db)).toEqual(['a 10..26 (17)', 'b 10..26 (17)']);
  });
});

describe('snapshots', () => {
  test('are links to the blocks, and a block of the head', async () => {
    const db = await rig.open();
    await fill(db, 0, 27);
    await db.compact();
    const to = join(folder.path, 'snapshots', 'one');
    await db.snapshot(to, true);
    expect(rig.ranges(to)).toEqual(['0-1', '1-2', `2-${(minuteMs(26) + 1 - START_MS) / BLOCK_MS}`]);
    const { ulid } = rig.metas()[0]!;
    for (const name of ['index', 'meta.json', 'tombstones', 'chunks/000001'])
      expect(statSync(join(to, ulid, name)).ino).toBe(statSync(join(folder.path, ulid, name)).ino);
    // What is deleted later is in the snapshot still.
    await db.delete(minuteMs(0), minuteMs(26), nameIs('a'));
    await rig.close();
    const copy = await new MaintenanceRig(to).open();
    expect(await show(copy)).toEqual(['a 0..26 (27)', 'b 0..26 (27)']);
    await copy.close();
  });

  test('without the head', async () => {
    const db = await rig.open();
    await fill(db, 0, 17);
    await db.compact();
    const to = join(folder.path, 'snapshots', 'one');
    await db.snapshot(to, false);
    expect(rig.ranges(to)).toEqual(['0-1']);
  });

  test('of nothing', async () => {
    const db = await rig.open();
    const to = join(folder.path, 'snapshots', 'one');
    await db.snapshot(to, true);
    expect(rig.ranges(to)).toEqual([]);
  });

  test('not into the data themselves', async () => {
    const db = await rig.open();
    await expect(db.snapshot(`${folder.path}/`, true)).rejects.toMatchObject({
      code: 'SNAPSHOT_FOLDER',
      message: 'cannot snapshot into base directory',
    });
  });
});

describe('retention', () => {
  const settings = { timeMs: 0, sizeBytes: 0, percentage: 0 };

  test('by time, from the newest block on', async () => {
    const db = await rig.open({ maxBlockDurationMs: BLOCK_MS });
    await fill(db, 0, 60);
    await db.compact();
    expect(rig.ranges()).toEqual(['0-1', '1-2', '2-3', '3-4', '4-5']);
    db.setRetention({ ...settings, timeMs: 2 * BLOCK_MS });
    await rig.clock.advance(60_000);
    await db.compact();
    expect(rig.ranges()).toEqual(['3-4', '4-5']);
    expect(await show(db)).toEqual(['a 30..59 (30)', 'b 30..59 (30)']);
  });

  test('by size: the log counts, only blocks go', async () => {
    const db = await rig.open({ maxBlockDurationMs: BLOCK_MS, retention: { ...settings, sizeBytes: 1 } });
    await fill(db, 0, 27);
    await db.compact();
    expect(rig.ranges()).toEqual([]);
    expect(await show(db)).toEqual(['a 20..26 (7)', 'b 20..26 (7)']);
  });

  test('at the start', async () => {
    const db = await rig.open({ maxBlockDurationMs: BLOCK_MS });
    await fill(db, 0, 60);
    await db.compact();
    await db.close();
    const again = await rig.open({
      maxBlockDurationMs: BLOCK_MS,
      retention: { ...settings, timeMs: BLOCK_MS, percentage: 100 },
    });
    expect(rig.ranges()).toEqual(['4-5']);
    expect(await show(again)).toEqual(['a 40..59 (20)', 'b 40..59 (20)']);
  });
});

describe('blocks of others', () => {
  test('that appear are read, those taken away are not, and what overlaps is made one', async () => {
    const db = await rig.open();
    await fill(db, 0, 17);
    await db.compact();
    const [original] = listBlockFolders(folder.path);
    const ulid = makeUlid(START_MS + 1);
    cpSync(original!, join(folder.path, ulid), { recursive: true });
    const meta = readBlockMeta(original!);
    writeBlockMeta(join(folder.path, ulid), {
      ...meta,
      ulid,
      compaction: { ...meta.compaction, sources: [ulid] },
    });
    await rig.clock.advance(60_000);
    await db.compact();
    expect(rig.logged('warn')).toContain('Overlapping blocks found during reloadBlocks');
    expect(rig.metas()).toHaveLength(1);
    expect(rig.metas()[0]).toMatchObject({
      stats: { numSamples: 20 },
      compaction: { level: 2, sources: [meta.ulid, ulid].sort() },
    });
    expect(await show(db)).toEqual(['a 0..16 (17)', 'b 0..16 (17)']);
  });

  test("a sidecar's fields of meta.json stay", async () => {
    const db = await rig.open();
    await fill(db, 0, 17);
    await db.compact();
    const path = join(listBlockFolders(folder.path)[0]!, 'meta.json');
    const labelled = {
      ...(JSON.parse(readFileSync(path, 'utf8')) as object),
      thanos: { labels: { replica: '1' } },
    };
    writeFileSync(path, JSON.stringify(labelled));
    await rig.clock.advance(60_000);
    await db.delete(minuteMs(0), minuteMs(3), nameIs('a'));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      thanos: { labels: { replica: '1' } },
      stats: { numTombstones: 1 },
    });
  });

  test('blocks of level 1 wait for their upload', async () => {
    const file = join(folder.path, 'thanos.shipper.json');
    const db = await rig.open({ uploadedBlocksFile: file });
    await fill(db, 0, 60);
    await db.compact();
    expect(rig.ranges()).toEqual(['0-1', '1-2', '2-3', '3-4', '4-5']);
    writeFileSync(file, JSON.stringify({ version: 1, uploaded: rig.metas().map(({ ulid }) => ulid) }));
    await db.compact();
    expect(rig.ranges()).toEqual(['0-3', '3-4', '4-5']);
  });
});
