import { type EpochTable, type SharedViews } from '@narthex/bytes';
import { DecodeKernel } from '@narthex/chunks';
import { type Matcher } from '@narthex/model';
import { type ChunkQueryable, type Queryable } from '@narthex/storage';
import { ChunkWindows } from '../head-disk/chunk-windows.js';
import { type ControlBlock } from '../shared/control-block.js';
import { RowFinder } from '../shared/row-table.js';
import { Descriptors } from './descriptors.js';
import { type GivenHead, type TakenSeries } from './given-series.js';
import { HeadChunkQuerier, type HeadPart, HeadQuerier, HeadSeriesSet } from './head-querier.js';
import { liveWalRefs, type RefSet } from './live-wal-refs.js';
import { PairTexts } from './pair-texts.js';
import { Pins } from './pins.js';
import { type ReaderCounters, type ReaderParts } from './reader-parts.js';
import { type FindPair, SeriesFinder } from './series-finder.js';

export interface HeadReaderOptions {
  readonly views: SharedViews;
  readonly control: ControlBlock;
  readonly epochs: EpochTable;
  /** This thread's slot in the epoch table. */
  readonly slot: number;
  /** The compiled kernels, if another thread has them already. */
  readonly kernelModule?: WebAssembly.Module;
  /** Where full chunks are on disk, if they are. */
  readonly chunksFolder?: string | undefined;
  /** See {@link SeriesFinder}. */
  readonly findPair?: FindPair | undefined;
}

/** Reads the head in any thread: all it needs is shared memory. */
export class HeadReader implements Queryable, ChunkQueryable {
  readonly counters: ReaderCounters = { selects: 0, restarts: 0, overtaken: 0 };
  readonly #parts: ReaderParts;

  constructor(options: HeadReaderOptions) {
    const { views, control, epochs, slot, kernelModule, chunksFolder, findPair } = options;
    const rows = new RowFinder(views, control);
    const texts = new PairTexts(views, control);
    this.#parts = {
      views,
      control,
      rows,
      texts,
      finder: new SeriesFinder({ views, control, rows, texts, findPair }),
      pins: new Pins(epochs, control, slot),
      kernel: kernelModule === undefined ? new DecodeKernel() : new DecodeKernel(kernelModule),
      windows: chunksFolder === undefined ? undefined : new ChunkWindows(chunksFolder),
      counters: this.counters,
    };
  }

  /** The thread's own, for whoever else decodes in it. */
  get kernel(): DecodeKernel {
    return this.#parts.kernel;
  }

  /** Views that are open in this thread. */
  get openQueriers(): number {
    return this.#parts.pins.openCount;
  }

  /** Ids of all series that pass the matchers, whatever their samples. For main, whose ids do not change under it. */
  findIds(matchers: readonly Matcher[]): Uint32Array {
    const { ids, length } = this.#parts.finder.find(matchers);
    return ids.subarray(0, length);
  }

  /** The numbers in the log of all series that there are; for checkpoints. */
  liveWalRefs(): RefSet {
    const { views, rows, control, pins } = this.#parts;
    const pin = pins.open();
    try {
      return liveWalRefs(views, rows, control);
    } finally {
      pins.close(pin);
    }
  }

  querier(minTimeMs: number, maxTimeMs: number): HeadQuerier {
    return new HeadQuerier(this.#parts, minTimeMs, maxTimeMs);
  }

  /** Series that another thread has selected; its view stays open until these are closed. */
  takeOver(given: GivenHead): TakenSeries {
    const { pins, windows } = this.#parts;
    const pin = pins.share(given.epoch);
    const { startMs, endMs, newestOnly, epoch } = given;
    const descriptors = Descriptors.takeOver(given);
    return {
      set: new HeadSeriesSet(this.#parts, descriptors, startMs, endMs, newestOnly, epoch),
      close: () => {
        pins.close(pin);
        if (pins.openCount === 0) windows?.rest();
      },
    };
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): HeadChunkQuerier {
    return new HeadChunkQuerier(this.#parts, minTimeMs, maxTimeMs);
  }

  /**
   * A part of the head alone, for compaction: what came in order, or the out-of-order chunks with numbers below one
   * (see `OooCompaction`).
   */
  part(show: HeadPart): ChunkQueryable {
    return {
      chunkQuerier: (minTimeMs, maxTimeMs) => new HeadChunkQuerier(this.#parts, minTimeMs, maxTimeMs, show),
    };
  }
}
