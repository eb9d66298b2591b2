import { PromqlError } from '@narthex/promql';
import { INITIAL_CREDITS, MOST_PART_BYTES, type PartMessage } from './protocol.js';

export type PostPart = (message: PartMessage, transfer: readonly ArrayBuffer[]) => void;

/**
 * Sends the answer of one query in parts, as fast as the other side gives credits for them. The last part is kept, for
 * whoever ends the answer to send along.
 */
export class PartWriter {
  readonly #id: number;
  readonly #post: PostPart;
  #dropped = false;
  #credits = INITIAL_CREDITS;
  #kept: Uint8Array<ArrayBuffer> | undefined;
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
   * Takes bytes, cuts them into parts where they are many, and sends all parts but the last. Resolves when these are
   * sent; the bytes are copied, so the caller may use its buffer again then.
   * @throws PromqlError when the rest was dropped.
   */
  async write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += MOST_PART_BYTES) {
      if (this.#kept !== undefined) await this.#send(this.#kept);
      this.#kept = bytes.slice(start, start + MOST_PART_BYTES);
    }
  }

  /** The part that has not been sent. */
  takeLast(): Uint8Array<ArrayBuffer> | undefined {
    const last = this.#kept;
    this.#kept = undefined;
    return last;
  }

  async #send(part: Uint8Array<ArrayBuffer>): Promise<void> {
    while (this.#credits === 0 && !this.#dropped) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    if (this.#dropped) throw new PromqlError('canceled', 'query was canceled in result sending');
    this.#credits--;
    this.#post({ kind: 'part', id: this.#id, bytes: part }, [part.buffer]);
  }
}
