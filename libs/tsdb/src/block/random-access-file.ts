import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * A file read by pread(2), so that the operating system's page cache is the cache. It stays readable after its name
 * is gone, until it is closed.
 */
export class RandomAccessFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #descriptor: number;

  private constructor(path: string, descriptor: number, sizeBytes: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.sizeBytes = sizeBytes;
  }

  static open(path: string): RandomAccessFile {
    const descriptor = openSync(path, 'r');
    try {
      return new RandomAccessFile(path, descriptor, fstatSync(descriptor).size);
    } catch (cause) {
      closeSync(descriptor);
      throw cause;
    }
  }

  /** Fills `into[at, at + length)` from `position` on, as far as the file goes; returns how many bytes came. */
  read(into: Uint8Array, at: number, length: number, position: number): number {
    let done = 0;
    while (done < length) {
      const got = readSync(this.#descriptor, into, at + done, length - done, position + done);
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
