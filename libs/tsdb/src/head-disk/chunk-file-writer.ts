import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { syncFolder } from '../block/durable-files.js';
import { chunkFilePath } from './chunk-file-names.js';
import { FILE_HEADER_BYTES, fileHeader } from './chunk-record.js';

/** Where a record begins. */
export interface RecordPlace {
  readonly file: number;
  readonly offset: number;
}

interface Pending extends RecordPlace {
  readonly bytes: Uint8Array;
  readonly written: () => void;
}

export interface ChunkFileWriterOptions {
  readonly folder: string;
  /** The newest file there is; 0 for none. It is left alone: the first record begins a new one. */
  readonly lastFile: number;
  readonly maxFileBytes: number;
}

/**
 * Writes records into files, off the calling thread. A place is given away at once and the bytes follow in order.
 * What could not be written stays and is tried again at the same place with the same bytes, so whoever reads ahead of
 * what is written sees nothing that changes.
 */
export class ChunkFileWriter {
  readonly #folder: string;
  readonly #maxFileBytes: number;
  readonly #pending: Pending[] = [];
  /** Where the next record goes; no offset when it begins a file. */
  #file: number;
  #offset = 0;
  #begun = false;
  #handle: FileHandle | undefined;
  #handleFile = 0;
  #draining: Promise<void> | undefined;

  constructor({ folder, lastFile, maxFileBytes }: ChunkFileWriterOptions) {
    this.#folder = folder;
    this.#maxFileBytes = maxFileBytes;
    this.#file = lastFile;
  }

  /** The newest file a place was given away in; 0 before the first. */
  get currentFile(): number {
    return this.#begun ? this.#file : 0;
  }

  /** The oldest file that something still is to be written to; undefined when nothing waits. */
  get pendingFile(): number | undefined {
    return this.#pending[0]?.file;
  }

  /** Sees to it that the next record begins a new file. */
  cut(): void {
    if (this.#offset > FILE_HEADER_BYTES) this.#offset = 0;
  }

  /** Bytes that still go into the file that a record of `sizeBytes` would go to. */
  room(sizeBytes: number): number {
    const fits = this.#offset !== 0 && this.#offset + sizeBytes <= this.#maxFileBytes;
    return this.#maxFileBytes - (fits ? this.#offset : FILE_HEADER_BYTES);
  }

  /**
   * Gives records their place and takes the bytes, which must not change until `written` is called. That happens in
   * order, from {@link drain}.
   */
  append(bytes: Uint8Array, written: () => void): RecordPlace {
    if (this.#offset === 0 || this.#offset + bytes.length > this.#maxFileBytes) {
      this.#file++;
      this.#offset = FILE_HEADER_BYTES;
      this.#begun = true;
    }
    const place = { file: this.#file, offset: this.#offset };
    this.#offset += bytes.length;
    this.#pending.push({ ...place, bytes, written });
    return place;
  }

  /** Writes what waits. @throws the first error; what was not written waits on */
  drain(): Promise<void> {
    this.#draining ??= this.#drain().finally(() => (this.#draining = undefined));
    return this.#draining;
  }

  /** Makes what is written durable and lets the file go. What still waits is lost. */
  async close(): Promise<void> {
    await this.#draining?.catch(() => undefined);
    await this.#finishFile();
  }

  async #drain(): Promise<void> {
    for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
      if (this.#handle === undefined || this.#handleFile !== next.file) await this.#openFile(next.file);
      await writeAll(this.#handle!, next.bytes, next.offset);
      this.#pending.shift();
      next.written();
    }
  }

  async #openFile(file: number): Promise<void> {
    await this.#finishFile();
    const path = chunkFilePath(this.#folder, file);
    const beside = `${path}.tmp`;
    const handle = await open(beside, 'w', 0o666);
    try {
      await writeAll(handle, fileHeader(), 0);
      await rename(beside, path);
      await syncFolder(this.#folder);
    } catch (error) {
      await handle.close();
      await rm(beside, { force: true });
      throw error;
    }
    this.#handle = handle;
    this.#handleFile = file;
  }

  /** A file is whole on the disk before another begins, so that a crash leaves no gap. */
  async #finishFile(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    await handle.sync();
    this.#handle = undefined;
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
