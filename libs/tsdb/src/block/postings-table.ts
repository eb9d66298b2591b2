import { compareText } from '@narthex/model';
import { corruption, reading } from './corruption.js';
import { FileCursor } from './file-cursor.js';
import { SAMPLING } from './index-format.js';
import { type RandomAccessFile } from './random-access-file.js';

/** Every entry is about a label: a name and a value. */
const KEYS = 2;

/** Gets a value and the place of its postings; answers whether to go on. */
export type EntryVisitor = (value: string, postingsAt: number) => boolean;

/** The entries of one name that are held: every 32nd, and the last. */
class SampledName {
  readonly values: string[] = [];
  /** Where they begin, behind the start of the section's contents. */
  readonly places: number[] = [];
  #count = 0;
  #value = '';
  #place = 0;

  add(value: string, place: number): void {
    this.#value = value;
    this.#place = place;
    if (this.#count % SAMPLING === 0) this.#hold();
    this.#count++;
  }

  /** Behind the last entry. */
  close(): void {
    if ((this.#count - 1) % SAMPLING !== 0) this.#hold();
  }

  #hold(): void {
    this.values.push(this.#value);
    this.places.push(this.#place);
  }
}

/** Where the postings of each label pair are. In memory is every 32nd value of a name; the rest is read when needed. */
export class PostingsTable {
  readonly #path: string;
  readonly #cursor: FileCursor;
  readonly #start: number;
  readonly #end: number;
  readonly #names = new Map<string, SampledName>();

  /** Goes through the whole section at `position`, once. @throws StorageError CORRUPT */
  constructor(file: RandomAccessFile, position: number) {
    this.#path = file.path;
    this.#cursor = new FileCursor(file);
    const cursor = this.#cursor;
    [this.#start, this.#end] = reading(file.path, 'read postings table', () => {
      const length = cursor.seek(position).u32();
      const start = cursor.position;
      cursor.check(length, 'read postings table');
      this.#sample(cursor.seek(start, start + length), start);
      return [start, start + length];
    });
    cursor.release();
  }

  /** The names in the order of the file; the one of all postings, '', among them. */
  names(): IterableIterator<string> {
    return this.#names.keys();
  }

  /** About how many values a name has: 31 too many at most. */
  valueCount(name: string): number {
    return SAMPLING * Math.max(0, (this.#names.get(name)?.values.length ?? 0) - 1);
  }

  /** Goes through the values of a name in order, until the visitor has enough. */
  visit(name: string, visitor: EntryVisitor): void {
    const sampled = this.#names.get(name);
    if (sampled !== undefined) this.#walk(sampled, 0, visitor);
  }

  /** Where the postings of those of the values are that exist. `values` are in order, without repetitions. */
  find(name: string, values: readonly string[]): number[] {
    const found: number[] = [];
    const sampled = this.#names.get(name);
    if (sampled === undefined) return found;
    for (let at = 0; at < values.length;) {
      const from = lastNotAfter(sampled.values, values[at]!);
      if (from < 0) {
        at++;
        continue;
      }
      // The last value is always held: behind it there is nothing.
      if (from === sampled.values.length - 1 && values[at] !== sampled.values[from]) break;
      const next = sampled.values[from + 1];
      this.#walk(sampled, from, (value, postingsAt) => {
        while (at < values.length && compareText(values[at]!, value) < 0) at++;
        if (values[at] === value) {
          found.push(postingsAt);
          at++;
        }
        // What stands at the next held entry or behind is found faster from there.
        return at < values.length && (next === undefined || compareText(values[at]!, next) < 0);
      });
    }
    return found;
  }

  release(): void {
    this.#cursor.release();
  }

  #sample(cursor: FileCursor, start: number): void {
    let name: string | undefined;
    let sampled: SampledName | undefined;
    for (let left = cursor.u32(); left > 0; left--) {
      const place = cursor.position - start;
      const keys = cursor.uvarint();
      if (keys !== KEYS) {
        throw corruption(this.#path, `unexpected number of keys for postings offset table ${keys}`);
      }
      const entryName = cursor.uvarintText();
      const value = cursor.uvarintText();
      cursor.uvarint();
      if (sampled === undefined || entryName !== name) {
        sampled?.close();
        name = entryName;
        sampled = new SampledName();
        this.#names.set(name, sampled);
      }
      sampled.add(value, place);
    }
    sampled?.close();
  }

  #walk(sampled: SampledName, from: number, visitor: EntryVisitor): void {
    const last = sampled.values.at(-1);
    const cursor = this.#cursor;
    let position = this.#start + sampled.places[from]!;
    reading(this.#path, 'get postings offset entry', () => {
      for (;;) {
        // The visitor reads postings, and may come back here.
        cursor.seek(position, this.#end);
        cursor.uvarint();
        cursor.skip(cursor.uvarint());
        const value = cursor.uvarintText();
        const postingsAt = cursor.uvarint();
        position = cursor.position;
        if (!visitor(value, postingsAt) || value === last) return;
      }
    });
  }
}

/** The last place whose value is not after `value`; -1 when all are. */
function lastNotAfter(values: readonly string[], value: string): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(values[middle]!, value) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
