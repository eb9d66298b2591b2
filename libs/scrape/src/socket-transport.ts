import {
  canonicalHeader,
  type DialCounts,
  goReason,
  type HttpClient,
  HttpRequestError,
  requestFailure,
} from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import { type BufferPool, GrowingBody } from './buffer-pool.js';
import { BodySizeError, ScrapeError } from './errors.js';
import { type ClientTransport } from './client-transport.js';
import { gunzip } from './gunzip.js';
import { type ResponseHead } from './response-head.js';
import { type ResponseHandler } from './response-reader.js';
import { AnswerError, ClosedIdleError, type SocketAddress, SocketConnection } from './socket-connection.js';
import { type FetchedBody, type ScrapeRequest } from './transport.js';

const READ_BYTES = 65_536;
const IDLE_MS = 300_000;
const SWEEP_MS = 60_000;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export interface SocketTransportOptions {
  /** Tells the headers of its configuration, and takes over where an answer redirects. */
  readonly client: HttpClient;
  readonly followRedirects: boolean;
  readonly fallback: ClientTransport;
  readonly buffers: BufferPool;
  readonly clock: Clock;
  readonly dials?: DialCounts | undefined;
}

interface Idle {
  readonly connection: SocketConnection;
  readonly sinceMs: number;
}

/**
 * The short road, for plain HTTP without a proxy: sockets read into one buffer, bodies gathered in borrowed memory.
 */
export class SocketTransport {
  readonly #options: SocketTransportOptions;
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly #idle = new Map<string, Idle[]>();
  readonly #open = new Set<SocketConnection>();
  #cancelSweep: (() => void) | undefined;

  constructor(options: SocketTransportOptions) {
    this.#options = options;
  }

  async fetch(request: ScrapeRequest): Promise<FetchedBody> {
    const { host, path } = partsOf(request.url);
    // No host begins like that: a colon is followed by a port.
    const place = request.socketPath === '' ? host : `unix:${request.socketPath}`;
    const text = requestText(host, path, await this.#headers(request));
    for (;;) {
      const connection = this.#take(place);
      const answer = new Answer(request, this.#options.buffers);
      try {
        await connection.exchange(text, answer, request.signal);
        this.#give(place, connection);
      } catch (error) {
        answer.release();
        if (error instanceof ClosedIdleError) continue;
        if (answer.isRedirect && this.#options.followRedirects) return this.#options.fallback.fetch(request);
        if (error instanceof BodySizeError || error instanceof AnswerError) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        // What goes wrong within the body is told without the URL, as upstream does.
        throw answer.head === undefined
          ? failure(request.url, reason, error)
          : new ScrapeError(reason, { cause: error });
      }
      return answer.body();
    }
  }

  close(): Promise<void> {
    this.#cancelSweep?.();
    for (const connection of this.#open) connection.close();
    this.#idle.clear();
    return Promise.resolve();
  }

  async #headers(request: ScrapeRequest): Promise<Record<string, string | string[]>> {
    try {
      return await this.#options.client.headers(request.headers, request.signal);
    } catch (cause) {
      throw failure(request.url, goReason(request.signal.aborted ? request.signal.reason : cause), cause);
    }
  }

  #take(place: string): SocketConnection {
    const list = this.#idle.get(place);
    for (let idle = list?.pop(); idle !== undefined; idle = list?.pop()) {
      if (idle.connection.isOpen) return idle.connection;
    }
    const connection = new SocketConnection(
      addressOf(place),
      this.#buffer,
      (closed) => void this.#open.delete(closed),
      this.#options.dials,
    );
    this.#open.add(connection);
    return connection;
  }

  #give(place: string, connection: SocketConnection): void {
    if (!connection.isOpen) return;
    const { clock } = this.#options;
    const idle: Idle = { connection, sinceMs: clock.monotonicMs() };
    const list = this.#idle.get(place);
    if (list === undefined) this.#idle.set(place, [idle]);
    else list.push(idle);
    this.#cancelSweep ??= clock.after(SWEEP_MS, () => this.#sweep());
  }

  /** Closes what nobody has used for long: targets come and go. */
  #sweep(): void {
    const { clock } = this.#options;
    const beforeMs = clock.monotonicMs() - IDLE_MS;
    for (const [host, list] of this.#idle) {
      for (const idle of list) if (idle.sinceMs < beforeMs) idle.connection.close();
      const kept = list.filter(({ connection }) => connection.isOpen);
      if (kept.length === 0) this.#idle.delete(host);
      else this.#idle.set(host, kept);
    }
    this.#cancelSweep = this.#idle.size > 0 ? clock.after(SWEEP_MS, () => this.#sweep()) : undefined;
  }
}

/** Gathers one answer. */
class Answer implements ResponseHandler {
  readonly #request: ScrapeRequest;
  readonly #body: GrowingBody;
  #isPacked = false;
  head: ResponseHead | undefined;

  constructor(request: ScrapeRequest, buffers: BufferPool) {
    this.#request = request;
    this.#body = new GrowingBody(buffers, request.expectedBytes + 1_024);
  }

  get isRedirect(): boolean {
    return (
      this.head !== undefined && REDIRECTS.includes(this.head.status) && this.head.headers.has('location')
    );
  }

  onHead(head: ResponseHead): void {
    this.head = head;
    this.#isPacked = head.headers.get('content-encoding') === 'gzip';
    if (head.status !== 200) throw new AnswerError(`server returned HTTP status ${head.statusLine}`);
  }

  onBody(bytes: Uint8Array): void {
    this.#body.push(bytes);
    const { bodySizeLimitBytes: limit } = this.#request;
    if (limit > 0 && this.#body.length >= limit) throw new BodySizeError();
  }

  async body(): Promise<FetchedBody> {
    const { bytes, length } = this.#body;
    const contentType = this.head?.headers.get('content-type') ?? '';
    if (!this.#isPacked) return { bytes, length, contentType, release: () => this.release() };
    try {
      const { expectedBytes, bodySizeLimitBytes } = this.#request;
      const unpacked = await gunzip(bytes.subarray(0, length), expectedBytes, bodySizeLimitBytes);
      return { bytes: unpacked, length: unpacked.length, contentType, release: () => undefined };
    } finally {
      this.release();
    }
  }

  release(): void {
    this.#body.release();
  }
}

function failure(url: string, reason: string, cause: unknown): HttpRequestError {
  return new HttpRequestError(requestFailure('GET', url, reason), { cause });
}

function partsOf(url: string): { readonly host: string; readonly path: string } {
  const [, host = '', path = ''] = /^http:\/\/([^/?#]*)(.*)$/.exec(url) ?? [];
  return { host, path: path.startsWith('/') ? path : `/${path}` };
}

function addressOf(place: string): SocketAddress {
  if (place.startsWith('unix:')) return { path: place.slice('unix:'.length) };
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(place) ?? [];
  return { host: name.replace(/^\[|\]$/g, ''), port: port === undefined ? 80 : Number(port) };
}

function requestText(
  host: string,
  path: string,
  headers: Readonly<Record<string, string | string[]>>,
): string {
  const { 'user-agent': userAgent, ...others } = headers;
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`];
  if (userAgent !== undefined) lines.push(`User-Agent: ${[userAgent].flat().join(', ')}`);
  // In the order of their names, as Go sends them.
  for (const name of Object.keys(others).sort()) {
    for (const value of [others[name]!].flat()) lines.push(`${canonicalHeader(name)}: ${value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
