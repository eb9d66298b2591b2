/** Handed on when so many characters have come together. */
const FLUSH_CHARACTERS = 64 * 1024;

/** Gathers text and hands it on as UTF-8 in large pieces: encoding many short texts one by one is dear. */
export class TextWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #encoder = new TextEncoder();
  #pending = '';

  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  text(text: string): void {
    this.#pending += text;
  }

  /** True when {@link flush} is due before more is written. */
  get isFull(): boolean {
    return this.#pending.length >= FLUSH_CHARACTERS;
  }

  /** Hands on what there is; resolves when there is room for more. */
  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') await this.#write(this.#encoder.encode(text));
  }
}
