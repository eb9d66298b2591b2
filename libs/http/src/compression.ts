import { type IncomingMessage, type ServerResponse } from 'node:http';
import compression from 'compression';
import { type RequestHandler } from 'express';

const BEGIN = Symbol('begin compression');

interface Deferring extends ServerResponse {
  [BEGIN]?: (() => void) | undefined;
}

/**
 * Compresses answers of a compressible type from so many bytes on, as the client asks. At the fastest level: answers of
 * many megabytes cost as little as upstream's then.
 */
export function createCompression(fromBytes: number): RequestHandler {
  return compression({ level: 1, threshold: fromBytes });
}

/**
 * Has an answer compressed only from {@link beginCompression} on: standing in the way of every write is dear for an
 * answer that goes out in one piece.
 */
export function deferCompression(
  compress: RequestHandler,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const deferring: Deferring = response;
  const [given, answered] = [request, response] as unknown as Parameters<RequestHandler>;
  deferring[BEGIN] = (): void => void compress(given, answered, () => undefined);
}

/** To be called before an answer's first byte where it comes in several pieces or is long. */
export function beginCompression(response: ServerResponse): void {
  const deferring: Deferring = response;
  deferring[BEGIN]?.();
  deferring[BEGIN] = undefined;
}

/**
 * To be called instead of {@link beginCompression} where the answer is in the client's encoding already: says what it
 * depends on, which else the compression does.
 */
export function endCompression(response: ServerResponse): void {
  const deferring: Deferring = response;
  if (deferring[BEGIN] === undefined) return;
  deferring[BEGIN] = undefined;
  addVary(response, 'Accept-Encoding');
}

/** Adds the name of a request's header to `Vary` (https://www.rfc-editor.org/rfc/rfc9110#field.vary). */
export function addVary(response: ServerResponse, name: string): void {
  const present = response.getHeader('Vary');
  if (present === undefined) {
    response.setHeader('Vary', name);
    return;
  }
  const names = String(present).split(/\s*,\s*/);
  if (names.includes('*') || names.some((each) => each.toLowerCase() === name.toLowerCase())) return;
  response.setHeader('Vary', `${String(present)}, ${name}`);
}

/** Whether a client takes gzip (https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding). */
export function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined || header === 'identity') return false;
  let others = false;
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim());
    const weight = parameters.find((each) => each.startsWith('q='))?.slice(2);
    const isTaken = weight === undefined || Number(weight) > 0;
    if (name === 'gzip') return isTaken;
    if (name === '*') others = isTaken;
  }
  return others;
}
