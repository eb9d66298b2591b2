import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type MetricsData } from '../data/metrics-data.js';
import { type Steps } from '../data/steps.js';
import { DecodeError } from '../errors.js';
import { readJsonRequest } from '../json/read-request.js';
import { readProtobufRequest } from '../proto/read-request.js';

/** Nothing longer is read, decompressed. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const GZIP = 'gzip';
const GZIP_HEADER_BYTES = 10;

/** What tells how the body is to be read; empty where the header is not there. */
export interface OtlpHeaders {
  readonly contentType: string;
  readonly contentEncoding: string;
}

/** @throws DecodeError for a kind of body that is not taken. */
export function checkHeaders({ contentType, contentEncoding }: OtlpHeaders): void {
  if (contentType !== PROTOBUF && contentType !== JSON_TYPE) {
    throw new DecodeError(`unsupported content type: ${contentType}, supported: [${JSON_TYPE}, ${PROTOBUF}]`);
  }
  if (contentEncoding !== '' && contentEncoding !== GZIP) {
    throw new DecodeError(
      `unsupported compression: ${contentEncoding}. Only "gzip" or no compression supported`,
    );
  }
}

/**
 * The body as it was before it was compressed.
 * @throws DecodeError when it cannot be that, or is too long.
 */
export async function decompressed(body: Uint8Array, { contentEncoding }: OtlpHeaders): Promise<Buffer> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const plain = contentEncoding === GZIP ? await inflated(bytes) : bytes;
  // Upstream reads no further and then misses the rest.
  if (plain.length > MAX_BODY_BYTES) throw unexpectedEnd();
  return plain;
}

/** Reads a decompressed body. */
export function readRequest(body: Buffer, { contentType }: OtlpHeaders): Steps<MetricsData> {
  return contentType === JSON_TYPE ? readJsonRequest(body.toString('utf8')) : readProtobufRequest(body);
}

const gunzipAsync = promisify(gunzip);

async function inflated(bytes: Buffer): Promise<Buffer> {
  if (bytes.length === 0) throw new DecodeError('EOF');
  if (bytes.length < GZIP_HEADER_BYTES) throw unexpectedEnd();
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) throw new DecodeError('gzip: invalid header');
  try {
    return await gunzipAsync(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    if (code === 'Z_BUF_ERROR' || code === 'ERR_BUFFER_TOO_LARGE') throw unexpectedEnd({ cause });
    if (code === 'Z_DATA_ERROR') throw new DecodeError('flate: corrupt input', { cause });
    throw cause;
  }
}

function unexpectedEnd(options?: ErrorOptions): DecodeError {
  return new DecodeError('unexpected EOF', options);
}
