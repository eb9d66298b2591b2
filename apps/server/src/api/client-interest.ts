import { type ServerResponse } from 'node:http';
import { type Interest } from '@narthex/query-worker';

/** Whether somebody still waits for an answer: aborted when the connection closes before all of it is out. */
export class ClientInterest implements Interest {
  #isAborted = false;
  #listener: (() => void) | undefined;

  constructor(response: ServerResponse) {
    response.once('close', () => {
      if (response.writableFinished) return;
      this.#isAborted = true;
      this.#listener?.();
    });
  }

  get aborted(): boolean {
    return this.#isAborted;
  }

  /** There is one listener at a time: the query that the answer is waiting for. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
  }
}
