import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { Labels, type Matcher } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { APPEND_OUTCOME, type Queryable, SampleColumns } from '@narthex/storage';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { HINTS, samplesOf, type TestSeries, writeTestBlock } from '../block/block-test-data.js';
import { makeUlid } from '../block/ulid.js';
import { Head } from '../head/head.js';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { QueryFlags } from '../threads/query-flags.js';
import { HeadSharing } from '../threads/shared-head.js';
import { BlockSet } from './block-set.js';
import { JoinedReader } from './joined-reader.js';

/** A head and blocks, without log and directory, for tests. */
export class TestStore {
  /** Where its blocks are. */
  readonly path: string;
  readonly head: Head;
  readonly epochs = EpochTable.create(8);
  readonly blocks: BlockSet;
  readonly sharing: HeadSharing;
  /** Main's own. */
  readonly joined: JoinedReader;
  #ulids = 0;

  constructor(folder: string, clock: Clock, chunkRangeMs = 200) {
    this.path = mkdtempSync(join(folder, 'store-'));
    const { epochs } = this;
    const control = ControlBlock.create(3);
    const parts: { sharing?: HeadSharing } = {};
    const onSegment = (index: number, buffer: SharedArrayBuffer): void =>
      parts.sharing?.announce(index, buffer);
    const allocator = new SharedAllocator({ epochs, onSegment });
    const kernelModule = compileDecodeKernel();
    this.head = new Head({ allocator, control, epochs, clock, chunkRangeMs, maxSeries: 0 });
    const blocks = new BlockSet({ epochs, clock, kernel: new DecodeKernel(kernelModule) });
    const flags = new QueryFlags();
    this.blocks = blocks;
    this.sharing = parts.sharing = new HeadSharing({
      control,
      epochs,
      flags,
      allocator,
      kernelModule,
      blocks,
      firstSlot: 1,
    });
    const main = new HeadReader({ views: allocator.views, control, epochs, slot: 0, kernelModule });
    this.joined = new JoinedReader(main, blocks);
  }

  /** A new block's name; they ascend. */
  ulid(): string {
    return makeUlid(++this.#ulids);
  }
}

/** Writes samples to the head, in the order of their times. */
export async function write({ head }: TestStore, series: readonly TestSeries[]): Promise<void> {
  const rows = series.flatMap(({ labels, samples }) => samples.map(([t, v]) => ({ labels, t, v })));
  const appender = head.appender();
  for (const { labels, t, v } of rows.sort((a, b) => a.t - b.t)) {
    const outcome = appender.float(appender.series(Labels.of(labels)), t, v);
    if (outcome !== APPEND_OUTCOME.accepted) throw new Error(`the sample at ${t} was refused: ${outcome}`);
  }
  await appender.commit();
}

/** Writes a block and makes it current; returns its name. */
export async function addBlock(store: TestStore, series: readonly TestSeries[]): Promise<string> {
  const ulid = await writeBlock(store, series);
  await store.blocks.replace({ add: [store.blocks.open(join(store.path, ulid))], remove: [] });
  return ulid;
}

export async function writeBlock(store: TestStore, series: readonly TestSeries[]): Promise<string> {
  const ulid = store.ulid();
  await writeTestBlock({ folder: store.path, ulid, series, samplesAChunk: 7 });
  return ulid;
}

/** Samples by series, values by their bits. */
export type Dump = Record<string, readonly (readonly [timestampMs: number, bits: string])[]>;

export async function dump(
  store: Queryable,
  matchers: readonly Matcher[],
  [startMs, endMs]: readonly [number, number],
  { sorted = true, limit = 0 } = {},
): Promise<Dump> {
  const querier = store.querier(startMs, endMs);
  try {
    const set = await querier.select(sorted, { ...HINTS, limit }, matchers);
    const found: Dump = {};
    const columns = new SampleColumns(1);
    for (let i = 0; i < set.length; i++) {
      columns.clear();
      set.read(i, columns);
      const labels = set.labels(i).toString();
      if (labels in found) throw new Error(`${labels} came twice`);
      found[labels] = samplesOf(columns);
    }
    return found;
  } finally {
    querier.close();
  }
}
