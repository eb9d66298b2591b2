import { Labels, type Matcher } from '@narthex/model';
import { type ChunkRead } from '@narthex/storage';
import { type BlockParts } from './block-querier.js';
import { NO_INTERVALS } from '../samples/intervals.js';
import { matchingSeries } from './matching-series.js';
import { SeriesEntry } from './series-entry.js';
import { type Tombstones } from './tombstones.js';

/** Goes through the series of a block that pass every matcher in the order of their labels, one in memory at a time. */
export class BlockSeriesCursor {
  /** Of the series it stands at. */
  labels: Labels = Labels.EMPTY;
  readonly #parts: BlockParts;
  readonly #tombstones: Tombstones;
  readonly #onClose: () => void;
  readonly #refs: Uint32Array;
  readonly #entry = new SeriesEntry();
  #at = -1;

  constructor(parts: BlockParts, tombstones: Tombstones, matchers: readonly Matcher[], onClose: () => void) {
    this.#parts = parts;
    this.#tombstones = tombstones;
    this.#onClose = onClose;
    try {
      this.#refs = matchers.length === 0 ? parts.index.allPostings() : matchingSeries(parts.index, matchers);
    } catch (cause) {
      onClose();
      throw cause;
    }
  }

  /** How many series there are. */
  get length(): number {
    return this.#refs.length;
  }

  /** From the first to the last sample of the series it stands at, in ms, by its chunks. */
  get spanMs(): number {
    const { chunkCount, minTimesMs, maxTimesMs } = this.#entry;
    return chunkCount === 0 ? 0 : maxTimesMs[chunkCount - 1]! - minTimesMs[0]!;
  }

  /** Goes to the next series; false behind the last. */
  next(): boolean {
    if (this.#at + 1 >= this.#refs.length) return false;
    this.#at++;
    this.#parts.index.series(this.#refs[this.#at]!, this.#entry);
    this.labels = this.#parts.index.labelsOf(this.#entry);
    return true;
  }

  /** The chunks of the series it stands at, without what was deleted; before {@link next} is called again. */
  chunks(): IterableIterator<ChunkRead> {
    const deleted = this.#tombstones.of(this.#refs[this.#at]!);
    return this.#parts.chunks.chunks({ columns: this.#entry, from: 0, to: this.#entry.chunkCount, deleted });
  }

  /** The same, whatever was deleted. */
  storedChunks(): IterableIterator<ChunkRead> {
    const { chunkCount } = this.#entry;
    return this.#parts.chunks.chunks({
      columns: this.#entry,
      from: 0,
      to: chunkCount,
      deleted: NO_INTERVALS,
    });
  }

  close(): void {
    this.#onClose();
  }
}
