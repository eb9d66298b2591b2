import { ByteWriter, crc32c } from '@narthex/bytes';
import { compareText, type Labels } from '@narthex/model';
import { StorageError } from '@narthex/storage';
import { BufferedFile } from './buffered-file.js';
import { FileCursor } from './file-cursor.js';
import { INDEX_HEADER_BYTES, INDEX_MAGIC, INDEX_VERSION, SERIES_ALIGNMENT } from './index-format.js';
import { IndexTail } from './index-tail.js';
import { RandomAccessFile } from './random-access-file.js';

/** Where a chunk of a series is: its times, both included, and its ref. */
export interface ChunkPlace {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly ref: number;
}

/**
 * Writes an index, version 2, byte for byte as Prometheus 3.5 does: first all symbols, then the series in the order of
 * their labels, then what can be told from these. In memory are the symbols and one entry at a time; postings are
 * gathered from the file in passes of bounded size.
 */
export class IndexWriter {
  readonly #file: BufferedFile;
  readonly #symbols = new Map<string, number>();
  /** How many series have each label name. */
  readonly #uses = new Map<string, number>();
  readonly #scratch = new ByteWriter(1024);
  readonly #prefix = new ByteWriter(16);
  readonly #seriesStart: number;
  #seriesCount = 0;
  #last: Labels | undefined;
  #lastRef = 0;

  /**
   * Creates the file at `path`, which must not exist. `symbols` are all names and values of the labels to come, in
   * the order of `compareText` and without repetitions; '' is added when it is not among them.
   */
  constructor(path: string, symbols: Iterable<string>) {
    this.#file = new BufferedFile(path);
    try {
      const scratch = this.#scratch;
      scratch.u32(INDEX_MAGIC);
      scratch.u8(INDEX_VERSION);
      this.#file.write(scratch.view());
      this.#writeSymbols(symbols);
      this.#seriesStart = this.#file.position;
    } catch (cause) {
      this.#file.close();
      throw cause;
    }
  }

  /** Adds the series behind the last one. Chunks are in order of time and of ref, and do not overlap. */
  addSeries(labels: Labels, chunks: readonly ChunkPlace[]): void {
    if (this.#last !== undefined && labels.compare(this.#last) <= 0) {
      const message = `out-of-order series added with label set ${labels.toString()}, last label set ${this.#last.toString()}`;
      throw new StorageError('INVALID_LABELS', message);
    }
    const entry = this.#scratch.clear();
    entry.uvarint(labels.size);
    for (let i = 0; i < labels.size; i++) {
      entry.uvarint(this.#symbol(labels.nameAt(i)));
      entry.uvarint(this.#symbol(labels.valueAt(i)));
    }
    this.#encodeChunks(entry, chunks);

    this.#file.pad(SERIES_ALIGNMENT);
    const prefix = this.#prefix.clear();
    prefix.uvarint(entry.length);
    entry.u32(crc32c(entry.view()));
    this.#file.write(prefix.view());
    this.#file.write(entry.view());
    for (let i = 0; i < labels.size; i++) {
      const name = labels.nameAt(i);
      this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    }
    this.#seriesCount++;
    this.#last = labels;
    this.#lastRef = chunks.at(-1)?.ref ?? this.#lastRef;
  }

  /** Writes the rest, makes the file durable and closes it. */
  async finish(): Promise<void> {
    try {
      const seriesEnd = this.#file.position;
      this.#file.flush();
      const tail = new IndexTail({
        file: this.#file,
        symbols: this.#symbols,
        uses: this.#uses,
        seriesCount: this.#seriesCount,
        toc: { symbols: INDEX_HEADER_BYTES, series: this.#seriesStart, labelIndices: seriesEnd },
      });
      tail.write();
      await this.#file.finish();
    } finally {
      this.#file.close();
    }
  }

  abort(): void {
    this.#file.close();
  }

  #symbol(text: string): number {
    const symbol = this.#symbols.get(text);
    if (symbol === undefined) {
      throw new StorageError('INVALID_LABELS', `symbol entry for ${JSON.stringify(text)} does not exist`);
    }
    return symbol;
  }

  #encodeChunks(entry: ByteWriter, chunks: readonly ChunkPlace[]): void {
    entry.uvarint(chunks.length);
    let timeMs = 0;
    let ref = this.#lastRef;
    chunks.forEach((chunk, i) => {
      if (chunk.ref < ref) throw new RangeError(`unsorted chunk reference: ${chunk.ref}, previous: ${ref}`);
      if (i > 0 && chunk.minTimeMs <= timeMs) {
        throw new RangeError(
          `chunk minT ${chunk.minTimeMs} is not higher than previous chunk maxT ${timeMs}`,
        );
      }
      if (chunk.maxTimeMs < chunk.minTimeMs) {
        throw new RangeError(`chunk maxT ${chunk.maxTimeMs} is less than minT ${chunk.minTimeMs}`);
      }
      if (i === 0) entry.varint(chunk.minTimeMs);
      else entry.uvarint(chunk.minTimeMs - timeMs);
      entry.uvarint(chunk.maxTimeMs - chunk.minTimeMs);
      if (i === 0) entry.uvarint(chunk.ref);
      else entry.varint(chunk.ref - ref);
      timeMs = chunk.maxTimeMs;
      ref = chunk.ref;
    });
  }

  #writeSymbols(symbols: Iterable<string>): void {
    const file = this.#file;
    const start = file.position;
    // Length and number of symbols come in when they are known.
    file.write(new Uint8Array(8));
    this.#addSymbol('');
    let last = '';
    for (const symbol of symbols) {
      if (symbol === '' && last === '') continue;
      if (compareText(symbol, last) <= 0) {
        throw new StorageError('INVALID_LABELS', `symbol ${JSON.stringify(symbol)} out-of-order`);
      }
      this.#addSymbol(symbol);
      last = symbol;
    }
    const end = file.position;
    if (end - start - 4 > 0xffff_ffff) throw new RangeError('symbol table size exceeds 4294967295 bytes');
    const head = this.#scratch.clear();
    head.u32(end - start - 4);
    head.u32(this.#symbols.size);
    file.patch(start, head.view());
    const checksum = checksumOf(file.path, start + 4, end);
    head.clear().u32(checksum);
    file.write(head.view());
  }

  #addSymbol(symbol: string): void {
    this.#symbols.set(symbol, this.#symbols.size);
    const entry = this.#scratch.clear();
    entry.uvarintText(symbol);
    this.#file.write(entry.view());
  }
}

/** The CRC-32C of a part of a file. */
function checksumOf(path: string, start: number, end: number): number {
  const file = RandomAccessFile.open(path);
  try {
    const cursor = new FileCursor(file).seek(start, end);
    let crc = 0;
    while (cursor.remaining > 0) {
      const bytes = cursor.bytes(Math.min(cursor.remaining, 65_536));
      crc = crc32c(bytes, 0, bytes.length, crc);
    }
    return crc;
  } finally {
    file.close();
  }
}
