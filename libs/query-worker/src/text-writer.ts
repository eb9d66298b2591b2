import { MOST_PART_BYTES } from './protocol.js';

/** Handed on when so many bytes have come together: not much less than one part, as each part costs a message. */
const FLUSH_BYTES = MOST_PART_BYTES - 32 * 1024;
const FIRST_CAPACITY = 1024;
const ENCODER = new TextEncoder();

/**
 * Gathers text and hands it on as UTF-8 in large pieces. Short texts are put together before they are encoded, which
 * is dear to do one by one; what is UTF-8 already is copied.
 */
export class TextWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  #buffer = new Uint8Array(0);
  #length = 0;
  /** What comes behind the bytes in the buffer. */
  #pending = '';

  /** @param write takes bytes that it may use until it resolves. */
  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  text(text: string): void {
    this.#pending += text;
  }

  /** Text that is UTF-8 already; it is copied. */
  bytes(bytes: Uint8Array): void {
    this.#encodePending();
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** True when {@link flush} is due before more is written. */
  get isFull(): boolean {
    return this.#length + this.#pending.length >= FLUSH_BYTES;
  }

  /** Hands on what there is; resolves when there is room for more. */
  async flush(): Promise<void> {
    this.#encodePending();
    const length = this.#length;
    this.#length = 0;
    if (length > 0) await this.#write(this.#buffer.subarray(0, length));
  }

  #encodePending(): void {
    const text = this.#pending;
    if (text === '') return;
    this.#pending = '';
    // UTF-8 takes three bytes at most for what is one unit of a string.
    this.#reserve(3 * text.length);
    this.#length += ENCODER.encodeInto(text, this.#buffer.subarray(this.#length)).written;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length, FIRST_CAPACITY));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
