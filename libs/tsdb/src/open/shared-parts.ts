import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { join } from 'node:path';
import { BlockSet } from '../blocks/block-set.js';
import { ChunkFormat } from '../head/chunk-format.js';
import { Head } from '../head/head.js';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { QueryFlags } from '../threads/query-flags.js';
import { HeadSharing } from '../threads/shared-head.js';
import { type TsdbOptions } from '../tsdb-options.js';

/** Main's own slot in the epoch table. */
const MAIN_SLOT = 0;
const READER_SLOTS = 64;
const DEFAULT_BLOCK_MS = 2 * 3600 * 1000;

/** What is in memory and shared with reader threads. */
export interface SharedParts {
  readonly head: Head;
  readonly blocks: BlockSet;
  readonly sharing: HeadSharing;
  readonly reader: HeadReader;
  readonly epochs: EpochTable;
  readonly flags: QueryFlags;
  /** Where full chunks of the head go. */
  readonly chunksFolder: string;
  /** The time range of the shortest block. */
  readonly chunkRangeMs: number;
}

/** An empty head and no blocks. */
export function createSharedParts(options: TsdbOptions): SharedParts {
  const { path, clock } = options;
  const control = ControlBlock.create(options.hashSeed ?? (Math.random() * 2 ** 32) | 0);
  const epochs = EpochTable.create(READER_SLOTS);
  const flags = new QueryFlags();
  const kernelModule = compileDecodeKernel();
  let announce: (index: number, buffer: SharedArrayBuffer) => void = () => undefined;
  const allocator = new SharedAllocator({ epochs, onSegment: (index, buffer) => announce(index, buffer) });
  const chunkRangeMs = options.minBlockDurationMs ?? DEFAULT_BLOCK_MS;
  const maxSeries = options.maxSeries ?? 0;
  const { samplesPerChunk } = options;
  const head = new Head({
    allocator,
    control,
    epochs,
    clock,
    chunkRangeMs,
    maxSeries,
    ...(samplesPerChunk !== undefined && { samplesPerChunk }),
    format: new ChunkFormat({
      floats: options.floatChunkEncoding ?? 'xor',
      storesStarts: options.storeStartTimestamps ?? false,
      histogramStarts: options.histogramStartEncoding ?? false,
    }),
  });
  head.exemplars.store.resize(options.maxExemplars ?? 0);
  const chunksFolder = join(path, 'chunks_head');
  const blocks = new BlockSet({ epochs, clock, kernel: new DecodeKernel(kernelModule) });
  const sharing = new HeadSharing({
    control,
    epochs,
    flags,
    allocator,
    kernelModule,
    blocks,
    chunksFolder,
    firstSlot: MAIN_SLOT + 1,
  });
  announce = (index, buffer) => sharing.announce(index, buffer);
  const { views } = allocator;
  const reader = new HeadReader({
    views,
    control,
    epochs,
    slot: MAIN_SLOT,
    kernelModule,
    chunksFolder,
    findPair: (name, value) => head.index.pairOf(name, value),
  });
  return { head, blocks, sharing, reader, epochs, flags, chunksFolder, chunkRangeMs };
}
