import { StorageError } from '@narthex/storage';
import { RandomAccessFile } from '../block/random-access-file.js';
import { chunkFilePath } from './chunk-file-names.js';

/** Read at a place nobody was near before: about what one chunk needs. */
const FIRST_BYTES = 4096;
/** Where reads follow each other, they get longer up to this. */
const LONGEST_BYTES = 65_536;
/** Places read from at the same time: a range over many series goes through the files at one place for each chunk. */
const WINDOWS = 32;

interface Window {
  /** 0 while it holds nothing. */
  file: number;
  /** It holds the file's bytes from here on, so many of them. */
  start: number;
  length: number;
  /** How much the next read is. */
  step: number;
  usedAt: number;
  buffer: Uint8Array;
}

/**
 * Reads chunks from files of full head chunks, in one thread: small stretches of files that follow the reader, each
 * at its own pace. Files are open only while the thread has views open; what is read never changes.
 */
export class ChunkWindows {
  /** pread(2) calls so far. */
  reads = 0;
  readonly #folder: string;
  readonly #files = new Map<number, RandomAccessFile>();
  readonly #windows: Window[] = [];
  #uses = 0;
  #last = 0;

  /** @param folder `chunks_head` of the data directory */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Files that are open. */
  get openFiles(): number {
    return this.#files.size;
  }

  /**
   * Copies `[offset, offset + sizeBytes)` of a file to `target[to]` and on.
   * @throws StorageError with code `CORRUPT` when the file is not there or ends before
   */
  copy(file: number, offset: number, sizeBytes: number, target: Uint8Array, to: number): void {
    const window = this.#find(file, offset, sizeBytes);
    const from = offset - window.start;
    // A loop where it is short: a view to copy from costs more than the copying.
    if (sizeBytes > 48) target.set(window.buffer.subarray(from, from + sizeBytes), to);
    else for (let i = 0; i < sizeBytes; i++) target[to + i] = window.buffer[from + i]!;
  }

  /** Lets files and what was read of them go; for when no view is open. */
  rest(): void {
    if (this.#files.size === 0) return;
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    for (const window of this.#windows) window.file = 0;
  }

  #find(file: number, offset: number, sizeBytes: number): Window {
    const windows = this.#windows;
    // What was used last, and then what follows it: a reader that goes through several places takes turns.
    for (let i = 0, at = this.#last; i < windows.length; i++, at++) {
      if (at === windows.length) at = 0;
      const window = windows[at]!;
      if (window.file !== file || offset < window.start) continue;
      if (offset + sizeBytes > window.start + window.length) continue;
      this.#last = at;
      window.usedAt = ++this.#uses;
      return window;
    }
    return this.#load(file, offset, sizeBytes);
  }

  #load(file: number, offset: number, sizeBytes: number): Window {
    let at = this.#windowBefore(file, offset);
    if (at >= 0) {
      const window = this.#windows[at]!;
      window.step = Math.min(2 * window.step, LONGEST_BYTES);
    } else {
      at = this.#oldest();
      this.#windows[at]!.step = FIRST_BYTES;
    }
    const window = this.#windows[at]!;
    const wanted = Math.max(sizeBytes, window.step);
    if (wanted > window.buffer.length) window.buffer = new Uint8Array(wanted);
    window.file = 0;
    window.length = this.#open(file).read(window.buffer, 0, wanted, offset);
    this.reads++;
    if (window.length < sizeBytes) {
      const path = chunkFilePath(this.#folder, file);
      throw new StorageError('CORRUPT', `${path}: ends before the chunk at ${offset} (${sizeBytes} bytes)`);
    }
    window.file = file;
    window.start = offset;
    window.usedAt = ++this.#uses;
    this.#last = at;
    return window;
  }

  /** The window that ends shortly before a place, or in it; -1 for none. */
  #windowBefore(file: number, offset: number): number {
    let best = -1;
    for (let at = 0; at < this.#windows.length; at++) {
      const { file: its, start, length, step } = this.#windows[at]!;
      if (its !== file || offset < start || offset > start + length + step) continue;
      if (best < 0 || start > this.#windows[best]!.start) best = at;
    }
    return best;
  }

  #oldest(): number {
    if (this.#windows.length < WINDOWS) {
      const buffer = new Uint8Array(FIRST_BYTES);
      return this.#windows.push({ file: 0, start: 0, length: 0, step: 0, usedAt: 0, buffer }) - 1;
    }
    let oldest = 0;
    for (let at = 1; at < WINDOWS; at++) {
      if (this.#windows[at]!.usedAt < this.#windows[oldest]!.usedAt) oldest = at;
    }
    return oldest;
  }

  #open(file: number): RandomAccessFile {
    let opened = this.#files.get(file);
    if (opened === undefined) {
      const path = chunkFilePath(this.#folder, file);
      try {
        opened = RandomAccessFile.open(path);
      } catch (cause) {
        throw new StorageError('CORRUPT', `cannot read head chunks: ${(cause as Error).message}`, { cause });
      }
      this.#files.set(file, opened);
    }
    return opened;
  }
}
