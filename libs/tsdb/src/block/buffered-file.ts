import { closeSync, fsync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const BUFFER_BYTES = 262_144;
const fsyncAsync = promisify(fsync);

/** A new file that is written from front to back, with the odd correction behind. */
export class BufferedFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #buffered = 0;
  #flushed = 0;
  #open = true;

  /** Creates the file, which must not exist. It can be read while it is written, after {@link flush}. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'wx+', 0o666);
  }

  /** How many bytes were written. */
  get position(): number {
    return this.#flushed + this.#buffered;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > BUFFER_BYTES - this.#buffered) {
      this.flush();
      if (bytes.length >= BUFFER_BYTES) {
        this.#writeAll(bytes, this.#flushed);
        this.#flushed += bytes.length;
        return;
      }
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  /** Writes zeros up to the next multiple of `alignment`, at most 16. */
  pad(alignment: number): void {
    const over = this.position % alignment;
    if (over > 0) this.write(ZEROS.subarray(0, alignment - over));
  }

  /** Overwrites bytes written before. */
  patch(position: number, bytes: Uint8Array): void {
    this.flush();
    this.#writeAll(bytes, position);
  }

  flush(): void {
    this.#writeAll(this.#buffer.subarray(0, this.#buffered), this.#flushed);
    this.#flushed += this.#buffered;
    this.#buffered = 0;
  }

  /** Writes what is buffered, makes it durable and closes the file. */
  async finish(): Promise<void> {
    try {
      this.flush();
      await fsyncAsync(this.#descriptor);
    } finally {
      this.close();
    }
  }

  /** Closes the file as it is; what is buffered is lost. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#descriptor);
  }

  #writeAll(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
    }
  }
}

const ZEROS = new Uint8Array(16);
