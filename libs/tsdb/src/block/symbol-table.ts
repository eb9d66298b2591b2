import { corruption, reading } from './corruption.js';
import { FileCursor } from './file-cursor.js';
import { SAMPLING } from './index-format.js';
import { type RandomAccessFile } from './random-access-file.js';
import { TextCache } from './text-cache.js';

const CACHED_SYMBOLS = 16_384;

/**
 * The texts of an index, by number. In memory are the places of every 32nd, and those texts that were asked for
 * last.
 */
export class SymbolTable {
  readonly #path: string;
  readonly #cursor: FileCursor;
  readonly #cache = new TextCache(CACHED_SYMBOLS);
  /** Where the section's contents begin, and end. */
  readonly #start: number;
  readonly #end: number;
  readonly #count: number;
  /** Places of every 32nd symbol behind {@link #start}. */
  readonly #sampled: Uint32Array;

  /** Goes through the whole section at `position`, once. @throws StorageError CORRUPT */
  constructor(file: RandomAccessFile, position: number) {
    this.#path = file.path;
    this.#cursor = new FileCursor(file);
    const cursor = this.#cursor;
    const { start, end, count, sampled } = reading(file.path, 'read symbols', () => {
      const length = cursor.seek(position).u32();
      const start = cursor.position;
      cursor.check(length, 'read symbols');
      cursor.seek(start, start + length);
      const count = cursor.u32();
      if (count > length) throw corruption(file.path, `read symbols: ${count} symbols in ${length} bytes`);
      const sampled = new Uint32Array(Math.ceil(count / SAMPLING));
      for (let symbol = 0; symbol < count; symbol++) {
        if (symbol % SAMPLING === 0) sampled[symbol / SAMPLING] = cursor.position - start;
        cursor.skip(cursor.uvarint());
      }
      return { start, end: start + length, count, sampled };
    });
    this.#start = start;
    this.#end = end;
    this.#count = count;
    this.#sampled = sampled;
    cursor.release();
  }

  get length(): number {
    return this.#count;
  }

  /** What upstream counts as its size in memory: eight bytes for each place held. */
  get residentBytes(): number {
    return 8 * this.#sampled.length;
  }

  /** @throws StorageError CORRUPT when there is no such symbol */
  lookup(symbol: number): string {
    const known = this.#cache.get(symbol);
    if (known !== undefined) return known;
    if (symbol >= this.#count) throw corruption(this.#path, `unknown symbol offset ${symbol}`);
    const text = reading(this.#path, 'read symbols', () => {
      const sample = Math.floor(symbol / SAMPLING);
      const cursor = this.#cursor.seek(this.#start + this.#sampled[sample]!, this.#end);
      for (let left = symbol % SAMPLING; left > 0; left--) cursor.skip(cursor.uvarint());
      return cursor.uvarintText();
    });
    this.#cache.set(symbol, text);
    return text;
  }

  /** All of them, in order. */
  *[Symbol.iterator](): IterableIterator<string> {
    let position = this.#start + 4;
    for (let symbol = 0; symbol < this.#count; symbol++) {
      // Others may look symbols up in between.
      const cursor = this.#cursor.seek(position, this.#end);
      const text = reading(this.#path, 'read symbols', () => cursor.uvarintText());
      position = cursor.position;
      yield text;
    }
  }

  /** Lets go what can be read again. */
  release(): void {
    this.#cursor.release();
    this.#cache.clear();
  }
}
