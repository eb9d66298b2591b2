import { STATUS_CODES } from 'node:http';
import { type LookupFunction } from 'node:net';
import { type Clock, systemClock } from '@narthex/process';
import type * as Undici from 'undici';
import { authorizationHeader, configuredHeaders, refuseReferences } from './authorization.js';
import { countingConnector, type DialCounts } from './dial-counts.js';
import { HttpClientSetupError, HttpRequestError } from './errors.js';
import { goReason, requestFailure } from './go-reasons.js';
import { headerFault, mergedHeaders, withoutCredentials } from './headers.js';
import {
  DEFAULT_HTTP_CLIENT_CONFIG,
  type HttpClientConfig,
  type OAuth2Config,
} from './http-client-config.js';
import { TokenSource } from './oauth2.js';
import { proxyFor } from './proxy-choice.js';
import { type Hop, nextHop, redirectLocation } from './redirect.js';
import { readTlsOptions, type TlsOptions } from './tls-options.js';
import { type TokenAnswer } from './token-answer.js';

export interface HttpRequest {
  readonly url: string;
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** A Unix socket to connect to in place of the URL's host, and of any proxy; empty for none. */
  readonly socketPath?: string;
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
  /** How names of hosts become addresses; default: as Node does. */
  readonly lookup?: LookupFunction;
  /** Is told of connections, but of those to proxies. */
  readonly dials?: DialCounts | undefined;
}

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
  /** Token endpoints have TLS and proxies of their own. */
  readonly #tokenClient: HttpClient | undefined;
  readonly #takesProxies: boolean;
  readonly #lookup: LookupFunction | undefined;
  readonly #dials: DialCounts | undefined;
  readonly #dispatchers = new Map<string, Undici.Dispatcher>();
  #tlsKey = '';

  constructor(options: HttpClientOptions) {
    this.#config = options.config;
    this.#lookup = options.lookup;
    this.#dials = options.dials;
    this.#userAgent = options.userAgent;
    this.#environment = options.environment ?? process.env;
    const { oauth2, proxy_url: proxy, proxy_from_environment: fromEnvironment } = options.config;
    this.#takesProxies = proxy !== '' || fromEnvironment;
    if (oauth2 !== undefined) {
      this.#tokenClient = new HttpClient({
        config: tokenClientConfig(oauth2),
        userAgent: options.userAgent,
        environment: this.#environment,
      });
      this.#tokens = new TokenSource({
        config: oauth2,
        clock: options.clock ?? systemClock,
        post: (url, headers, form, signal) => this.#tokenClient!.postForm(url, headers, form, signal),
      });
    }
  }

  /** @throws HttpRequestError in Go's words. */
  async request(wanted: HttpRequest): Promise<HttpResponse> {
    const { url, method = 'GET', body } = wanted;
    let hop: Hop = { url, method, body, referer: undefined, hasLeftHost: false, count: 0 };
    for (;;) {
      const response = await this.#send(hop, wanted);
      const location = redirectLocation(response.status, response.headers);
      if (location === undefined || !this.#config.follow_redirects) return response;
      await response.discard();
      hop = nextHop(hop, response.status, location, url);
    }
  }

  /**
   * Looks for what no client is to be made without: the files that the TLS configuration names, and no secret from a
   * manager that there is none of.
   * @throws HttpClientSetupError
   */
  async checkSetup(): Promise<void> {
    refuseReferences(this.#config);
    await readTlsOptions(this.#config.tls_config);
  }

  /** Closes all connections; requests under way fail. */
  async close(): Promise<void> {
    const open = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all([...open.map((dispatcher) => dispatcher.destroy()), this.#tokenClient?.close()]);
  }

  /**
   * All headers of a request: those given and those that the configuration adds, credentials among them, names in lower
   * case. For whoever sends the request himself.
   * @throws HttpClientSetupError when a file or token cannot be had, or a header cannot be sent.
   */
  async headers(
    given: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<Record<string, string | string[]>> {
    const authorization =
      this.#tokens === undefined
        ? await authorizationHeader(this.#config)
        : await this.#tokens.header(signal);
    return this.#merged(given, authorization);
  }

  async #merged(
    given: Readonly<Record<string, string>>,
    authorization: string | undefined,
  ): Promise<Record<string, string | string[]>> {
    const configured = await configuredHeaders(this.#config);
    const fault = headerFault(configured);
    if (fault !== undefined) throw new HttpClientSetupError(fault);
    return mergedHeaders({ given, userAgent: this.#userAgent, authorization, configured });
  }

  /** Whether requests to the URL take a proxy. */
  isProxied(url: string): boolean {
    return this.#takesProxies && proxyFor(new URL(url), this.#config, this.#environment) !== undefined;
  }

  async #send(hop: Hop, wanted: HttpRequest, allowH2 = this.#config.enable_http2): Promise<HttpResponse> {
    const { signal } = wanted;
    const { url, method, body } = hop;
    try {
      const { request } = await import('undici');
      const dispatcher = await this.#dispatcher(new URL(url), allowH2, wanted.socketPath ?? '');
      const headers = await this.#hopHeaders(hop, wanted);
      const sent = request(url, {
        dispatcher,
        method,
        headers,
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
      // Nothing was sent: the session had ended before, and does not tell why. HTTP/1 does, or gets through.
      if (allowH2 && isEndedSession(cause) && signal?.aborted !== true) return this.#send(hop, wanted, false);
      const reason: unknown = signal?.aborted === true ? signal.reason : cause;
      const takesProxy = (wanted.socketPath ?? '') === '' && this.isProxied(url);
      const proxied = reason === cause && takesProxy && isConnectFailure(cause) ? 'proxyconnect tcp: ' : '';
      throw new HttpRequestError(requestFailure(method, url, proxied + goReason(reason)), { cause });
    }
  }

  /** Credentials stay with the host they are meant for. */
  async #hopHeaders(
    hop: Hop,
    { headers = {}, signal }: HttpRequest,
  ): Promise<Record<string, string | string[]>> {
    const given = hop.referer === undefined ? headers : { ...headers, referer: hop.referer };
    if (hop.hasLeftHost) return withoutCredentials(await this.#merged(given, undefined));
    return withUrlUser(await this.headers(given, signal), hop.url);
  }

  async #dispatcher(url: URL, allowH2: boolean, socketPath: string): Promise<Undici.Dispatcher> {
    // Loaded late, as it takes a good part of a start, and many processes never need it.
    const undici = await import('undici');
    const tls = await readTlsOptions(this.#config.tls_config);
    const tlsKey = JSON.stringify(tls);
    if (tlsKey !== this.#tlsKey) {
      this.#tlsKey = tlsKey;
      for (const old of this.#dispatchers.values()) void old.close();
      this.#dispatchers.clear();
    }
    const proxy = socketPath === '' ? proxyFor(url, this.#config, this.#environment) : undefined;
    const key = `${url.protocol} ${allowH2} ${proxy ?? ''} ${socketPath}`;
    let dispatcher = this.#dispatchers.get(key);
    if (dispatcher === undefined) {
      const connect = {
        ...tls,
        allowH2,
        ...(socketPath !== '' && { socketPath }),
        ...(this.#lookup !== undefined && { lookup: this.#lookup }),
      };
      dispatcher =
        proxy === undefined ? this.#direct(undici, connect) : this.#proxied(undici, proxy, url, connect);
      this.#dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  }

  #direct({ Agent, buildConnector }: typeof Undici, tls: ConnectOptions): Undici.Dispatcher {
    const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS };
    return new Agent({
      connect: this.#dials === undefined ? connect : countingConnector(buildConnector(connect), this.#dials),
      keepAliveTimeout: IDLE_CONNECTION_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      allowH2: tls.allowH2,
    });
  }

  #proxied({ ProxyAgent }: typeof Undici, proxy: string, url: URL, tls: ConnectOptions): Undici.Dispatcher {
    // As Go does: plain HTTP is asked of the proxy itself, anything else goes through a tunnel.
    const proxyTunnel = url.protocol === 'https:';
    const headers: Record<string, string> = {};
    if (proxyTunnel) {
      for (const [name, values] of this.#config.proxy_connect_header) {
        headers[name] = values.map((value) => value?.reveal() ?? '').join(', ');
      }
    }
    return new ProxyAgent({
      uri: proxy,
      requestTls: tls,
      proxyTls: { ...tls, allowH2: false },
      headers,
      proxyTunnel,
      allowH2: tls.allowH2,
    });
  }

  /** Posts a form and reads the whole answer. @throws HttpRequestError */
  async postForm(
    url: string,
    headers: Readonly<Record<string, string>>,
    form: string,
    signal: AbortSignal | undefined,
  ): Promise<TokenAnswer> {
    const response = await this.request({
      url,
      method: 'POST',
      headers,
      body: form,
      ...(signal !== undefined && { signal }),
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    const type = response.headers['content-type'];
    return {
      status: response.status,
      statusText: response.statusText,
      contentType: (Array.isArray(type) ? type[0] : type) ?? '',
      body: Buffer.concat(chunks).toString(),
    };
  }
}

function tokenClientConfig(oauth2: OAuth2Config): HttpClientConfig {
  const { tls_config, proxy_url, no_proxy, proxy_from_environment, proxy_connect_header } = oauth2;
  return {
    ...DEFAULT_HTTP_CLIENT_CONFIG,
    tls_config,
    proxy_url,
    no_proxy,
    proxy_from_environment,
    proxy_connect_header,
    enable_http2: false,
  };
}

/** A user in the URL stands for credentials, where there are no others. */
function withUrlUser(
  headers: Record<string, string | string[]>,
  url: string,
): Record<string, string | string[]> {
  const { username, password } = new URL(url);
  if (username === '' || headers.authorization !== undefined) return headers;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { ...headers, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
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

/** TLS with what the handshake offers beside. */
type ConnectOptions = TlsOptions & { readonly allowH2: boolean; readonly socketPath?: string };

function isEndedSession(cause: unknown): boolean {
  return (cause as { readonly code?: string }).code === 'ERR_HTTP2_INVALID_SESSION';
}

function isConnectFailure(cause: unknown): boolean {
  return (cause as { readonly syscall?: string }).syscall === 'connect';
}
