import { type OtlpReceiver } from '@narthex/otlp';
import { type WriteReceiver } from '@narthex/remote';
import { type Endpoint, plainError } from './endpoint.js';
import { otlpEndpoint } from './otlp.js';
import { writeEndpoint } from './write.js';

/** What other servers and clients send samples to. What is not enabled says so in upstream's words. */
export function receiverEndpoints(
  write: WriteReceiver | undefined,
  otlp: OtlpReceiver | undefined,
): readonly Endpoint[] {
  return [
    write === undefined
      ? refusal('/write', 'remote write receiver needs to be enabled with --web.enable-remote-write-receiver')
      : writeEndpoint(write),
    otlp === undefined
      ? refusal('/otlp/v1/metrics', 'otlp write receiver needs to be enabled with --web.enable-otlp-receiver')
      : otlpEndpoint(otlp),
  ];
}

function refusal(path: string, reason: string): Endpoint {
  return {
    path,
    methods: ['POST'],
    crossOrigin: false,
    handle: (_parameters, response) => plainError(response, 404, reason),
  };
}
