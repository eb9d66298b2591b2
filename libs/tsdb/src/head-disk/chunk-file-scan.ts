import { crc32c } from '@narthex/bytes';
import { chunkSampleCount } from '@narthex/chunks';
import { type Clock } from '@narthex/process';
import { StorageError } from '@narthex/storage';
import { open, type FileHandle } from 'node:fs/promises';
import { chunkFilePath } from './chunk-file-names.js';
import {
  CHECKSUM_BYTES,
  FILE_HEADER_BYTES,
  FIXED_BYTES,
  HEAD_CHUNKS_MAGIC,
  HEAD_CHUNKS_VERSION,
  MAX_RECORD_META_BYTES,
  OUT_OF_ORDER_BIT,
} from './chunk-record.js';
import { HeadChunkCorruptionError } from './errors.js';

const BUFFER_BYTES = 1 << 20;
const SLICE_MS = 10;
const LONGEST_VARINT = 5;
const TWO_32 = 2 ** 32;

/** One record, as a scan meets it. The object is the same every time. */
export interface ScannedChunk {
  seriesRef: number;
  minTimeMs: number;
  maxTimeMs: number;
  /** Without the bit that says out of order. */
  encoding: number;
  outOfOrder: boolean;
  /** As the chunk's own header says. */
  sampleCount: number;
  file: number;
  /** Where the chunk's data begin, and how long they are. */
  dataOffset: number;
  sizeBytes: number;
}

export interface ScanOptions {
  readonly folder: string;
  readonly file: number;
  readonly clock: Clock;
  readonly visit: (chunk: Readonly<ScannedChunk>) => void;
}

/**
 * Goes through a file of head chunks from front to back and checks every record. The event loop gets its turn now
 * and then.
 * @throws HeadChunkCorruptionError at the first record that is not whole
 */
export async function scanChunkFile(options: ScanOptions): Promise<void> {
  const handle = await open(chunkFilePath(options.folder, options.file), 'r');
  try {
    const { size } = await handle.stat();
    await new Scan(handle, size, options).run();
  } finally {
    await handle.close();
  }
}

/**
 * Checks the header of a file.
 * @throws StorageError with code `CORRUPT`, which upstream does not repair either
 */
export async function checkFileHeader(folder: string, file: number): Promise<void> {
  const path = chunkFilePath(folder, file);
  const handle = await open(path, 'r');
  try {
    const header = Buffer.alloc(FILE_HEADER_BYTES);
    const { bytesRead } = await handle.read(header, 0, FILE_HEADER_BYTES, 0);
    if (bytesRead < FILE_HEADER_BYTES)
      throw new StorageError('CORRUPT', `${path}: invalid head chunk file header: invalid size`);
    const magic = header.readUInt32BE(0);
    if (magic !== HEAD_CHUNKS_MAGIC)
      throw new StorageError('CORRUPT', `${path}: invalid magic number ${magic.toString(16)}`);
    if (header[4] !== HEAD_CHUNKS_VERSION)
      throw new StorageError('CORRUPT', `${path}: invalid chunk format version ${header[4]}`);
  } finally {
    await handle.close();
  }
}

class Scan {
  readonly #handle: FileHandle;
  readonly #fileBytes: number;
  readonly #options: ScanOptions;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  /** The buffer holds the file's bytes from here on, so many of them. */
  #start = 0;
  #filled = 0;

  constructor(handle: FileHandle, fileBytes: number, options: ScanOptions) {
    this.#handle = handle;
    this.#fileBytes = fileBytes;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { clock, visit, file } = this.#options;
    const fileBytes = this.#fileBytes;
    const chunk: ScannedChunk = {
      seriesRef: 0,
      minTimeMs: 0,
      maxTimeMs: 0,
      encoding: 0,
      outOfOrder: false,
      sampleCount: 0,
      file,
      dataOffset: 0,
      sizeBytes: 0,
    };
    let startedMs = clock.monotonicMs();
    for (let at = FILE_HEADER_BYTES; at < fileBytes;) {
      const left = fileBytes - at;
      if (left < MAX_RECORD_META_BYTES) {
        await this.#need(at, left);
        if (this.#isZero(at, left)) return;
        throw this.#corruption(
          "head chunk file has some unread data, but doesn't include enough bytes to read the chunk header" +
            ` - required:${at + MAX_RECORD_META_BYTES}, available:${fileBytes}, file:${file}`,
        );
      }
      if (!this.#holds(at, MAX_RECORD_META_BYTES)) await this.#need(at, MAX_RECORD_META_BYTES);
      // No series has the number 0: the rest was only set aside.
      if (this.#isZero(at, FIXED_BYTES - 1)) return;
      this.#readHead(at, chunk);
      const end = chunk.dataOffset + chunk.sizeBytes;
      if (end + CHECKSUM_BYTES > fileBytes) {
        throw this.#corruption(
          "head chunk file doesn't include enough bytes to read the chunk header" +
            ` - required:${end + CHECKSUM_BYTES}, available:${fileBytes}, file:${file}`,
        );
      }
      const length = end + CHECKSUM_BYTES - at;
      if (!this.#holds(at, length)) await this.#need(at, length);
      this.#check(at, end);
      const dataAt = chunk.dataOffset - this.#start;
      chunk.sampleCount =
        chunk.sizeBytes < 2 ? 0 : chunkSampleCount(chunk.encoding, this.#buffer.subarray(dataAt, dataAt + 2));
      visit(chunk);
      at = end + CHECKSUM_BYTES;
      if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      startedMs = clock.monotonicMs();
    }
  }

  #readHead(at: number, into: ScannedChunk): void {
    const buffer = this.#buffer;
    let from = at - this.#start;
    into.seriesRef = buffer.readUInt32BE(from) * TWO_32 + buffer.readUInt32BE(from + 4);
    into.minTimeMs = buffer.readInt32BE(from + 8) * TWO_32 + buffer.readUInt32BE(from + 12);
    into.maxTimeMs = buffer.readInt32BE(from + 16) * TWO_32 + buffer.readUInt32BE(from + 20);
    const encoding = buffer[from + 24]!;
    into.encoding = encoding & ~OUT_OF_ORDER_BIT;
    into.outOfOrder = (encoding & OUT_OF_ORDER_BIT) !== 0;
    from += FIXED_BYTES;
    let size = 0;
    for (let scale = 1, bytes = 1; ; scale *= 0x80, bytes++) {
      const byte = buffer[from++]!;
      size += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      if (bytes === LONGEST_VARINT) throw this.#corruption(`reading chunk length failed with -${bytes}`);
    }
    into.sizeBytes = size;
    into.dataOffset = from + this.#start;
  }

  #check(at: number, end: number): void {
    const expected = this.#buffer.readUInt32BE(end - this.#start);
    const actual = crc32c(this.#buffer, at - this.#start, end - this.#start);
    if (actual !== expected)
      throw this.#corruption(`checksum mismatch expected:${hex(expected)}, actual:${hex(actual)}`);
  }

  #isZero(at: number, length: number): boolean {
    const from = at - this.#start;
    for (let i = from; i < from + length; i++) if (this.#buffer[i] !== 0) return false;
    return true;
  }

  #holds(at: number, length: number): boolean {
    return at >= this.#start && at + length <= this.#start + this.#filled;
  }

  /** Reads on so that `[at, at + length)` is in the buffer; the caller knows that the file is long enough. */
  async #need(at: number, length: number): Promise<void> {
    if (length > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(2 * length);
    this.#start = at;
    this.#filled = 0;
    while (this.#filled < length) {
      const { bytesRead } = await this.#handle.read(
        this.#buffer,
        this.#filled,
        this.#buffer.length - this.#filled,
        at + this.#filled,
      );
      if (bytesRead === 0) throw this.#corruption('the file became shorter while it was read');
      this.#filled += bytesRead;
    }
  }

  #corruption(what: string): HeadChunkCorruptionError {
    return new HeadChunkCorruptionError(this.#options.folder, this.#options.file, what);
  }
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
