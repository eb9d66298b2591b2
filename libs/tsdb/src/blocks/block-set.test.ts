import { afterAll, describe, expect, test } from '@jest/globals';
import { SampleColumns, type SeriesSet } from '@narthex/storage';
import { eventually, ManualClock, temporaryFolder } from '@narthex/testkit';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { HINTS, type TestSeries } from '../block/block-test-data.js';
import { openSharedReader } from '../threads/shared-head.js';
import { addBlock, dump, TestStore, write, writeBlock } from './joined-test-data.js';

const folder = temporaryFolder('block-set');
afterAll(() => folder.remove());

const ALL = [-Infinity, Infinity] as const;

function series(a: string, ...samples: readonly (readonly [number, number])[]): TestSeries {
  return { labels: { a }, samples };
}

function timesOf(set: SeriesSet, index: number): number[] {
  const columns = new SampleColumns();
  set.read(index, columns);
  return [...columns.timestampsMs.subarray(0, columns.length)];
}

/** Files that this process has open below a folder, deleted ones included. */
function openFiles(path: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith(path) ? [target] : [];
    } catch {
      return [];
    }
  });
}

/** Lets a while pass in which whoever waits for readers looks again; tells whether the promise has resolved. */
async function settled(clock: ManualClock, promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await clock.advance(1000);
  return done;
}

/** Lets time pass until the promise has resolved. */
async function finished(clock: ManualClock, promise: Promise<void>): Promise<void> {
  await eventually('the promise to resolve', () => settled(clock, promise));
}

describe('the blocks of a database', () => {
  test('are in order of time, and those that overlap a range are given', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const late = await addBlock(store, [series('x', [100, 1], [199, 2])]);
    const early = await addBlock(store, [series('x', [0, 1], [99, 2])]);
    const ulids = (blocks: readonly { readonly meta: { readonly ulid: string } }[]) =>
      blocks.map(({ meta }) => meta.ulid);
    expect(ulids(store.blocks.blocks)).toEqual([early, late]);
    expect(ulids(store.blocks.overlapping(99, 100))).toEqual([early, late]);
    expect(ulids(store.blocks.overlapping(100, 1e9))).toEqual([late]);
    expect(ulids(store.blocks.overlapping(200, 1e9))).toEqual([]);
    expect(ulids(store.blocks.overlapping(-5, -1))).toEqual([]);
    store.blocks.close();
  });

  test('a querier that is open while blocks are replaced keeps what it sees, and their files', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const old = await addBlock(store, [series('x', [1, 1], [2, 2])]);
    const { handles } = store.sharing.share();
    const other = openSharedReader(handles);
    const readers = [store.joined, other];
    const queriers = readers.map((reader) => reader.querier(0, 1000));
    const merged = await writeBlock(store, [series('x', [1, 1], [2, 2], [3, 3]), series('y', [1, 1])]);
    const replaced = store.blocks.replace({
      add: [store.blocks.open(join(store.path, merged))],
      remove: [old],
    });
    for (const reader of readers) expect(Object.keys(await dump(reader, [], ALL))).toHaveLength(2);
    for (const [at, querier] of queriers.entries()) {
      expect(await settled(clock, replaced)).toBe(false);
      const set = await querier.select(true, HINTS, []);
      expect(set.length).toBe(1);
      expect(timesOf(set, 0)).toEqual([1, 2]);
      querier.close();
      expect(at).toBeLessThan(2);
    }
    await finished(clock, replaced);
    expect(openFiles(join(store.path, old))).toEqual([]);
    expect(openFiles(join(store.path, merged))).not.toEqual([]);
    expect(other.openBlocks).toBe(1);
    other.close();
    store.blocks.close();
    expect(openFiles(store.path)).toEqual([]);
  });

  test('an idle thread closes the files of removed blocks', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const ulid = await addBlock(store, [series('x', [1, 1])]);
    const { handles } = store.sharing.share();
    const other = openSharedReader(handles);
    await dump(other, [], ALL);
    expect(other.openBlocks).toBe(1);
    await finished(clock, store.blocks.replace({ add: [], remove: [ulid] }));
    expect(other.openBlocks).toBe(0);
    expect(openFiles(store.path)).toEqual([]);
    rmSync(join(store.path, ulid), { recursive: true });
    expect(await dump(other, [], ALL)).toEqual({});
    other.close();
  });

  test('a thread that dies with blocks open holds nothing back', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const ulid = await addBlock(store, [series('x', [1, 1])]);
    const { handles, transferList } = store.sharing.share();
    // The dead one's part, without the library: take both slots, say so, and never come back.
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      for (const name of ['epochs', 'blockVersions']) {
        const words = new Int32Array(workerData[name]);
        Atomics.store(words, 1 + workerData.slot, Atomics.load(words, 0));
      }
      parentPort.postMessage('reading');
      for (;;);`;
    const worker = new Worker(source, { eval: true, workerData: handles, transferList: [...transferList] });
    await new Promise((resolve) => worker.once('message', resolve));
    const removed = store.blocks.replace({ add: [], remove: [ulid] });
    expect(await settled(clock, removed)).toBe(false);
    await worker.terminate();
    await finished(clock, removed);
    expect(store.epochs.oldest()).toBeUndefined();
    expect(store.blocks.versions.oldest()).toBeUndefined();
  });

  test('what moves from the head into a block is seen throughout', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const samples = Array.from({ length: 100 }, (_, i) => [10 * i, i] as const);
    await write(store, [series('x', ...samples)]);
    const { handles } = store.sharing.share();
    const other = openSharedReader(handles);
    const whole = await dump(store.joined, [], ALL);
    const before = other.querier(...ALL);
    await addBlockUnawaited(store, [series('x', ...samples.slice(0, 50))]);
    expect(await dump(other, [], ALL)).toEqual(whole);
    const between = other.querier(...ALL);
    const truncated = store.head.truncate(500);
    expect(await dump(other, [], ALL)).toEqual(whole);
    for (const querier of [before, between]) {
      const set = await querier.select(false, HINTS, []);
      expect(timesOf(set, 0)).toHaveLength(100);
      querier.close();
    }
    await finished(clock, truncated);
    for (const reader of [store.joined, other]) expect(await dump(reader, [], ALL)).toEqual(whole);
    other.close();
    store.blocks.close();
  });

  test('tombstones that another thread has written are seen from then on', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const ulid = await addBlock(store, [series('x', [1, 1], [2, 2], [3, 3])]);
    const { handles } = store.sharing.share();
    const other = openSharedReader(handles);
    expect(Object.values(await dump(other, [], ALL))[0]).toHaveLength(3);
    const elsewhere = store.blocks.open(join(store.path, ulid));
    elsewhere.delete(2, 2, []);
    elsewhere.close();
    const before = other.querier(...ALL);
    store.blocks.tombstonesChanged(ulid);
    for (const reader of [store.joined, other]) {
      expect(Object.values(await dump(reader, [], ALL))[0]!.map(([t]) => t)).toEqual([1, 3]);
    }
    expect(timesOf(await before.select(true, HINTS, []), 0)).toEqual([1, 2, 3]);
    before.close();
    expect(store.blocks.blocks[0]!.meta.stats.numTombstones).toBe(1);
    other.close();
    store.blocks.close();
  });

  test('a damaged chunk fails what reads it, and nothing else', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const good = [series('x', [1, 1]), series('y', [1, 2])];
    const ulid = await addBlock(store, [series('x', [100, 1]), series('y', [100, 2])]);
    await addBlock(store, good);
    const path = join(store.path, ulid, 'chunks', '000001');
    const bytes = readFileSync(path);
    // The last byte before the checksum of the last chunk: that of y.
    bytes[bytes.length - 5]! ^= 0xff;
    writeFileSync(path, bytes);
    const querier = store.joined.querier(0, 1000);
    const set = await querier.select(true, HINTS, []);
    expect(timesOf(set, 0)).toEqual([1, 100]);
    expect(() => timesOf(set, 1)).toThrow(/checksum mismatch expected:[0-9a-f]+, actual:[0-9a-f]+/);
    querier.close();
    expect(Object.keys(await dump(store.joined, [], [0, 50]))).toHaveLength(2);
    store.blocks.close();
  });

  test('a block that cannot be opened fails the queries that need it, and holds nothing', async () => {
    const clock = new ManualClock();
    const store = new TestStore(folder.path, clock);
    const ulid = await addBlock(store, [series('x', [100, 1])]);
    await addBlock(store, [series('x', [1, 1])]);
    const { handles } = store.sharing.share();
    const other = openSharedReader(handles);
    rmSync(join(store.path, ulid, 'index'));
    expect(() => other.querier(0, 1000)).toThrow(/ENOENT.*index/);
    expect(store.epochs.oldest()).toBeUndefined();
    expect(Object.keys(await dump(other, [], [0, 50]))).toHaveLength(1);
    expect(existsSync(join(store.path, ulid))).toBe(true);
    other.close();
    store.blocks.close();
  });
});

/** As main does it: readers of before are not waited for. */
async function addBlockUnawaited(store: TestStore, added: readonly TestSeries[]): Promise<void> {
  const ulid = await writeBlock(store, added);
  void store.blocks.replace({ add: [store.blocks.open(join(store.path, ulid))], remove: [] });
}
