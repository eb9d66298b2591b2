import { type EpochTable, type SharedViews } from '@narthex/bytes';
import { DecodeKernel } from '@narthex/chunks';
import { type Matcher } from '@narthex/model';
import { type ChunkQueryable, type Queryable } from '@narthex/storage';
import { type ControlBlock } from '../shared/control-block.js';
import { RowFinder } from '../shared/row-table.js';
import { HeadChunkQuerier, HeadQuerier } from './head-querier.js';
import { PairTexts } from './pair-texts.js';
import { Pins } from './pins.js';
import { type ReaderCounters, type ReaderParts } from './reader-parts.js';
import { SeriesFinder } from './series-finder.js';

export interface HeadReaderOptions {
  readonly views: SharedViews;
  readonly control: ControlBlock;
  readonly epochs: EpochTable;
  /** This thread's slot in the epoch table. */
  readonly slot: number;
  /** The compiled kernels, if another thread has them already. */
  readonly kernelModule?: WebAssembly.Module;
}

/** Reads the head in any thread: all it needs is shared memory. */
export class HeadReader implements Queryable, ChunkQueryable {
  readonly counters: ReaderCounters = { selects: 0, restarts: 0, overtaken: 0 };
  readonly #parts: ReaderParts;

  constructor({ views, control, epochs, slot, kernelModule }: HeadReaderOptions) {
    const rows = new RowFinder(views, control);
    const texts = new PairTexts(views, control);
    this.#parts = {
      views,
      control,
      rows,
      texts,
      finder: new SeriesFinder({ views, control, rows, texts }),
      pins: new Pins(epochs, control, slot),
      kernel: kernelModule === undefined ? new DecodeKernel() : new DecodeKernel(kernelModule),
      counters: this.counters,
    };
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

  querier(minTimeMs: number, maxTimeMs: number): HeadQuerier {
    return new HeadQuerier(this.#parts, minTimeMs, maxTimeMs);
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): HeadChunkQuerier {
    return new HeadChunkQuerier(this.#parts, minTimeMs, maxTimeMs);
  }
}
