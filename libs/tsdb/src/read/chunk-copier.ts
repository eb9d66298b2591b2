import { type SharedAddress, type SharedViews } from '@narthex/bytes';
import { StorageError } from '@narthex/storage';
import { type ChunkWindows } from '../head-disk/chunk-windows.js';
import { copyPieces } from './chunk-pieces.js';

/** Where the bytes of a chunk are: see `ENTRY` in the layout of shared memory. */
export interface ChunkPlace {
  /** The file; 0 for memory. */
  readonly file: number;
  /** The first piece, or where the data begin in the file. */
  readonly chunk: SharedAddress;
  readonly sizeBytes: number;
}

/** Copies chunks to where they are decoded, from memory or from files. */
export class ChunkCopier {
  readonly #views: SharedViews;
  readonly #windows: ChunkWindows | undefined;
  #words: Uint32Array | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(views: SharedViews, windows: ChunkWindows | undefined) {
    this.#views = views;
    this.#windows = windows;
  }

  /**
   * Copies a chunk to `target[to]` and on, which has room for whole words.
   * @throws StorageError with code `CORRUPT` when its file cannot be read
   */
  copy({ file, chunk, sizeBytes }: ChunkPlace, target: Uint32Array, to: number): void {
    if (file === 0) {
      copyPieces(this.#views, chunk, sizeBytes, target, to);
      return;
    }
    if (this.#windows === undefined) throw new StorageError('CORRUPT', 'head chunks have no folder here');
    if (target !== this.#words) {
      this.#words = target;
      this.#bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    }
    this.#windows.copy(file, chunk, sizeBytes, this.#bytes, 4 * to);
  }
}
