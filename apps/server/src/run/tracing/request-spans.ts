import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type SpanAttribute, type TraceSpan } from '@narthex/process';
import { type ServerTracing } from './server-tracing.js';

/**
 * Gives each request a span named by its method and path, with the attributes of OpenTelemetry's conventions for HTTP
 * (https://opentelemetry.io/docs/specs/semconv/http/http-spans/).
 */
export function tracedRequests(handler: RequestListener, tracing: ServerTracing): RequestListener {
  return (request, response) => {
    if (!tracing.isOn) {
      handler(request, response);
      return;
    }
    const path = pathOf(request);
    const name = `${request.method ?? ''} ${path}`;
    const attributes = requestAttributes(request, path);
    const span = tracing.startFor(request.headers, name, { kind: 'server', attributes });
    if (span === undefined) {
      handler(request, response);
      return;
    }
    response.once('close', () => endWith(span, response));
    const emit: (event: string | symbol, ...values: unknown[]) => boolean = request.emit.bind(request);
    // Whoever waits for the body goes on within the span, too, and not where the socket was read.
    request.emit = (event: string | symbol, ...values: unknown[]) =>
      tracing.run(span, () => emit(event, ...values));
    tracing.run(span, () => handler(request, response));
  };
}

function endWith(span: TraceSpan, response: ServerResponse): void {
  const { statusCode } = response;
  const size = Number(response.getHeader('content-length'));
  if (Number.isInteger(size)) span.set('http.response.body.size', size);
  span.set('http.response.status_code', statusCode);
  if (statusCode >= 500) span.fail('');
  span.end();
}

function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

function requestAttributes(request: IncomingMessage, path: string): Record<string, SpanAttribute> {
  const { headers, socket, method = '' } = request;
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(headers.host ?? '') ?? [];
  const size = Number(headers['content-length'] ?? 0);
  const client = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '');
  return {
    'server.address': host,
    'http.request.method': method,
    'url.scheme': 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http',
    'url.path': path,
    'network.protocol.version': request.httpVersion,
    ...(port !== undefined && { 'server.port': Number(port) }),
    ...(client !== undefined && { 'network.peer.address': client, 'client.address': client }),
    ...(socket.remotePort !== undefined && { 'network.peer.port': socket.remotePort }),
    ...(headers['user-agent'] !== undefined && { 'user_agent.original': headers['user-agent'] }),
    ...(size > 0 && { 'http.request.body.size': size }),
  };
}
