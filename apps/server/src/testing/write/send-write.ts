import { request } from 'node:http';
import { type WriteAnswerText } from './write-answers.js';
import { bodyOf, headersOf, type WriteCase } from './write-case.js';

const WRITTEN = ['samples', 'histograms', 'exemplars'].map(
  (kind) => `x-prometheus-remote-write-${kind}-written`,
);

/**
 * Sends a request to the `/api/v1/write` of a server. Undefined when the connection breaks off. No header goes out that
 * the request does not name, which `fetch` would add.
 */
export function sendWrite(
  url: string,
  write: WriteCase,
  nowMs: number,
): Promise<WriteAnswerText | undefined> {
  const body = bodyOf(write, nowMs);
  const headers = { ...headersOf(write), 'Content-Length': String(body.length) };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/v1/write`, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const written = WRITTEN.map((name) => response.headers[name]);
        const text = Buffer.concat(chunks).toString().replace(/\n$/, '');
        const answer = { status: response.statusCode ?? 0, text };
        resolve(written[0] === undefined ? answer : { ...answer, written: written.join(' ') });
      });
    });
    sent.on('error', () => resolve(undefined));
    sent.end(body);
  });
}
