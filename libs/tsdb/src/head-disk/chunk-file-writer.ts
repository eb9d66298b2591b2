import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { syncFolder } from '../block/durable-files.js';
import { chunkFilePath } from './chunk-file-names.js';
import { FILE_HEADER_BYTES, fileHeader } from './chunk-record.js';

/** Where a record begins. */
export interface RecordPlace {
  readonly file: number;
  readonly offset: number;
}

/** What is written at once at the most, if it is not one record. */
const LONGEST_WRITE_BYTES = 256 * 1024;

/** How far the writer had come. */
export interface WriterMark extends RecordPlace {
  readonly pending: number;
  readonly begun: boolean;
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
  #pendingBytes = 0;

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

  /** What waits to be written, in bytes. */
  get pendingBytes(): number {
    return this.#pendingBytes;
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
    this.#pendingBytes += bytes.length;
    return place;
  }

  /**
   * Sees to it that no record goes into a file up to this one, before the first is appended. Files in between are made,
   * for there must be no gap.
   */
  async skip(file: number): Promise<void> {
    if (this.#file === 0) this.#file = Math.max(0, file);
    while (this.#file < file) await this.#openFile(++this.#file);
  }

  mark(): WriterMark {
    return { file: this.#file, offset: this.#offset, begun: this.#begun, pending: this.#pending.length };
  }

  /** Takes back what was appended since a mark, which must not have been longer ago than the event loop's turn. */
  rewind({ file, offset, begun, pending }: WriterMark): void {
    for (const { bytes } of this.#pending.splice(pending)) this.#pendingBytes -= bytes.length;
    this.#file = file;
    this.#offset = offset;
    this.#begun = begun;
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
      const count = this.#together();
      const records = this.#pending.slice(0, count).map(({ bytes }) => bytes);
      await writeAll(this.#handle!, count === 1 ? records[0]! : Buffer.concat(records), next.offset);
      for (const { bytes, written } of this.#pending.splice(0, count)) {
        this.#pendingBytes -= bytes.length;
        written();
      }
    }
  }

  /** How many records at the head of the queue are one stretch of a file. */
  #together(): number {
    const [first] = this.#pending;
    let count = 0;
    let length = 0;
    for (const { file, bytes } of this.#pending) {
      length += bytes.length;
      if (file !== first?.file || (count > 0 && length > LONGEST_WRITE_BYTES)) break;
      count++;
    }
    return count;
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
