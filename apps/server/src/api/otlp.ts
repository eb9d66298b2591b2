import { type OtlpReceiver } from '@narthex/otlp';
import { BodyTooLargeError } from '@narthex/remote';
import { type Endpoint, plainError } from './endpoint.js';
import { bodyOf } from './read.js';

/** `/otlp/v1/metrics`: takes metrics from OpenTelemetry's senders. */
export function otlpEndpoint(receiver: Pick<OtlpReceiver, 'receive'>): Endpoint {
  return {
    path: '/otlp/v1/metrics',
    methods: ['POST'],
    crossOrigin: false,
    handle: async (_parameters, response, request) => {
      try {
        const { status, text } = await receiver.receive({
          contentType: request.headers['content-type'] ?? '',
          contentEncoding: request.headers['content-encoding'] ?? '',
          readBody: () => bodyOf(request),
        });
        if (status === 200) response.status(200).setHeader('Content-Length', 0).end();
        else plainError(response, status, text);
      } catch (error) {
        if (!(error instanceof BodyTooLargeError)) throw error;
        plainError(response, 413, error.message);
      }
    },
  };
}
