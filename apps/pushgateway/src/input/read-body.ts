import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Request } from 'express';
import { uncompress } from 'snappy';
import { PushError } from '../errors.js';
import { type PushedFamily } from '../groups/family.js';
import { familiesOfProtobuf } from './protobuf-families.js';
import { familiesOfText } from './pushed-families.js';

const unzip = promisify(gunzip);
const PROTOBUF = 'application/vnd.google.protobuf';

/** A push of more than this is refused: it would hold up everybody else. */
export const LONGEST_BODY_BYTES = 64 * 1024 * 1024;

/**
 * The families of a push: gzip and snappy undone (any other encoding is taken for none, as upstream does), protobuf by
 * its Content-Type, everything else read as text.
 * @throws PushError
 */
export async function readFamilies(request: Request): Promise<readonly PushedFamily[]> {
  const body = await decoded(await collected(request), request.headers['content-encoding']);
  const contentType = (request.headers['content-type'] ?? '').toLowerCase();
  return contentType.startsWith(PROTOBUF) && contentType.includes('encoding=delimited')
    ? familiesOfProtobuf(body)
    : familiesOfText(body);
}

async function collected(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > LONGEST_BODY_BYTES) throw new PushError('PARSE', 'http: request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function decoded(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  try {
    if (encoding === 'gzip') return await unzip(body, { maxOutputLength: LONGEST_BODY_BYTES });
    if (encoding === 'snappy') return (await uncompress(body, { asBuffer: true })) as Buffer;
    return body;
  } catch (cause) {
    throw new PushError('PARSE', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
