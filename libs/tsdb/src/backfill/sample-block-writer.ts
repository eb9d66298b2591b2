import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compareText, type Labels, Matcher } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { type Appender, type ChunkSeriesSet, SampleColumns, type SelectHints } from '@narthex/storage';
import { setImmediate } from 'node:timers/promises';
import { type BlockMeta } from '../block/block-meta.js';
import { BlockWriter } from '../block/block-writer.js';
import { makeUlid } from '../block/ulid.js';
import { Head } from '../head/head.js';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';

const ALL: SelectHints = {
  startMs: -Infinity,
  endMs: Infinity,
  stepMs: 0,
  rangeMs: 0,
  func: '',
  grouping: [],
  by: false,
  limit: 0,
};
/** Written between two chances for others to run. */
const SERIES_A_TURN = 256;
const ONLY_SLOT = 0;

export interface SampleBlockWriterOptions {
  /** Where blocks are kept; made when missing. */
  readonly folder: string;
  /**
   * Chunks end at multiples of it, and a transaction may begin half of it before the newest sample committed. To fill
   * a whole range in any order of series, take twice its length, as upstream does.
   */
  readonly chunkRangeMs: number;
  readonly clock: Clock;
  /** Of `compileDecodeKernel()`: one for as many blocks as come. */
  readonly kernelModule: WebAssembly.Module;
}

/**
 * Gathers samples in memory and writes them as one block of level 1, cut into chunks as the head cuts them; upstream's
 * `tsdb.BlockWriter` (https://pkg.go.dev/github.com/prometheus/prometheus/tsdb#BlockWriter). Memory is that of the
 * compressed chunks. Used once; nothing is on disk before {@link flush}.
 */
export class SampleBlockWriter {
  readonly #options: SampleBlockWriterOptions;
  readonly #head: Head;
  readonly #reader: HeadReader;

  constructor(options: SampleBlockWriterOptions) {
    const { clock, chunkRangeMs } = options;
    this.#options = options;
    const control = ControlBlock.create((Math.random() * 2 ** 32) | 0);
    const epochs = EpochTable.create(1);
    const allocator = new SharedAllocator({ epochs, onSegment: () => undefined });
    this.#head = new Head({ allocator, control, epochs, clock, chunkRangeMs, maxSeries: 0 });
    const { views } = allocator;
    this.#reader = new HeadReader({
      views,
      control,
      epochs,
      slot: ONLY_SLOT,
      kernelModule: options.kernelModule,
    });
  }

  /** One transaction at a time; samples out of order within one are dropped at its commit. */
  appender(): Appender {
    return this.#head.appender();
  }

  /** The newest committed value of a series, to tell what a duplicate met; undefined when there is none. */
  async lastValue(labels: Labels): Promise<number | undefined> {
    const matchers = [...labels].map(([name, value]) => new Matcher('=', name, value));
    const querier = this.#reader.querier(-Infinity, Infinity);
    try {
      const set = await querier.select(false, ALL, matchers);
      const columns = new SampleColumns();
      for (let i = 0; i < set.length; i++) {
        if (!set.labels(i).equals(labels)) continue;
        set.read(i, columns);
        return columns.values[columns.length - 1];
      }
      return undefined;
    } finally {
      querier.close();
    }
  }

  /** Writes the block; undefined when no sample was committed. Errors are the file system's. */
  async flush(): Promise<BlockMeta | undefined> {
    const { minTimeMs, maxTimeMs } = this.#head;
    if (maxTimeMs === -Infinity) return undefined;
    const querier = this.#reader.chunkQuerier(-Infinity, Infinity);
    try {
      const set = await querier.select(true, ALL, []);
      const writer = new BlockWriter({
        folder: this.#options.folder,
        ulid: makeUlid(this.#options.clock.nowMs()),
        minTimeMs,
        maxTimeMs: maxTimeMs + 1,
        symbols: symbolsOf(set),
      });
      try {
        for (let i = 0; i < set.length; i++) {
          writer.addSeries(set.labels(i), set.chunks(i));
          if (i % SERIES_A_TURN === SERIES_A_TURN - 1) await setImmediate();
        }
        return await writer.finish();
      } catch (cause) {
        await writer.abort();
        throw cause;
      }
    } finally {
      querier.close();
    }
  }
}

function symbolsOf(set: ChunkSeriesSet): string[] {
  const symbols = new Set<string>();
  for (let i = 0; i < set.length; i++) for (const text of set.labels(i).pairs()) symbols.add(text);
  return [...symbols].sort(compareText);
}
