import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Labels, Matcher } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import { join } from 'node:path';
import { type TsdbDatabase } from '../database.js';
import { fill, MaintenanceRig, minuteMs, show } from '../testing/maintenance-rig.js';

/* Deleted samples that are still in the log do not come back with the next start. */

const EVERYTHING = [new Matcher('!=', '__name__', '')];
let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('tsdb-deleted');
  rig = new MaintenanceRig(folder.path);
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

async function reopen(options: Parameters<MaintenanceRig['open']>[0] = {}): Promise<TsdbDatabase> {
  await rig.close();
  return rig.open(options);
}

async function late(db: TsdbDatabase, minute: number): Promise<void> {
  const appender = db.appender();
  expect(appender.float(appender.series(Labels.of({ __name__: 'a' })), minuteMs(minute) + 1, minute)).toBe(0);
  await appender.commit();
}

test('all samples of the newest block: it stays until there is another', async () => {
  const db = await rig.open();
  await fill(db, 0, 17);
  await db.compact();
  await db.delete(minuteMs(0), minuteMs(10) - 1, EVERYTHING);
  await db.cleanTombstones();
  expect(rig.ranges()).toEqual(['0-1']);
  const again = await reopen();
  expect(await show(again)).toEqual(['a 10..16 (7)', 'b 10..16 (7)']);
  await fill(again, 17, 27);
  await again.compact();
  await again.cleanTombstones();
  expect(rig.ranges()).toEqual(['1-2']);
  expect(await show(await reopen())).toEqual(['a 10..26 (17)', 'b 10..26 (17)']);
});

test('all samples of the part of the head that would become a block', async () => {
  const db = await rig.open({ walSegmentSizeBytes: 32_768 });
  await fill(db, 0, 15);
  await db.delete(minuteMs(0), minuteMs(10) - 1, EVERYTHING);
  await fill(db, 15, 17);
  await db.compact();
  expect(rig.ranges()).toEqual([]);
  expect(await show(await reopen())).toEqual(['a 10..16 (7)', 'b 10..16 (7)']);
});

test('late samples of a time that is in a block', async () => {
  const options = { outOfOrderTimeWindowMs: 3_600_000 };
  const db = await rig.open(options);
  await fill(db, 0, 17);
  await db.compact();
  await late(db, 5);
  expect(await show(db)).toEqual(['a 0..16 (18)', 'b 0..16 (17)']);
  await db.delete(minuteMs(5) + 1, minuteMs(5) + 1, EVERYTHING);
  expect(await show(db)).toEqual(['a 0..16 (17)', 'b 0..16 (17)']);
  const again = await reopen(options);
  expect(await show(again)).toEqual(['a 0..16 (17)', 'b 0..16 (17)']);
  await fill(again, 17, 27);
  await again.compact();
  expect(await show(again)).toEqual(['a 0..26 (27)', 'b 0..26 (27)']);
});

test('a snapshot with the head has the late samples too', async () => {
  const db = await rig.open({ outOfOrderTimeWindowMs: 3_600_000 });
  await fill(db, 0, 17);
  await db.compact();
  await late(db, 5);
  const copy = new MaintenanceRig(join(folder.path, 'copy'));
  await db.snapshot(copy.path, true);
  try {
    expect(await show(await copy.open())).toEqual(['a 0..16 (18)', 'b 0..16 (17)']);
  } finally {
    await copy.close();
  }
});

test('samples late for the head, in order for their series, of a time at which the head no longer begins', async () => {
  const options = { outOfOrderTimeWindowMs: 3_600_000 };
  const db = await rig.open(options);
  await fill(db, 0, 9);
  await fill(db, 15, 17);
  const appender = db.appender();
  const ref = appender.series(Labels.of({ __name__: 'c' }));
  expect(appender.float(ref, minuteMs(10), 10)).toBe(0);
  expect(appender.float(ref, minuteMs(16), 16)).toBe(0);
  await appender.commit();
  await db.compact();
  await db.delete(minuteMs(10), minuteMs(10), EVERYTHING);
  const shown = ['a 0..16 (11)', 'b 0..16 (11)', 'c 16..16 (1)'];
  expect(await show(db)).toEqual(shown);
  expect(await show(await reopen(options))).toEqual(shown);
});
