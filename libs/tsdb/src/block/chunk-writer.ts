import { ByteWriter, crc32c } from '@narthex/bytes';
import { type ChunkRead } from '@narthex/storage';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BufferedFile } from './buffered-file.js';
import {
  chunkRef,
  CHUNKS_MAGIC,
  CHUNKS_VERSION,
  SEGMENT_BYTES,
  SEGMENT_HEADER_BYTES,
  segmentFileName,
} from './chunk-format.js';
import { syncFolder } from './durable-files.js';

/** The most that stands around a chunk's data: length, encoding, checksum. */
const FRAME_BYTES = 5 + 1 + 4;

/** Writes chunks into segments, one behind the other. */
export class ChunkWriter {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #scratch = new ByteWriter(64);
  readonly #full: Promise<void>[] = [];
  #segment = -1;
  #file: BufferedFile | undefined;

  /** Makes the folder. */
  constructor(folder: string, segmentBytes: number = SEGMENT_BYTES) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    mkdirSync(folder, { recursive: true });
  }

  /** Writes one chunk and returns its ref for the index. */
  write({ encoding, bytes }: Pick<ChunkRead, 'encoding' | 'bytes'>): number {
    const file = this.#fileFor(bytes.length + FRAME_BYTES);
    const ref = chunkRef(this.#segment, file.position);
    const scratch = this.#scratch.clear();
    scratch.uvarint(bytes.length);
    const encodingAt = scratch.length;
    scratch.u8(encoding);
    file.write(scratch.view());
    const checksum = crc32c(bytes, 0, bytes.length, crc32c(scratch.view(encodingAt)));
    file.write(bytes);
    scratch.clear().u32(checksum);
    file.write(scratch.view());
    return ref;
  }

  /** Makes everything durable and closes. */
  async finish(): Promise<void> {
    this.#cut();
    await Promise.all(this.#full);
    await syncFolder(this.#folder);
  }

  /** Closes without more ado. */
  async abort(): Promise<void> {
    this.#file?.close();
    this.#file = undefined;
    await Promise.allSettled(this.#full);
  }

  #fileFor(sizeBytes: number): BufferedFile {
    const file = this.#file;
    if (file !== undefined) {
      const isEmpty = file.position <= SEGMENT_HEADER_BYTES;
      if (isEmpty || file.position + sizeBytes <= this.#segmentBytes) return file;
    }
    this.#cut();
    this.#segment++;
    this.#file = new BufferedFile(join(this.#folder, segmentFileName(this.#segment)));
    const header = this.#scratch.clear();
    header.u32(CHUNKS_MAGIC);
    header.u8(CHUNKS_VERSION);
    this.#file.write(header.view());
    this.#file.pad(SEGMENT_HEADER_BYTES);
    return this.#file;
  }

  #cut(): void {
    if (this.#file === undefined) return;
    const full = this.#file.finish();
    // Its error is thrown by finish; until then it must not count as unhandled.
    full.catch(() => undefined);
    this.#full.push(full);
    this.#file = undefined;
  }
}
