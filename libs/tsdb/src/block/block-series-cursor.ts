import { Labels } from '@narthex/model';
import { type ChunkRead } from '@narthex/storage';
import { type BlockParts } from './block-querier.js';
import { SeriesEntry } from './series-entry.js';
import { type Tombstones } from './tombstones.js';

/** Goes through all series of a block in the order of their labels, one in memory at a time. */
export class BlockSeriesCursor {
  /** Of the series it stands at. */
  labels: Labels = Labels.EMPTY;
  readonly #parts: BlockParts;
  readonly #tombstones: Tombstones;
  readonly #onClose: () => void;
  readonly #refs: Uint32Array;
  readonly #entry = new SeriesEntry();
  #at = -1;

  constructor(parts: BlockParts, tombstones: Tombstones, onClose: () => void) {
    this.#parts = parts;
    this.#tombstones = tombstones;
    this.#onClose = onClose;
    try {
      this.#refs = parts.index.allPostings();
    } catch (cause) {
      onClose();
      throw cause;
    }
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

  close(): void {
    this.#onClose();
  }
}
