import { ByteWriter, crc32c } from '@narthex/bytes';
import { compareText } from '@narthex/model';
import { rmSync } from 'node:fs';
import { BufferedFile } from './buffered-file.js';
import { FileCursor } from './file-cursor.js';
import {
  aligned,
  encodeIndexToc,
  type IndexToc,
  SECTION_ALIGNMENT,
  SERIES_ALIGNMENT,
} from './index-format.js';
import { NamePostings } from './name-postings.js';
import { RandomAccessFile } from './random-access-file.js';
import { SymbolTable } from './symbol-table.js';

/** Postings gathered in one pass over the series, unless one name alone has more: eight bytes each. */
const PASS_POSTINGS = 1 << 21;
const COPY_BYTES = 65_536;

export interface IndexTailOptions {
  /** The index so far: symbols and series, flushed. */
  readonly file: BufferedFile;
  readonly symbols: ReadonlyMap<string, number>;
  /** How many series have each label name. */
  readonly uses: ReadonlyMap<string, number>;
  readonly seriesCount: number;
  readonly toc: Pick<IndexToc, 'symbols' | 'series' | 'labelIndices'>;
}

/**
 * The part of an index behind the series: label indices, postings, the two tables of their places, and the table of
 * contents. Postings and their table go through files beside the index, since what comes before them in the index is
 * known only with them.
 */
export class IndexTail {
  readonly #options: IndexTailOptions;
  readonly #scratch = new ByteWriter(4096);
  /** Names in order, with the places of their label indices. */
  readonly #labelIndices: { readonly name: string; readonly place: number }[] = [];
  #tableEntries = 0;

  constructor(options: IndexTailOptions) {
    this.#options = options;
  }

  write(): void {
    const { file, toc } = this.#options;
    const opened: BufferedFile[] = [];
    const beside = (suffix: string): BufferedFile => {
      const made = new BufferedFile(`${file.path}${suffix}`);
      opened.push(made);
      return made;
    };
    try {
      const postings = beside('_tmp_p');
      const table = beside('_tmp_po');
      this.#gather(postings, table);

      const postingsAt = file.position;
      file.pad(SECTION_ALIGNMENT);
      const adjustment = file.position;
      this.#copy(postings);
      const labelIndexTable = file.position;
      this.#writeLabelIndexTable();
      const postingsTable = file.position;
      this.#writePostingsTable(table, adjustment);
      file.write(encodeIndexToc({ ...toc, labelIndexTable, postings: postingsAt, postingsTable }));
    } finally {
      for (const made of opened) {
        made.close();
        rmSync(made.path, { force: true });
      }
    }
  }

  #gather(postings: BufferedFile, table: BufferedFile): void {
    const { file, symbols, uses, seriesCount, toc } = this.#options;
    const read = RandomAccessFile.open(file.path);
    try {
      const texts = new SymbolTable(read, toc.symbols);
      const cursor = new FileCursor(read);
      this.#writePostings(postings, table, '', '', this.#allRefs(cursor));
      const names = [...uses.keys()].sort(compareText);
      const budget = Math.max(seriesCount, PASS_POSTINGS);
      for (let from = 0; from < names.length;) {
        const pass = new Map<number, NamePostings>();
        let planned = 0;
        const first = from;
        while (from < names.length && (from === first || planned + uses.get(names[from]!)! <= budget)) {
          const name = names[from++]!;
          const count = uses.get(name)!;
          planned += count;
          pass.set(symbols.get(name)!, new NamePostings(name, count));
        }
        this.#collect(cursor, pass);
        for (const name of pass.values()) this.#writeName(postings, table, name, texts);
      }
    } finally {
      read.close();
    }
  }

  /** Calls `each` with the place of each series; the cursor stands at the series' contents. */
  #eachSeries(cursor: FileCursor, each: (ref: number) => void): void {
    const { seriesCount, toc } = this.#options;
    let position = toc.series;
    for (let i = 0; i < seriesCount; i++) {
      position = aligned(position, SERIES_ALIGNMENT);
      cursor.seek(position, toc.labelIndices);
      const length = cursor.uvarint();
      const end = cursor.position + length + 4;
      each(position / SERIES_ALIGNMENT);
      position = end;
    }
  }

  #allRefs(cursor: FileCursor): Uint32Array {
    const refs = new Uint32Array(this.#options.seriesCount);
    let count = 0;
    this.#eachSeries(cursor, (ref) => (refs[count++] = ref));
    return refs;
  }

  #collect(cursor: FileCursor, pass: ReadonlyMap<number, NamePostings>): void {
    this.#eachSeries(cursor, (ref) => {
      for (let left = cursor.uvarint(); left > 0; left--) {
        const name = pass.get(cursor.uvarint());
        const value = cursor.uvarint();
        name?.add(value, ref);
      }
    });
  }

  #writeName(postings: BufferedFile, table: BufferedFile, name: NamePostings, texts: SymbolTable): void {
    const values = name.sort();
    for (const { symbol, refs } of name.lists()) {
      this.#writePostings(postings, table, name.name, texts.lookup(symbol), refs);
    }
    const { file } = this.#options;
    file.pad(SECTION_ALIGNMENT);
    this.#labelIndices.push({ name: name.name, place: file.position });
    const section = this.#scratch.clear();
    section.u32(8 + 4 * values.length);
    section.u32(1);
    section.u32(values.length);
    for (const value of values) section.u32(value);
    section.u32(crc32c(section.view(4)));
    file.write(section.view());
  }

  #writePostings(
    postings: BufferedFile,
    table: BufferedFile,
    name: string,
    value: string,
    refs: Uint32Array,
  ): void {
    postings.pad(SECTION_ALIGNMENT);
    const scratch = this.#scratch.clear();
    scratch.uvarint(2);
    scratch.uvarintText(name);
    scratch.uvarintText(value);
    // From the start of the postings, as long as their place in the index is not known.
    scratch.uvarint(postings.position);
    table.write(scratch.view());
    this.#tableEntries++;

    scratch.clear();
    scratch.u32(4 + 4 * refs.length);
    scratch.u32(refs.length);
    for (const ref of refs) scratch.u32(ref);
    scratch.u32(crc32c(scratch.view(4)));
    postings.write(scratch.view());
  }

  #copy(from: BufferedFile): void {
    from.flush();
    const read = RandomAccessFile.open(from.path);
    try {
      const cursor = new FileCursor(read).seek(0);
      while (cursor.remaining > 0) {
        this.#options.file.write(cursor.bytes(Math.min(cursor.remaining, COPY_BYTES)));
      }
    } finally {
      read.close();
    }
  }

  #writeLabelIndexTable(): void {
    const section = this.#scratch.clear();
    section.u32(0);
    section.u32(this.#labelIndices.length);
    for (const { name, place } of this.#labelIndices) {
      section.uvarint(1);
      section.uvarintText(name);
      section.uvarint(place);
    }
    section.patchU32(0, section.length - 4);
    section.u32(crc32c(section.view(4)));
    this.#options.file.write(section.view());
  }

  /** The entries of the file beside, their places moved by `adjustment`. */
  #writePostingsTable(table: BufferedFile, adjustment: number): void {
    const { file } = this.#options;
    const start = file.position;
    const scratch = this.#scratch.clear();
    scratch.u32(0);
    scratch.u32(this.#tableEntries);
    file.write(scratch.view());
    let crc = crc32c(scratch.view(4));
    table.flush();
    const read = RandomAccessFile.open(table.path);
    try {
      const cursor = new FileCursor(read).seek(0);
      for (let left = this.#tableEntries; left > 0; left--) {
        scratch.clear();
        scratch.uvarint(cursor.uvarint());
        scratch.uvarintBytes(cursor.bytes(cursor.uvarint()));
        scratch.uvarintBytes(cursor.bytes(cursor.uvarint()));
        scratch.uvarint(cursor.uvarint() + adjustment);
        crc = crc32c(scratch.view(), 0, scratch.length, crc);
        file.write(scratch.view());
      }
    } finally {
      read.close();
    }
    const length = file.position - start - 4;
    if (length > 0xffff_ffff) throw new RangeError(`length size exceeds 4 bytes: ${length}`);
    scratch.clear().u32(length);
    file.patch(start, scratch.view());
    scratch.clear().u32(crc);
    file.write(scratch.view());
  }
}
