import { type SpanAttribute, type Tracing } from '@narthex/process';
import { type FetchedBody, type ScrapeRequest, type ScrapeTransport } from './transport.js';

/**
 * Records upstream's spans of a scrape: `Scrape`, and in it `HTTP GET`, which the target is told of
 * (https://opentelemetry.io/docs/specs/semconv/http/http-spans/).
 */
export class TracedTransport implements ScrapeTransport {
  readonly #transport: ScrapeTransport;
  readonly #tracing: Tracing;

  constructor(transport: ScrapeTransport, tracing: Tracing) {
    this.#transport = transport;
    this.#tracing = tracing;
  }

  checkSetup(): Promise<void> {
    return this.#transport.checkSetup();
  }

  fetch(request: ScrapeRequest): Promise<FetchedBody> {
    if (!this.#tracing.isOn) return this.#transport.fetch(request);
    return this.#tracing.within('Scrape', { kind: 'client' }, () => {
      const options = { kind: 'client', attributes: attributesOf(request.url) } as const;
      return this.#tracing.within('HTTP GET', options, async (span) => {
        const headers = { ...request.headers, ...span?.headers };
        const body = await this.#transport.fetch({ ...request, headers });
        span?.set('http.response.status_code', 200);
        return body;
      });
    });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

function attributesOf(url: string): Record<string, SpanAttribute> {
  const about: Record<string, SpanAttribute> = { 'http.request.method': 'GET', 'url.full': url };
  if (!URL.canParse(url)) return about;
  const { hostname, port } = new URL(url);
  about['server.address'] = hostname;
  if (port !== '') about['server.port'] = Number(port);
  return about;
}
