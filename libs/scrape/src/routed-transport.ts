import { type DialCounts, HttpClient } from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import { type BufferPool } from './buffer-pool.js';
import { ClientTransport } from './client-transport.js';
import { ScrapeError } from './errors.js';
import { type ScrapeConfig } from './scrape-config.js';
import { SocketTransport } from './socket-transport.js';
import { urlFault } from './target-fault.js';
import { type FetchedBody, type ScrapeRequest, type ScrapeTransport } from './transport.js';

/** Takes the short road where it leads to the target, and the other where it does not. */
export class RoutedTransport implements ScrapeTransport {
  readonly #client: HttpClient;
  readonly #far: ClientTransport;
  readonly #near: SocketTransport;

  constructor(options: {
    readonly config: ScrapeConfig;
    readonly userAgent: string;
    readonly clock: Clock;
    readonly buffers: BufferPool;
    readonly dials?: DialCounts | undefined;
  }) {
    const { config, userAgent, clock, buffers, dials } = options;
    this.#client = new HttpClient({ config, userAgent, clock, dials });
    this.#far = new ClientTransport(this.#client, buffers);
    this.#near = new SocketTransport({
      client: this.#client,
      followRedirects: config.follow_redirects,
      fallback: this.#far,
      buffers,
      clock,
      dials,
    });
  }

  async checkSetup(): Promise<void> {
    await this.#client.checkSetup();
  }

  async fetch(request: ScrapeRequest): Promise<FetchedBody> {
    const { url, socketPath } = request;
    const fault = urlFault(url);
    if (fault !== undefined) throw new ScrapeError(fault);
    const isNear = url.startsWith('http:') && (socketPath !== '' || !this.#client.isProxied(url));
    return (isNear ? this.#near : this.#far).fetch(request);
  }

  async close(): Promise<void> {
    await Promise.all([this.#near.close(), this.#far.close()]);
  }
}
