import { PromqlError, type PromqlErrorCode } from '@narthex/promql';
import { type StopFlag } from './stop-flag.js';
import { type AnswerMessage, type QueryNotes, type VectorColumns } from './protocol.js';

/** One query as main sees it: what has arrived of its answer, and who waits for more. */
export class LiveQuery {
  readonly id: number;
  readonly stopFlag: StopFlag;
  /** Called with what came with the end of the answer. */
  onNotes: ((notes: QueryNotes) => void) | undefined;
  /** Called instead with what the query failed with. */
  onFailure: ((error: Error) => void) | undefined;
  #parts: Uint8Array[] = [];
  #vector: VectorColumns | undefined;
  #notes: QueryNotes | undefined;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(id: number, stopFlag: StopFlag) {
    this.id = id;
    this.stopFlag = stopFlag;
  }

  receive(message: AnswerMessage): void {
    switch (message.kind) {
      case 'part':
        this.#parts.push(message.bytes);
        break;
      case 'vector':
        this.#vector = message.vector;
        break;
      case 'done':
        if (message.bytes !== undefined) this.#parts.push(message.bytes);
        this.#notes = message.notes;
        this.onNotes?.(message.notes);
        break;
      case 'failed':
        this.#error = errorOf(message.code, message.message);
        this.onFailure?.(this.#error);
        break;
    }
    this.#wake?.();
  }

  fail(error: Error): void {
    if (this.hasEnded) return;
    this.#error = error;
    this.onFailure?.(error);
    this.#wake?.();
  }

  /**
   * The next piece of the answer; undefined when all have been taken.
   * @throws what the query failed with.
   */
  async nextPart(): Promise<Uint8Array | undefined> {
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) return part;
      if (this.#error !== undefined) throw this.#error;
      if (this.#notes !== undefined) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Nothing more will come from the worker. */
  get hasEnded(): boolean {
    return this.#notes !== undefined || this.#error !== undefined;
  }

  /** The answer has ended well, and every piece of it has been taken. */
  get isTaken(): boolean {
    return this.#notes !== undefined && this.#error === undefined && this.#parts.length === 0;
  }

  /** What came with the end of the answer; call after {@link nextPart} gave undefined. */
  get notes(): QueryNotes {
    if (this.#notes === undefined) throw new Error('the answer has not ended');
    return this.#notes;
  }

  get vector(): VectorColumns {
    if (this.#vector === undefined) throw new Error('the answer is no vector');
    return this.#vector;
  }
}

function errorOf(code: PromqlErrorCode, message: string): Error {
  return new PromqlError(code, message);
}
