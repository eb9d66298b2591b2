import {
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import { constants, type IncomingHttpHeaders as Http2Headers, type ServerHttp2Stream } from 'node:http2';
import { MemorySocket, type SocketFacts } from './memory-socket.js';

export interface ExchangeOptions {
  readonly stream: ServerHttp2Stream;
  readonly headers: Http2Headers;
  /** Who asks. */
  readonly client: SocketFacts;
  /** What answers; it need not listen. */
  readonly server: Server;
  /** How long a request may take to arrive. */
  readonly readTimeoutMs: number;
  readonly maxHeaderBytes: number;
}

/** Of a connection, not of a message (RFC 9113, 8.2.2). */
const OF_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];
/** Of a request, and not handed on; a body is announced by what is known of it here. */
const OF_STREAM = [...OF_CONNECTION, 'expect', 'te', 'trailer', 'host', 'http2-settings'];
const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;

/**
 * Answers one request of an HTTP/2 connection by an HTTP/1.1 server, through a connection of its own within the
 * process: handlers, their middlewares and limits see a request like any other.
 */
export function exchange(options: ExchangeOptions): void {
  const { stream, headers, client, server } = options;
  const method = String(headers[constants.HTTP2_HEADER_METHOD] ?? 'CONNECT');
  const path = String(headers[constants.HTTP2_HEADER_PATH] ?? '');
  stream.on('error', () => undefined);
  if (path === '' || method === 'CONNECT') {
    refuse(stream, 400);
    return;
  }
  const [near, far] = MemorySocket.pair(client);
  const request = startRequest({ ...options, method, path, near });
  if (request === undefined) {
    near.destroy();
    refuse(stream, 400);
    return;
  }
  server.emit('connection', far);
  near.on('error', () => undefined);
  stream.once('close', () => near.destroy());
  if (headers.expect?.toLowerCase() === '100-continue') stream.additionalHeaders({ ':status': 100 });
  sendBody(stream, request, options.readTimeoutMs);
  request.once('response', (response) => answer(stream, response, method));
  request.once('error', () => breakOff(stream));
}

interface RequestParts extends ExchangeOptions {
  readonly method: string;
  readonly path: string;
  readonly near: MemorySocket;
}

/** Undefined for what HTTP/1.1 cannot say. */
function startRequest({
  stream,
  headers,
  method,
  path,
  near,
  maxHeaderBytes,
}: RequestParts): ClientRequest | undefined {
  try {
    return httpRequest({
      createConnection: () => near,
      method,
      path,
      headers: requestHeaders(headers, stream.endAfterHeaders),
      setHost: false,
      // An address may come back in an answer, with every octet escaped.
      maxHeaderSize: 4 * maxHeaderBytes,
    });
  } catch {
    return undefined;
  }
}

function requestHeaders(headers: Http2Headers, hasNoBody: boolean): OutgoingHttpHeaders {
  const own: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(':') && !OF_STREAM.includes(name)) own[name] = value;
  }
  own.host = headers[':authority'] ?? headers.host ?? '';
  own.connection = 'close';
  // Without either, the end of the body would be taken for the beginning of another request.
  if (!hasNoBody && headers['content-length'] === undefined) own['transfer-encoding'] = 'chunked';
  return own;
}

/** Hands the body on; who sends it too slowly is answered 408. */
function sendBody(stream: ServerHttp2Stream, request: ClientRequest, readTimeoutMs: number): void {
  if (stream.endAfterHeaders) {
    request.end();
    return;
  }
  const late = setTimeout(() => {
    request.destroy();
    refuse(stream, 408);
  }, readTimeoutMs);
  const inTime = (): void => clearTimeout(late);
  stream.once('end', inTime).once('close', inTime).pipe(request);
}

function answer(stream: ServerHttp2Stream, response: IncomingMessage, method: string): void {
  response.on('error', () => breakOff(stream));
  if (stream.destroyed || stream.headersSent) {
    response.destroy();
    return;
  }
  const status = response.statusCode ?? 500;
  const hasNoBody = method === 'HEAD' || status === 204 || status === 304;
  stream.respond({ ':status': status, ...responseHeaders(response.headers) }, { endStream: hasNoBody });
  if (hasNoBody) response.resume();
  else response.pipe(stream);
  // As Go does: what is left of a body that nobody read is not waited for.
  response.once('end', () => {
    if (!stream.readableEnded && !stream.endAfterHeaders)
      stream.once('finish', () => stream.close(NGHTTP2_NO_ERROR));
  });
}

function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_CONNECTION.includes(name)));
}

/** Answers in a word, where nothing has been answered yet. */
function refuse(stream: ServerHttp2Stream, status: number): void {
  if (stream.destroyed || stream.headersSent) {
    stream.close(NGHTTP2_CANCEL);
    return;
  }
  stream.respond({ ':status': status }, { endStream: true });
  stream.close(NGHTTP2_NO_ERROR);
}

/** The answer cannot be told to its end: the client is not to take it for whole. */
function breakOff(stream: ServerHttp2Stream): void {
  stream.destroy(new Error('the answer broke off'));
}
