import { acceptsGzip, beginCompression, endCompression } from '@narthex/http';
import { type Logger } from '@narthex/process';
import { PromqlError } from '@narthex/promql';
import { QueryPoolError } from '@narthex/query-worker';
import { type ServerResponse } from 'node:http';
import { gzipSync, type ZlibOptions } from 'node:zlib';
import { API_ERROR_STATUS, ApiError } from './errors.js';

/** Upstream shows so many of each kind, and then how many more there were. */
const MOST_ANNOTATIONS = 10;

/** Takes a tenth of a millisecond. */
const MOST_PACKED_BYTES = 16 * 1024;
/** Less memory than by default, which takes longer to prepare than to use. */
const PACKING: ZlibOptions = { level: 1, windowBits: 13, memLevel: 6 };

/** Copying so many bytes is cheaper than handing the system two pieces. */
const MOST_JOINED_BYTES = 8 * 1024;

const BEGINNING_TEXT = '{"status":"success","data":';
const BEGINNING = Buffer.from(BEGINNING_TEXT);
const END = Buffer.from('}');

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
export function sendData(response: ServerResponse, data: unknown, annotations: Annotations = {}): void {
  const text = `{"status":"success","data":${goJson(data)}${annotationsJson(annotations)}}`;
  begin(response, 200);
  beginCompression(response);
  response.end(text);
}

/** As {@link sendData}, with data that are JSON already. */
export function sendJson(response: ServerResponse, data: Uint8Array, annotations: Annotations): void {
  const notes = annotationsJson(annotations);
  const accepted = response.req.headers['accept-encoding'];
  const isPacked = data.length <= MOST_PACKED_BYTES && acceptsGzip(accepted);
  begin(response, 200);
  if (isPacked || accepted === undefined || accepted === 'identity') endCompression(response);
  else beginCompression(response);
  if (isPacked) {
    // At once: the stream that longer answers go through costs more than what it does for a short one.
    const packed = gzipSync(Buffer.concat([BEGINNING, data, Buffer.from(`${notes}}`)]), PACKING);
    response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Content-Length', packed.length);
    response.end(packed);
    return;
  }
  const ending = notes === '' ? END : Buffer.from(`${notes}}`);
  response.setHeader('Content-Length', BEGINNING.length + data.length + ending.length);
  if (data.length > MOST_JOINED_BYTES) {
    response.end(Buffer.concat([BEGINNING, data, ending]));
    return;
  }
  // A short text goes out with the headers in one piece; as Latin-1, a byte stays a byte.
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  response.end(`${BEGINNING_TEXT}${bytes.toString('latin1')}${ending.toString('latin1')}`, 'latin1');
}

/** Begins an answer whose data arrive in parts; {@link endData} ends it. */
export function beginData(response: ServerResponse): void {
  begin(response, 200);
  beginCompression(response);
  response.write(BEGINNING);
}

export function endData(response: ServerResponse, annotations: Annotations): void {
  response.end(`${annotationsJson(annotations)}}`);
}

/** Answers an error: the one place where errors become HTTP. */
export function sendError(response: ServerResponse, error: unknown, logger: Logger): void {
  if (response.headersSent) {
    // The status is out: all that is left is to break the answer off, so that nobody takes it for whole.
    response.destroy();
    return;
  }
  const [code, message] = described(error, logger);
  begin(response, API_ERROR_STATUS[code]);
  beginCompression(response);
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

function begin(response: ServerResponse, status: number): void {
  response.statusCode = status;
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
