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
  #symbols: SymbolTable | undefined;
  #postingsTable: PostingsTable | undefined;
  readonly #series: FileCursor;
  readonly #postings: FileCursor;
  /** Label names by symbol: few, and half of what is looked up. */
  readonly #names = new Map<number, string>();
  /** The labels asked for last, as symbols and texts: those of the next series are mostly the same. */
  readonly #lastSymbols: number[] = [];
  readonly #lastTexts: string[] = [];
  #seriesCount: number | undefined;

  private constructor(file: RandomAccessFile) {
    this.#file = file;
    this.#toc = readIndexToc(file);
    this.#series = new FileCursor(file);
    this.#postings = new FileCursor(file);
  }

  /**
   * Goes through the tables of symbols and postings, which takes its time where labels have many values: in parts of
   * a second a million. With `lazy` that is left for the first who needs them; damage in them shows then.
   */
  static open(path: string, { lazy = false }: { readonly lazy?: boolean } = {}): IndexReader {
    const file = RandomAccessFile.open(path);
    try {
      const reader = new IndexReader(file);
      if (!lazy) reader.#load();
      return reader;
    } catch (cause) {
      file.close();
      throw cause;
    }
  }

  get symbols(): SymbolTable {
    return (this.#symbols ??= new SymbolTable(this.#file, this.#toc.symbols));
  }

  /** What {@link SymbolTable.residentBytes} is, or will be. */
  get symbolTableBytes(): number {
    return this.#symbols?.residentBytes ?? SymbolTable.residentBytesAt(this.#file, this.#toc.symbols);
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

  /** About how many values a name has. */
  valueCount(name: string): number {
    return this.#table.valueCount(name);
  }

  /** How many series there are. */
  get seriesCount(): number {
    this.#seriesCount ??= this.allPostings().length;
    return this.#seriesCount;
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

  /** Decodes the labels alone of a series that {@link series} has decoded before. */
  labelSymbols(ref: number, into: SeriesEntry): void {
    const { path } = this.#file;
    reading(path, 'read series', () => {
      const cursor = this.#series.seek(ref * SERIES_ALIGNMENT, this.#toc.labelIndices);
      into.decodeLabels(cursor.bytes(cursor.uvarint()), path);
    });
  }

  /** The labels of a decoded series. */
  labelsOf(entry: SeriesEntry): Labels {
    const pairs = new Array<string>(2 * entry.labelCount);
    for (let i = 0; i < pairs.length; i++) {
      const symbol = entry.symbols[i]!;
      if (this.#lastSymbols[i] !== symbol) {
        this.#lastTexts[i] = i % 2 === 0 ? this.nameOf(symbol) : this.symbols.lookup(symbol);
        this.#lastSymbols[i] = symbol;
      }
      pairs[i] = this.#lastTexts[i]!;
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
    this.#symbols?.release();
    this.#lastSymbols.length = 0;
    this.#lastTexts.length = 0;
    this.#postingsTable?.release();
    this.#series.release();
    this.#postings.release();
  }

  close(): void {
    this.release();
    this.#file.close();
  }

  get #table(): PostingsTable {
    return (this.#postingsTable ??= new PostingsTable(this.#file, this.#toc.postingsTable));
  }

  #load(): void {
    this.#symbols ??= this.symbols;
    this.#postingsTable ??= this.#table;
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
