import {
  MAX_ENCODED_BYTES,
  BodyTooLargeError,
  type ReadAnswer,
  ReadError,
  type ReadReceiver,
} from '@narthex/remote';
import { type Request, type Response } from 'express';
import { type Endpoint, plainError } from './endpoint.js';
import { Outlet } from './streamed.js';

/** `/read`: remote read, for other servers that query this one's samples. */
export function readEndpoint(receiver: Pick<ReadReceiver, 'receive'>): Endpoint {
  return {
    path: '/read',
    methods: ['POST'],
    crossOrigin: false,
    handle: async (_parameters, response, request) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      try {
        await receiver.receive(
          () => bodyOf(request),
          (answer) => send(response, answer),
          gone.signal,
        );
      } catch (error) {
        if (response.headersSent || response.destroyed) response.destroy();
        else if (error instanceof ReadError) plainError(response, error.status, error.message);
        else throw error;
      }
    },
  };
}

async function send(response: Response, { contentType, contentEncoding, parts }: ReadAnswer): Promise<void> {
  response.status(200).setHeader('Content-Type', contentType);
  if (contentEncoding !== '') response.setHeader('Content-Encoding', contentEncoding);
  const outlet = new Outlet(response);
  for await (const part of parts) {
    if (!(await outlet.write(part))) return;
  }
  response.end();
}

/** @throws BodyTooLargeError when the body is longer than the largest good one */
export async function bodyOf(request: Request): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ENCODED_BYTES) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, sizeBytes);
}
