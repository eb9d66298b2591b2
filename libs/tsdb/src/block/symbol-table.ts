import { corruption, reading } from './corruption.js';
import { FileCursor } from './file-cursor.js';
import { SAMPLING } from './index-format.js';
import { type RandomAccessFile } from './random-access-file.js';
import { TextCache } from './text-cache.js';

const CACHED_SYMBOLS = 16_384;
/** For each symbol that is held, as upstream counts it. */
const HELD_BYTES = 8;

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
  /** The symbol behind the one that was read last, and its place. */
  #following = 0;
  #followingAt = 0;

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
    this.#followingAt = sampled[0] ?? 0;
    cursor.release();
  }

  /** The {@link residentBytes} of the table at a position, without going through it. @throws StorageError CORRUPT */
  static residentBytesAt(file: RandomAccessFile, position: number): number {
    const cursor = new FileCursor(file);
    const count = reading(file.path, 'read symbols', () => {
      cursor.seek(position).u32();
      return cursor.u32();
    });
    cursor.release();
    return HELD_BYTES * Math.ceil(count / SAMPLING);
  }

  get length(): number {
    return this.#count;
  }

  /** What upstream counts as its size in memory: eight bytes for each place held. */
  get residentBytes(): number {
    return HELD_BYTES * this.#sampled.length;
  }

  /** @throws StorageError CORRUPT when there is no such symbol */
  lookup(symbol: number): string {
    const known = this.#cache.get(symbol);
    if (known !== undefined) return known;
    const text = this.read(symbol);
    this.#cache.set(symbol, text);
    return text;
  }

  /** As {@link lookup}, for those who will not ask for it again. */
  read(symbol: number): string {
    if (symbol >= this.#count) throw corruption(this.#path, `unknown symbol offset ${symbol}`);
    return reading(this.#path, 'read symbols', () => {
      const sample = symbol - (symbol % SAMPLING);
      // Series in order ask for symbols that are nearly in order.
      const goOn = this.#following >= sample && this.#following <= symbol;
      const from = goOn ? this.#following : sample;
      const at = goOn ? this.#followingAt : this.#sampled[sample / SAMPLING]!;
      const cursor = this.#cursor.seek(this.#start + at, this.#end);
      cursor.skipTexts(symbol - from);
      const text = cursor.uvarintText();
      this.#following = symbol + 1;
      this.#followingAt = cursor.position - this.#start;
      return text;
    });
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
