import { type WriteReceiver, type Written } from '@narthex/remote';
import { type Response } from 'express';
import { type Endpoint, plainError } from './endpoint.js';
import { bodyOf } from './read.js';

/** `/write`: takes remote write 1.0 and 2.0. */
export function writeEndpoint(receiver: Pick<WriteReceiver, 'receive'>): Endpoint {
  return {
    path: '/write',
    methods: ['POST'],
    crossOrigin: false,
    handle: async (_parameters, response, request) => {
      const { status, text, written } = await receiver.receive({
        contentType: request.headers['content-type'] ?? '',
        contentEncoding: request.headers['content-encoding'] ?? '',
        readBody: () => bodyOf(request),
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
