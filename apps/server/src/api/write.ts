import { BodyTooLargeError, MAX_ENCODED_BYTES, type WriteReceiver, type Written } from '@narthex/remote';
import { type Request, type Response } from 'express';
import { type Endpoint, plainError } from './endpoint.js';

/** `/write`: takes remote write 1.0 and 2.0. */
export function writeEndpoint(receiver: Pick<WriteReceiver, 'receive'>): Endpoint {
  return {
    path: '/write',
    methods: ['POST'],
    handle: async (_parameters, response, request) => {
      const { status, text, written } = await receiver.receive({
        contentType: request.headers['content-type'] ?? '',
        contentEncoding: request.headers['content-encoding'] ?? '',
        readBody: () => readBody(request),
      });
      if (written !== undefined) setWritten(response, written);
      if (status === 204) response.status(204).end();
      else plainError(response, status, text);
    },
  };
}

function setWritten(response: Response, { samples, histograms, exemplars }: Written): void {
  response.setHeader('X-Prometheus-Remote-Write-Samples-Written', samples);
  response.setHeader('X-Prometheus-Remote-Write-Histograms-Written', histograms);
  response.setHeader('X-Prometheus-Remote-Write-Exemplars-Written', exemplars);
}

/** @throws BodyTooLargeError when the body is longer than the largest good one */
async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ENCODED_BYTES) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, sizeBytes);
}
