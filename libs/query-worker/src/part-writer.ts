import { PromqlError } from '@narthex/promql';
import { INITIAL_CREDITS, MOST_PART_BYTES, type PartMessage } from './protocol.js';

export type PostPart = (message: PartMessage, transfer: readonly ArrayBuffer[]) => void;

/** Sends the answer of one query in parts, as fast as the other side gives credits for them. */
export class PartWriter {
  readonly #id: number;
  readonly #post: PostPart;
  #dropped = false;
  #credits = INITIAL_CREDITS;
  #waiting: (() => void) | undefined;

  constructor(id: number, post: PostPart) {
    this.#id = id;
    this.#post = post;
  }

  addCredits(count: number): void {
    this.#credits += count;
    this.#waiting?.();
  }

  /** Nobody wants the rest. */
  drop(): void {
    this.#dropped = true;
    this.#waiting?.();
  }

  /**
   * Sends bytes, cut into parts where they are many. Resolves when they are sent; the bytes are copied, so the caller
   * may use its buffer again then.
   * @throws PromqlError when the rest was dropped.
   */
  async write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += MOST_PART_BYTES) {
      while (this.#credits === 0 && !this.#dropped) {
        await new Promise<void>((resolve) => (this.#waiting = resolve));
      }
      if (this.#dropped) throw new PromqlError('canceled', 'query was canceled in result sending');
      this.#credits--;
      const part = bytes.slice(start, start + MOST_PART_BYTES);
      this.#post({ kind: 'part', id: this.#id, bytes: part }, [part.buffer]);
    }
  }
}
