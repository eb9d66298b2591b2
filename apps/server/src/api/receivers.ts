import { type Endpoint, plainError } from './endpoint.js';

/** What other servers and clients would send samples to: not enabled here, and said so in upstream's words. */
export const receiverEndpoints: readonly Endpoint[] = [
  refusal('/write', 'remote write receiver needs to be enabled with --web.enable-remote-write-receiver'),
  refusal('/otlp/v1/metrics', 'otlp write receiver needs to be enabled with --web.enable-otlp-receiver'),
];

function refusal(path: string, reason: string): Endpoint {
  return { path, methods: ['POST'], handle: (_parameters, response) => plainError(response, 404, reason) };
}
