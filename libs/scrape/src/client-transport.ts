import { goReason, type HttpClient, HttpRequestError, type HttpResponse } from '@narthex/httpclient';
import { type BufferPool, GrowingBody } from './buffer-pool.js';
import { BodySizeError, ScrapeError } from './errors.js';
import { gunzip } from './gunzip.js';
import { type FetchedBody, type ScrapeRequest } from './transport.js';

/** The road for everything: TLS, proxies, redirects, credentials. */
export class ClientTransport {
  readonly #client: HttpClient;
  readonly #buffers: BufferPool;

  constructor(client: HttpClient, buffers: BufferPool) {
    this.#client = client;
    this.#buffers = buffers;
  }

  async fetch(request: ScrapeRequest): Promise<FetchedBody> {
    const { url, headers, signal, socketPath } = request;
    const response = await this.#client.request({ url, headers, signal, socketPath });
    if (response.status !== 200) {
      await response.discard().catch(() => undefined);
      throw new ScrapeError(`server returned HTTP status ${response.status} ${response.statusText}`);
    }
    const body = new GrowingBody(this.#buffers, request.expectedBytes + 1_024);
    try {
      return await this.#readBody(response, body, request);
    } catch (error) {
      body.release();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #readBody(response: HttpResponse, body: GrowingBody, request: ScrapeRequest): Promise<FetchedBody> {
    const { bodySizeLimitBytes: limit, expectedBytes, signal } = request;
    const contentType = headerText(response, 'content-type');
    const isPacked = headerText(response, 'content-encoding') === 'gzip';
    try {
      for await (const chunk of response.body) {
        body.push(chunk);
        if (limit > 0 && body.length >= limit) throw new BodySizeError();
      }
    } catch (cause) {
      if (cause instanceof BodySizeError) throw cause;
      throw new HttpRequestError(readFailure(cause, signal), { cause });
    }
    if (!isPacked)
      return { bytes: body.bytes, length: body.length, contentType, release: () => body.release() };
    const unpacked = await gunzip(body.bytes.subarray(0, body.length), expectedBytes, limit);
    body.release();
    return { bytes: unpacked, length: unpacked.length, contentType, release: () => undefined };
  }
}

function headerText(response: HttpResponse, name: string): string {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

function readFailure(cause: unknown, signal: AbortSignal): string {
  if (signal.aborted) return goReason(signal.reason);
  const reason = goReason(cause);
  return reason === 'EOF' ? 'unexpected EOF' : reason;
}
