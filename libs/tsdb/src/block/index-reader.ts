import { Labels } from '@narthex/model';
import { corruption, reading } from './corruption.js';
import { FileCursor } from './file-cursor.js';
import { type IndexToc, readIndexToc, SERIES_ALIGNMENT } from './index-format.js';
import { PostingsUnion } from './postings-lists.js';
import { PostingsTable } from './postings-table.js';
import { RandomAccessFile } from './random-access-file.js';
import { type SeriesEntry } from './series-entry.js';
import { SymbolTable } from './symbol-table.js';

/** The name and value under which the index lists all its series. */
const ALL_POSTINGS = '';

/**
 * Reads a block's index, version 2. Series are named by their refs, which ascend in the order of their labels. Every
 * read throws `StorageError` CORRUPT where the file is broken.
 */
export class IndexReader {
  readonly #file: RandomAccessFile;
  readonly #toc: IndexToc;
  readonly symbols: SymbolTable;
  readonly #table: PostingsTable;
  readonly #series: FileCursor;
  readonly #postings: FileCursor;
  /** Label names by symbol: few, and half of what is looked up. */
  readonly #names = new Map<number, string>();

  private constructor(file: RandomAccessFile) {
    this.#file = file;
    this.#toc = readIndexToc(file);
    this.symbols = new SymbolTable(file, this.#toc.symbols);
    this.#table = new PostingsTable(file, this.#toc.postingsTable);
    this.#series = new FileCursor(file);
    this.#postings = new FileCursor(file);
  }

  static open(path: string): IndexReader {
    const file = RandomAccessFile.open(path);
    try {
      return new IndexReader(file);
    } catch (cause) {
      file.close();
      throw cause;
    }
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  get path(): string {
    return this.#file.path;
  }

  /** In order. */
  labelNames(): string[] {
    return [...this.#table.names()].filter((name) => name !== ALL_POSTINGS);
  }

  /** In order; `limit` 0 for all. */
  labelValues(name: string, limit = 0): string[] {
    const values: string[] = [];
    if (name === ALL_POSTINGS) return values;
    this.#table.visit(name, (value) => {
      values.push(value);
      return values.length !== limit;
    });
    return values;
  }

  allPostings(): Uint32Array {
    return this.#union(this.#table.find(ALL_POSTINGS, [ALL_POSTINGS]));
  }

  /** The series that have one of these values, which are in order and without repetitions. */
  postings(name: string, values: readonly string[]): Uint32Array {
    return name === ALL_POSTINGS ? this.#union([]) : this.#union(this.#table.find(name, values));
  }

  /** The series with a value that the test accepts. */
  postingsWhere(name: string, accepts: (value: string) => boolean): Uint32Array {
    const places: number[] = [];
    if (name !== ALL_POSTINGS) {
      this.#table.visit(name, (value, place) => {
        if (accepts(value)) places.push(place);
        return true;
      });
    }
    return this.#union(places);
  }

  /** Calls the visitor with each value of a name and the series that have it. */
  visitPostings(name: string, visitor: (value: string, refs: Uint32Array) => boolean): void {
    if (name === ALL_POSTINGS) return;
    this.#table.visit(name, (value, place) => visitor(value, this.#union([place])));
  }

  /** Decodes the series of a ref into `into`. */
  series(ref: number, into: SeriesEntry): void {
    const { path } = this.#file;
    reading(path, 'read series', () => {
      const cursor = this.#series.seek(ref * SERIES_ALIGNMENT, this.#toc.labelIndices);
      into.decode(cursor.checked(cursor.uvarint(), 'read series'), path);
    });
  }

  /** The labels of a decoded series. */
  labelsOf(entry: SeriesEntry): Labels {
    const pairs: string[] = [];
    for (let i = 0; i < entry.labelCount; i++) {
      pairs.push(this.nameOf(entry.symbols[2 * i]!), this.symbols.lookup(entry.symbols[2 * i + 1]!));
    }
    return Labels.fromSortedPairs(pairs);
  }

  /** A label name by its symbol. */
  nameOf(symbol: number): string {
    let name = this.#names.get(symbol);
    if (name === undefined) {
      name = this.symbols.lookup(symbol);
      this.#names.set(symbol, name);
    }
    return name;
  }

  /** Lets go what can be read again. */
  release(): void {
    this.symbols.release();
    this.#table.release();
    this.#series.release();
    this.#postings.release();
  }

  close(): void {
    this.release();
    this.#file.close();
  }

  #union(places: readonly number[]): Uint32Array {
    const union = new PostingsUnion();
    for (const place of places) this.#addList(place, union);
    return union.refs();
  }

  #addList(place: number, union: PostingsUnion): void {
    const { path } = this.#file;
    reading(path, 'decode postings', () => {
      const cursor = this.#postings.seek(place, this.#toc.postingsTable);
      const bytes = cursor.checked(cursor.u32(), 'decode postings');
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const count = bytes.length >= 4 ? view.getUint32(0) : 0;
      if (bytes.length !== 4 + 4 * count) {
        throw corruption(path, `unexpected postings length, ${bytes.length} bytes for ${count} postings`);
      }
      union.addBigEndian(view, 4, count);
    });
  }
}
