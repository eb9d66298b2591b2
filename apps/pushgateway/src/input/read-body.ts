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

/** The whole body. Of one that is too long the rest is read and thrown away, so that the client gets to its answer. */
function collected(request: Request): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= LONGEST_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(new PushError('PARSE', 'http: request body too large'));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', (cause) => reject(new PushError('PARSE', 'unexpected EOF', { cause })));
    request.on('close', () => reject(new PushError('PARSE', 'unexpected EOF')));
  });
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
