import { describe, expect, test } from '@jest/globals';
import { EpochTable, SEGMENT_BYTES, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { Labels, Matcher } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { eventually, ManualClock } from '@narthex/testkit';
import { Worker } from 'node:worker_threads';
import { BlockSet } from '../blocks/block-set.js';
import { Head } from '../head/head.js';
import { ControlBlock } from '../shared/control-block.js';
import { QueryFlags, STOP_REASON } from './query-flags.js';
import { HeadSharing, openSharedReader } from './shared-head.js';

const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };

function make(slots = 3) {
  const control = ControlBlock.create(7);
  const epochs = EpochTable.create(slots);
  const parts: { sharing?: HeadSharing } = {};
  const allocator = new SharedAllocator({
    epochs,
    onSegment: (index, buffer) => parts.sharing?.announce(index, buffer),
  });
  const clock = new ManualClock();
  const head = new Head({ allocator, control, epochs, clock, chunkRangeMs: 7_200_000, maxSeries: 0 });
  const flags = new QueryFlags();
  const kernelModule = compileDecodeKernel();
  const blocks = new BlockSet({ epochs, clock, kernel: new DecodeKernel(kernelModule) });
  const sharing = new HeadSharing({ control, epochs, flags, allocator, kernelModule, blocks, firstSlot: 1 });
  parts.sharing = sharing;
  return { epochs, allocator, head, flags, sharing };
}

describe('sharing', () => {
  test('segments that come later reach a reader that never looks at its messages', async () => {
    const { head, allocator, sharing } = make();
    const share = sharing.share();
    const { handles } = share;
    const reader = openSharedReader({ ...handles, segments: [...handles.segments] });
    const appender = head.appender();
    for (let i = 0; allocator.segments.length < 3; i++) {
      const labels = Labels.of({
        __name__: 'm',
        number: String(i),
        text: `${i}-`.repeat(SEGMENT_BYTES / 128),
      });
      appender.float(appender.series(labels), 1000, i);
    }
    await appender.commit();
    const querier = reader.querier(0, 2000);
    const set = await querier.select(false, hints, [new Matcher('=', '__name__', 'm')]);
    const columns = new SampleColumns();
    for (let i = 0; i < set.length; i++) set.read(i, columns);
    expect([...columns.values.subarray(0, columns.length)]).toEqual(
      Array.from({ length: set.length }, (_, i) => i),
    );
    expect(set.labels(set.length - 1).get('number')).toBe(String(set.length - 1));
    querier.close();
    reader.close();
    share.release();
  });

  test('slots are given once, and again when they are released', () => {
    const { sharing } = make(3);
    const first = sharing.share();
    const second = sharing.share();
    expect([first.handles.slot, second.handles.slot]).toEqual([1, 2]);
    expect(() => sharing.share()).toThrow('reader slots are taken');
    first.release();
    first.release();
    expect(sharing.share().handles.slot).toBe(1);
    sharing.close();
  });

  test('a thread that dies in the middle of a query holds nothing back', async () => {
    const { epochs, sharing } = make();
    const { handles, transferList } = sharing.share();
    // The dead one's part, without the library: take the slot, say so, and never come back.
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      const words = new Int32Array(workerData.epochs);
      Atomics.store(words, 1 + workerData.slot, Atomics.load(words, 0));
      parentPort.postMessage('reading');
      for (;;);`;
    const worker = new Worker(source, { eval: true, workerData: handles, transferList: [...transferList] });
    await new Promise((resolve) => worker.once('message', resolve));
    expect(epochs.oldest()).toBe(epochs.current);
    await worker.terminate();
    await eventually('the slot to be cleared', () => sharing.readerCount === 0);
    expect(epochs.oldest()).toBeUndefined();
  });
});

describe('flags', () => {
  test('stop one query, and only once', () => {
    const flags = new QueryFlags();
    const worker = new QueryFlags(flags.buffer);
    const one = flags.acquire()!;
    const other = flags.acquire()!;
    one.stop(STOP_REASON.deadline);
    one.stop(STOP_REASON.cancelled);
    expect([worker.reason(one.index), worker.reason(other.index)]).toEqual([
      STOP_REASON.deadline,
      STOP_REASON.none,
    ]);
    one.release();
    one.stop(STOP_REASON.cancelled);
    expect(worker.reason(one.index)).toBe(STOP_REASON.deadline);
  });

  test('are as many as there are, and start blank', () => {
    const flags = new QueryFlags();
    const taken = Array.from({ length: 256 }, () => flags.acquire()!);
    expect(flags.acquire()).toBeUndefined();
    taken[17]!.stop(STOP_REASON.shutdown);
    taken[17]!.release();
    const again = flags.acquire()!;
    expect(again.index).toBe(17);
    expect(flags.reason(17)).toBe(STOP_REASON.none);
  });
});
