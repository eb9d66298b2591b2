import { type ServerResponse } from 'node:http';
import { beginData, endData, sendJson } from './envelope.js';
import { type JsonAnswer } from '@narthex/query-worker';

/** What is not longer is copied, to go out in one piece. */
const MOST_COPIED_BYTES = 64 * 1024;

/** Passes an answer on as it arrives, no faster than the client takes it; a small one at once. */
export async function sendStreamed(response: ServerResponse, answer: JsonAnswer): Promise<void> {
  if (answer.whole !== undefined && answer.whole.length <= MOST_COPIED_BYTES) {
    sendJson(response, answer.whole, answer.notes());
    return;
  }
  beginData(response);
  const outlet = new Outlet(response);
  for await (const part of answer.parts) {
    if (!(await outlet.write(part))) return;
  }
  endData(response, answer.notes());
}

/**
 * Writes an answer in pieces, no faster than the client takes them. It listens once for all of them: what is compressed
 * has its listeners at the compressing stream, from where none can be taken away. To be made when it is decided how the
 * answer is compressed.
 */
export class Outlet {
  readonly #response: ServerResponse;
  #goOn: (() => void) | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    const goOn = (): void => this.#goOn?.();
    response.on('drain', goOn).on('close', goOn);
  }

  /** Resolves when there is room for the next piece: to false where the client is gone. */
  async write(piece: Uint8Array): Promise<boolean> {
    const response = this.#response;
    if (!response.write(piece) && !response.destroyed) {
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
      });
    }
    return !response.destroyed;
  }
}
