import { type Logger } from '@narthex/process';
import { PromqlError } from '@narthex/promql';
import { QueryPoolError } from '@narthex/query-worker';
import { type Response } from 'express';
import { gzipSync, type ZlibOptions } from 'node:zlib';
import { API_ERROR_STATUS, ApiError } from './errors.js';

/** Upstream shows so many of each kind, and then how many more there were. */
const MOST_ANNOTATIONS = 10;

/** Takes a tenth of a millisecond. */
const MOST_PACKED_BYTES = 16 * 1024;
/** Less memory than by default, which takes longer to prepare than to use. */
const PACKING: ZlibOptions = { level: 1, windowBits: 13, memLevel: 6 };

const BEGINNING = Buffer.from('{"status":"success","data":');

/** What an answer has to say beside its data. */
export interface Annotations {
  readonly warnings?: readonly string[] | undefined;
  readonly infos?: readonly string[] | undefined;
}

/** JSON as Go's encoder writes it: safe to stand in HTML. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Answers `{"status":"success","data":…}`. */
export function sendData(response: Response, data: unknown, annotations: Annotations = {}): void {
  begin(response, 200);
  response.end(`{"status":"success","data":${goJson(data)}${annotationsJson(annotations)}}`);
}

/** As {@link sendData}, with data that are JSON already. */
export function sendJson(response: Response, data: Uint8Array, annotations: Annotations): void {
  const text = Buffer.concat([BEGINNING, data, Buffer.from(`${annotationsJson(annotations)}}`)]);
  const body = packed(text, response);
  begin(response, 200);
  if (body !== text) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

/**
 * Compresses what is short at once, where the client takes that: the stream that longer answers go through costs more
 * than what it does for a short one. The middleware leaves alone what is compressed already.
 */
function packed(text: Buffer, response: Response): Buffer {
  if (text.length > MOST_PACKED_BYTES || response.req.acceptsEncodings('gzip') !== 'gzip') return text;
  return gzipSync(text, PACKING);
}

/** Begins an answer whose data arrive in parts; {@link endData} ends it. */
export function beginData(response: Response): void {
  begin(response, 200);
  response.write(BEGINNING);
}

export function endData(response: Response, annotations: Annotations): void {
  response.end(`${annotationsJson(annotations)}}`);
}

/** Answers an error: the one place where errors become HTTP. */
export function sendError(response: Response, error: unknown, logger: Logger): void {
  if (response.headersSent) {
    // The status is out: all that is left is to break the answer off, so that nobody takes it for whole.
    response.destroy();
    return;
  }
  const [code, message] = described(error, logger);
  begin(response, API_ERROR_STATUS[code]);
  response.end(goJson({ status: 'error', errorType: code, error: message }));
}

function described(error: unknown, logger: Logger): readonly [keyof typeof API_ERROR_STATUS, string] {
  if (error instanceof ApiError || error instanceof PromqlError) return [error.code, error.message];
  // The pool has logged a death itself.
  if (error instanceof QueryPoolError)
    return [error.code === 'CLOSED' ? 'unavailable' : 'internal', error.message];
  const cause = error instanceof Error ? error : new Error(String(error));
  logger.error('Error answering an API request', { err: cause });
  return ['internal', cause.message];
}

function begin(response: Response, status: number): void {
  response.status(status);
  response.setHeader('Content-Type', 'application/json');
}

function annotationsJson({ warnings = [], infos = [] }: Annotations): string {
  return (
    (warnings.length > 0 ? `,"warnings":${goJson(shortened(warnings, 'warning'))}` : '') +
    (infos.length > 0 ? `,"infos":${goJson(shortened(infos, 'info'))}` : '')
  );
}

function shortened(texts: readonly string[], kind: string): readonly string[] {
  const more = texts.length - MOST_ANNOTATIONS;
  return more <= 0
    ? texts
    : [...texts.slice(0, MOST_ANNOTATIONS), `${more} more ${kind} annotations omitted`];
}
