import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type Server as TlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { ConfigError } from '@narthex/config';
import { type Clock, type Logger } from '@narthex/process';
import { WebConfigError } from '../errors.js';
import { BasicAuth, type UserHashes } from './basic-auth.js';
import { clientFault } from './client-certificate.js';
import { RateLimit } from './rate-limit.js';
import { checkHttp2Ciphers, FileChanges, hasTls, readServerTls } from './server-tls.js';
import { loadWebConfig, type WebConfig } from './web-config.js';

export interface WebGuardOptions {
  /** The file of `--web.config.file`. */
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Stands before a server's handler: TLS, passwords, headers and a rate limit, as a web configuration file asks for
 * them. The file and the certificates are looked at again for every request and connection, so a change needs no
 * restart; whether there is TLS at all, HTTP/2, and the rate limit are settled at the start.
 */
export class WebGuard {
  /** What a TLS server is made with; undefined for plain HTTP. */
  readonly tls: TlsOptions | undefined;
  /** Whether clients may choose HTTP/2 where there is TLS. */
  readonly http2: boolean;
  readonly #options: WebGuardOptions;
  readonly #auth = new BasicAuth();
  readonly #limit: RateLimit | undefined;
  readonly #configChanges = new FileChanges();
  readonly #certificateChanges = new FileChanges();
  readonly #tlsServers = new Set<TlsServer>();
  /** What the TLS in force was read from; undefined while that cannot be used. */
  #tlsSource: Promise<WebConfig> | undefined;
  #config: Promise<WebConfig>;
  #latest: WebConfig;
  #users: UserHashes;

  private constructor(options: WebGuardOptions, config: WebConfig) {
    const { burst, interval } = config.rate_limit;
    this.#options = options;
    this.#config = Promise.resolve(config);
    this.#tlsSource = this.#config;
    this.#latest = config;
    this.#users = hashesOf(config);
    this.http2 = config.http_server_config.http2;
    this.tls = hasTls(config.tls_server_config) ? readServerTls(config.tls_server_config) : undefined;
    if (this.tls !== undefined && this.http2) checkHttp2Ciphers(config.tls_server_config);
    if (interval > 0) {
      this.#limit = new RateLimit(interval, burst, () => options.clock.monotonicMs());
      options.logger.info('Rate Limiter is enabled.', { burst, interval: `${interval}ms` });
    }
    this.#configChanges.changed([options.file]);
    this.#certificateChanges.changed(certificateFiles(config));
  }

  /** @throws WebConfigError when the file, or what it names, cannot be used */
  static async open(options: WebGuardOptions): Promise<WebGuard> {
    try {
      return new WebGuard(options, await loadWebConfig(options.file));
    } catch (cause) {
      if (cause instanceof ConfigError) throw new WebConfigError(cause.message, { cause });
      throw cause;
    }
  }

  /** As {@link WebGuard.open}, and nothing for an empty file name. @throws WebConfigError */
  static async openIfGiven(options: WebGuardOptions): Promise<WebGuard | undefined> {
    return options.file === '' ? undefined : await WebGuard.open(options);
  }

  /** A handler that lets through what may pass. */
  protect(handler: RequestListener): RequestListener {
    return (request, response) => {
      this.#admit(request, response).then(
        (isAdmitted) => {
          if (isAdmitted) handler(request, response);
        },
        (error: unknown) => {
          this.#options.logger.error('Unable to parse configuration', {
            err: error instanceof Error ? error.message : String(error),
          });
          answer(response, 500, 'Internal Server Error');
        },
      );
    };
  }

  /** Keeps the server's TLS as the files have it, and sends clients away whose certificates do not do. */
  attach(server: TlsServer): void {
    this.#tlsServers.add(server);
    server.on('secureConnection', (socket: TLSSocket) => {
      const fault = clientFault(socket, this.#latest.tls_server_config);
      if (fault === undefined) return;
      this.#options.logger.debug('TLS handshake error', { remote: socket.remoteAddress, err: fault });
      socket.destroy();
    });
  }

  /**
   * Called before each handshake: reads configuration and certificates anew where a file has changed; undefined where
   * none has. Rejects when they cannot be used: then there is to be no handshake until they can.
   */
  refreshTls(): Promise<void> | undefined {
    const isCurrent =
      this.#tlsSource === this.#config &&
      !this.#configChanges.wouldChange([this.#options.file]) &&
      !this.#certificateChanges.wouldChange(certificateFiles(this.#latest));
    return isCurrent ? undefined : this.#reloadTls();
  }

  async #reloadTls(): Promise<void> {
    this.#tlsSource = undefined;
    try {
      const loading = this.#current();
      // What the file says now has taken its place already.
      const source = this.#config;
      const config = await loading;
      if (!hasTls(config.tls_server_config)) throw new WebConfigError('TLS config is not present');
      // Noted before they are read, lest a change between the two goes unseen.
      this.#certificateChanges.changed(certificateFiles(config));
      const tls = readServerTls(config.tls_server_config);
      for (const server of this.#tlsServers) server.setSecureContext(tls);
      this.#tlsSource = source;
    } catch (error) {
      const err = error instanceof Error ? error.message : String(error);
      this.#options.logger.error('Reading TLS configuration failed', { err });
      throw error;
    }
  }

  async #admit(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { http_server_config: http } = await this.#current();
    if (this.#limit?.allow() === false) {
      answer(response, 429, 'Too Many Requests');
      return false;
    }
    for (const [name, value] of http.headers) response.setHeader(name, value);
    if (this.#users.size === 0 || (await this.#auth.allows(request, this.#users))) return true;
    response.setHeader('WWW-Authenticate', 'Basic');
    answer(response, 401, 'Unauthorized');
    return false;
  }

  /** The configuration as the file has it now. */
  async #current(): Promise<WebConfig> {
    if (this.#configChanges.changed([this.#options.file])) this.#config = loadWebConfig(this.#options.file);
    const config = await this.#config;
    if (config !== this.#latest) {
      this.#latest = config;
      this.#users = hashesOf(config);
    }
    return config;
  }
}

function certificateFiles({
  tls_server_config: { cert_file, key_file, client_ca_file },
}: WebConfig): string[] {
  return [cert_file, key_file, client_ca_file].filter((file) => file !== '');
}

function hashesOf({ basic_auth_users }: WebConfig): UserHashes {
  return new Map([...basic_auth_users].map(([user, hash]) => [user, hash?.reveal() ?? '']));
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end(`${text}\n`);
}
