import { ByteReader, crc32c } from '@narthex/bytes';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHUNKS_MAGIC, CHUNKS_VERSION, positionOf, SEGMENT_HEADER_BYTES, segmentOf } from './chunk-format.js';
import { asCorruption, corruption } from './corruption.js';
import { FilePages, type PagePool } from './file-pages.js';
import { RandomAccessFile } from './random-access-file.js';

interface Segment {
  readonly file: RandomAccessFile;
  readonly pages: FilePages;
}

/** The most bytes of a varint. */
const LENGTH_BYTES = 10;
const CHECKSUM_BYTES = 4;
const NO_BYTES = new Uint8Array(0);

/** Reads the chunks of a block. The fields hold the chunk that was found last. */
export class ChunkReader {
  /** The number of the encoding; the one before it on disk. */
  encoding = 0;
  /** The chunk's data are `source[start, start + length)`, valid until the next call of {@link find}. */
  source: Uint8Array = NO_BYTES;
  start = 0;
  length = 0;
  /** The checksum that stands behind the data: of the encoding, in one byte, and the data. */
  checksum = 0;
  readonly #segments: readonly Segment[];
  readonly #folder: string;
  readonly #reader = new ByteReader(new Uint8Array(0));
  #end = 0;

  private constructor(folder: string, segments: readonly Segment[]) {
    this.#folder = folder;
    this.#segments = segments;
  }

  /** Opens all segments of the folder and checks their headers. @throws StorageError CORRUPT */
  static open(folder: string, pool: PagePool): ChunkReader {
    const names = readdirSync(folder).filter((name) => /^\d+$/.test(name));
    names.sort((a, b) => Number(a) - Number(b));
    const segments: Segment[] = [];
    try {
      for (const name of names) {
        const file = RandomAccessFile.open(join(folder, name));
        segments.push({ file, pages: new FilePages(file, pool) });
        checkHeader(file);
      }
    } catch (cause) {
      for (const { file } of segments) file.close();
      throw cause;
    }
    return new ChunkReader(folder, segments);
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  }

  /** Finds the chunk of a ref; whether it is what was written, only {@link check} says. @throws StorageError CORRUPT */
  find(ref: number): void {
    const segment = this.#segmentOf(ref);
    try {
      this.#findAt(segment, positionOf(ref));
    } catch (cause) {
      throw asCorruption(segment.file.path, 'read chunk', cause);
    }
  }

  /**
   * Compares the checksum of the chunk found last, by that ref, with what stands behind it. Who has not made it where
   * the bytes are anyway leaves it out.
   * @throws StorageError CORRUPT
   */
  check(ref: number, sum = this.#sum()): void {
    if (sum === this.checksum) return;
    const [want, got] = [this.checksum, sum].map((checksum) => checksum.toString(16));
    const { path } = this.#segmentOf(ref).file;
    throw corruption(path, `checksum mismatch expected:${want!}, actual:${got!}`);
  }

  #sum(): number {
    return crc32c(this.source, this.start, this.start + this.length, encodingChecksum(this.encoding));
  }

  #segmentOf(ref: number): Segment {
    const segment = this.#segments[segmentOf(ref)];
    if (segment !== undefined) return segment;
    throw corruption(this.#folder, `reference sequence ${segmentOf(ref)} out of range`);
  }

  /** A chunk is the length of its data, the encoding, the data, and the checksum of the last two. */
  #findAt({ file, pages }: Segment, position: number): void {
    pages.find(position, Math.min(LENGTH_BYTES, Math.max(1, file.sizeBytes - position)));
    const start = pages.at;
    const length = this.#uvarint(pages.bytes, start);
    pages.find(position + (this.#end - start), 1 + length + CHECKSUM_BYTES);
    const { bytes, at } = pages;
    const end = at + 1 + length;
    const [a, b, c, d] = [bytes[end]!, bytes[end + 1]!, bytes[end + 2]!, bytes[end + 3]!];
    this.checksum = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    this.encoding = bytes[at]!;
    this.source = bytes;
    this.start = at + 1;
    this.length = length;
  }

  /** A view of the chunk's data. */
  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.start + this.length);
  }

  /** The unsigned varint at a place; {@link #end} is behind it then. */
  #uvarint(bytes: Uint8Array, at: number): number {
    const [first, second] = [bytes[at]!, bytes[at + 1]!];
    // Chunks are mostly of 128 bytes to 16 KiB.
    if (first >= 0x80 && second < 0x80) {
      this.#end = at + 2;
      return (first & 0x7f) | (second << 7);
    }
    const length = this.#reader.reset(bytes, at).uvarint();
    this.#end = this.#reader.position;
    return length;
  }

  /** Lets go what can be read again. */
  release(): void {
    this.source = NO_BYTES;
    this.start = this.length = 0;
    for (const { pages } of this.#segments) pages.release();
  }

  close(): void {
    this.release();
    for (const { file } of this.#segments) file.close();
  }
}

/** The checksum of the byte that stands before a chunk's data. */
export function encodingChecksum(encoding: number): number {
  return crc32c(Uint8Array.of(encoding));
}

function checkHeader(file: RandomAccessFile): void {
  const header = new Uint8Array(SEGMENT_HEADER_BYTES);
  if (file.read(header, 0, header.length, 0) < header.length) {
    throw corruption(file.path, 'invalid segment header in segment: invalid size');
  }
  const reader = new ByteReader(header);
  const magic = reader.u32();
  if (magic !== CHUNKS_MAGIC) throw corruption(file.path, `invalid magic number ${magic.toString(16)}`);
  const version = reader.u8();
  if (version !== CHUNKS_VERSION) throw corruption(file.path, `invalid chunk format version ${version}`);
}
