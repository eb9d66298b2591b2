import { ByteReader, crc32c } from '@narthex/bytes';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHUNKS_MAGIC, CHUNKS_VERSION, positionOf, SEGMENT_HEADER_BYTES, segmentOf } from './chunk-format.js';
import { corruption, reading } from './corruption.js';
import { FileCursor } from './file-cursor.js';
import { RandomAccessFile } from './random-access-file.js';

interface Segment {
  readonly file: RandomAccessFile;
  readonly cursor: FileCursor;
}

/** Reads the chunks of a block. The fields hold the chunk that was read last. */
export class ChunkReader {
  /** The number of the encoding; the one before it on disk. */
  encoding = 0;
  /** The chunk's data; a view valid until the next read. */
  bytes: Uint8Array = new Uint8Array(0);
  readonly #segments: readonly Segment[];
  readonly #folder: string;

  private constructor(folder: string, segments: readonly Segment[]) {
    this.#folder = folder;
    this.#segments = segments;
  }

  /** Opens all segments of the folder and checks their headers. @throws StorageError CORRUPT */
  static open(folder: string): ChunkReader {
    const names = readdirSync(folder).filter((name) => /^\d+$/.test(name));
    names.sort((a, b) => Number(a) - Number(b));
    const segments: Segment[] = [];
    try {
      for (const name of names) {
        const file = RandomAccessFile.open(join(folder, name));
        segments.push({ file, cursor: new FileCursor(file) });
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

  /** Reads the chunk of a ref into the fields. @throws StorageError CORRUPT */
  read(ref: number): void {
    const segment = this.#segments[segmentOf(ref)];
    if (segment === undefined) {
      throw corruption(this.#folder, `reference sequence ${segmentOf(ref)} out of range`);
    }
    const { path } = segment.file;
    reading(path, 'read chunk', () => {
      const cursor = segment.cursor.seek(positionOf(ref));
      const length = cursor.uvarint();
      // Of encoding and data, then the checksum.
      const bytes = cursor.bytes(1 + length + 4);
      const sum = crc32c(bytes, 0, 1 + length);
      const expected = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1 + length);
      if (sum !== expected) {
        const [want, got] = [expected, sum].map((checksum) => checksum.toString(16));
        throw corruption(path, `checksum mismatch expected:${want!}, actual:${got!}`);
      }
      this.encoding = bytes[0]!;
      this.bytes = bytes.subarray(1, 1 + length);
    });
  }

  /** Lets go what can be read again. */
  release(): void {
    this.bytes = new Uint8Array(0);
    for (const { cursor } of this.#segments) cursor.release();
  }

  close(): void {
    this.release();
    for (const { file } of this.#segments) file.close();
  }
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
