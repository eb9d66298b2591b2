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
  for await (const part of answer.parts) {
    if (!response.write(part)) await drained(response);
    if (response.destroyed) return;
  }
  endData(response, answer.notes());
}

/** Resolves when the client has taken what was written, or is gone. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}
