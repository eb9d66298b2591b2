import { STATUS_CODES } from 'node:http';
import { type Clock, systemClock } from '@narthex/process';
import type * as Undici from 'undici';
import { authorizationHeader, configuredHeaders } from './authorization.js';
import { HttpRequestError } from './errors.js';
import { goReason, requestFailure } from './go-reasons.js';
import { type HttpClientConfig } from './http-client-config.js';
import { TokenSource } from './oauth2.js';
import { proxyFor } from './proxy-choice.js';
import { readTlsOptions, type TlsOptions } from './tls-options.js';

export interface HttpRequest {
  readonly url: string;
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Its reason tells in the error why the request ended: a {@link DeadlineError}, or nothing for a cancellation. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** As the server wrote it, or as the standard has it where the protocol has none. */
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Must be read to its end or discarded. Errors while reading it are plain: see {@link goReason}. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Reads what is left of the body, or gives the connection up when that is a lot. */
  readonly discard: () => Promise<void>;
}

export interface HttpClientOptions {
  readonly config: HttpClientConfig;
  readonly userAgent: string;
  readonly clock?: Clock;
  /** Where proxies are looked up when the configuration says so; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const MAX_REDIRECTS = 10;
const IDLE_CONNECTION_MS = 300_000;
/** When a connection attempt that nobody waits for any more is given up. */
const CONNECT_TIMEOUT_MS = 30_000;
const MAX_HEADER_BYTES = 1 << 20;

/**
 * Talks HTTP as a configuration says: authorization, TLS, proxy, redirects, headers. Files that the configuration
 * names are read anew at each request; connections are made anew when a certificate changed.
 */
export class HttpClient {
  readonly #config: HttpClientConfig;
  readonly #userAgent: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #tokens: TokenSource | undefined;
  readonly #takesProxies: boolean;
  readonly #dispatchers = new Map<string, Undici.Dispatcher>();
  #tlsKey = '';

  constructor(options: HttpClientOptions) {
    this.#config = options.config;
    this.#userAgent = options.userAgent;
    this.#environment = options.environment ?? process.env;
    const { oauth2, proxy_url: proxy, proxy_from_environment: fromEnvironment } = options.config;
    this.#takesProxies = proxy !== '' || fromEnvironment;
    this.#tokens =
      oauth2 &&
      new TokenSource({
        config: oauth2,
        clock: options.clock ?? systemClock,
        post: (url, headers, form, signal) => this.#postForm(url, headers, form, signal),
      });
  }

  /** @throws HttpRequestError in Go's words. */
  async request(wanted: HttpRequest): Promise<HttpResponse> {
    let { url, method = 'GET', body } = wanted;
    const firstHost = new URL(url).host;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#send(url, method, body, wanted, new URL(url).host === firstHost);
      const location = response.headers.location;
      const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && typeof location === 'string';
      if (!isRedirect || !this.#config.follow_redirects) return response;
      await response.discard();
      if (redirects >= MAX_REDIRECTS) {
        throw new HttpRequestError(
          requestFailure(method, location, `stopped after ${MAX_REDIRECTS} redirects`),
        );
      }
      url = new URL(location, url).href;
      if (response.status < 307) {
        method = method === 'HEAD' ? 'HEAD' : 'GET';
        body = undefined;
      }
    }
  }

  /** Closes all connections; requests under way fail. */
  async close(): Promise<void> {
    const open = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
  }

  /**
   * The headers that the configuration adds to a request, credentials among them: for whoever sends it himself.
   * @throws HttpClientSetupError when a file or token cannot be had.
   */
  async headers(signal?: AbortSignal): Promise<Record<string, string | string[]>> {
    const authorization =
      this.#tokens === undefined
        ? await authorizationHeader(this.#config)
        : await this.#tokens.header(signal);
    return {
      'user-agent': this.#userAgent,
      ...(await configuredHeaders(this.#config)),
      ...(authorization !== undefined && { authorization }),
    };
  }

  /** Whether requests to the URL take a proxy. */
  isProxied(url: string): boolean {
    return this.#takesProxies && proxyFor(new URL(url), this.#config, this.#environment) !== undefined;
  }

  async #send(
    url: string,
    method: string,
    body: string | Uint8Array | undefined,
    wanted: HttpRequest,
    isFirstHost: boolean,
  ): Promise<HttpResponse> {
    const { signal } = wanted;
    try {
      const { request } = await import('undici');
      const dispatcher = await this.#dispatcher(new URL(url));
      // Credentials stay with the host they are meant for.
      const own = isFirstHost ? await this.headers(signal) : { 'user-agent': this.#userAgent };
      const sent = request(url, {
        dispatcher,
        method: method,
        headers: { ...own, ...wanted.headers },
        ...(body !== undefined && { body }),
        ...(signal !== undefined && { signal }),
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const answer = await orAborted(sent, signal);
      // HTTP/2 has no text beside the number; what HTTP/1 servers write is shown as it is.
      const isPlain = url.startsWith('http:');
      const statusText = answer.statusText || (isPlain ? '' : (STATUS_CODES[answer.statusCode] ?? ''));
      const discard = (): Promise<void> => answer.body.dump();
      return { status: answer.statusCode, statusText, headers: answer.headers, body: answer.body, discard };
    } catch (cause) {
      const reason: unknown = signal?.aborted === true ? signal.reason : cause;
      const proxied =
        reason === cause && this.isProxied(url) && isConnectFailure(cause) ? 'proxyconnect tcp: ' : '';
      throw new HttpRequestError(requestFailure(method, url, proxied + goReason(reason)), { cause });
    }
  }

  async #dispatcher(url: URL): Promise<Undici.Dispatcher> {
    // Loaded late, as it takes a good part of a start, and many processes never need it.
    const undici = await import('undici');
    const tls = await readTlsOptions(this.#config.tls_config);
    const tlsKey = JSON.stringify(tls);
    if (tlsKey !== this.#tlsKey) {
      this.#tlsKey = tlsKey;
      for (const old of this.#dispatchers.values()) void old.close();
      this.#dispatchers.clear();
    }
    const proxy = proxyFor(url, this.#config, this.#environment);
    const key = `${url.protocol} ${proxy ?? ''}`;
    let dispatcher = this.#dispatchers.get(key);
    if (dispatcher === undefined) {
      dispatcher = proxy === undefined ? this.#direct(undici, tls) : this.#proxied(undici, proxy, url, tls);
      this.#dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  }

  #direct({ Agent }: typeof Undici, tls: TlsOptions): Undici.Dispatcher {
    const allowH2 = this.#config.enable_http2;
    return new Agent({
      connect: { ...tls, timeout: CONNECT_TIMEOUT_MS },
      keepAliveTimeout: IDLE_CONNECTION_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      allowH2,
    });
  }

  #proxied({ ProxyAgent }: typeof Undici, proxy: string, url: URL, tls: TlsOptions): Undici.Dispatcher {
    const headers: Record<string, string> = {};
    for (const [name, values] of this.#config.proxy_connect_header) {
      headers[name] = values.map((value) => value?.reveal() ?? '').join(', ');
    }
    // As Go does: plain HTTP is asked of the proxy itself, anything else goes through a tunnel.
    return new ProxyAgent({
      uri: proxy,
      requestTls: tls,
      proxyTls: tls,
      headers,
      proxyTunnel: url.protocol === 'https:',
    });
  }

  async #postForm(
    url: string,
    headers: Readonly<Record<string, string>>,
    form: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly status: number; readonly statusText: string; readonly body: string }> {
    try {
      const { request } = await import('undici');
      const dispatcher = await this.#dispatcher(new URL(url));
      const sent = request(url, {
        dispatcher,
        method: 'POST',
        headers: { ...headers, 'user-agent': this.#userAgent },
        body: form,
        ...(signal !== undefined && { signal }),
      });
      const answer = await orAborted(sent, signal);
      return { status: answer.statusCode, statusText: answer.statusText, body: await answer.body.text() };
    } catch (cause) {
      const reason: unknown = signal?.aborted === true ? signal.reason : cause;
      throw new HttpRequestError(requestFailure('POST', url, goReason(reason)), { cause });
    }
  }
}

/** undici heeds a signal only once it is connected; here nobody waits longer than it says. */
function orAborted<T>(sent: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return sent;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new HttpRequestError('context canceled', { cause: signal.reason }));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    sent.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function isConnectFailure(cause: unknown): boolean {
  return (cause as { readonly syscall?: string }).syscall === 'connect';
}
