import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Appended, type MemoryStorage } from './memory-storage.js';
import { ReceiverRig } from './receiver-rig.js';

/** A request that came. */
export interface WriteRequestSeen {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly atMs: number;
}

/** What to answer without looking at a request; undefined to take it. */
export type Refusal = (
  request: WriteRequestSeen,
  index: number,
) =>
  | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string }
  | 'never'
  | undefined;

/** Samples of the near future are taken. */
const AHEAD_MS = 3_600_000;

/** A receiver of remote write on a port of its own, with the real decoder behind it. */
export class WriteEndpoint {
  readonly requests: WriteRequestSeen[] = [];
  refuse: Refusal = () => undefined;
  /** Whether answers tell what was written, as 2.0 asks for. */
  tellsWritten = true;
  /** Called before an answer goes out; it waits for that. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  readonly #rig: ReceiverRig;
  readonly #hanging = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;

  private constructor(rig: ReceiverRig) {
    this.#rig = rig;
  }

  static async open(): Promise<WriteEndpoint> {
    const endpoint = new WriteEndpoint(await ReceiverRig.create(undefined, Date.now() + AHEAD_MS));
    await endpoint.listen();
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/api/v1/write`;
  }

  get storage(): MemoryStorage {
    return this.#rig.storage;
  }

  /** Times of the samples of a series, in the order in which they came. */
  timesOf(series: string): readonly number[] {
    return this.storage.committed
      .filter((one) => one.series === series)
      .map(({ timestampMs }) => timestampMs);
  }

  ofKind(kind: Appended['kind']): readonly Appended[] {
    return this.storage.committed.filter((one) => one.kind === kind);
  }

  /** Listens, on the same port as before if there was one. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const seen = { headers: request.headers, body: Buffer.concat(chunks), atMs: performance.now() };
        void this.#answer(seen, response);
      });
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const response of this.#hanging) response.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #answer(seen: WriteRequestSeen, response: ServerResponse): Promise<void> {
    const index = this.requests.push(seen) - 1;
    const refusal = this.refuse(seen, index);
    if (refusal === 'never') {
      this.#hanging.add(response);
      return;
    }
    await this.beforeAnswer();
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.text ?? '');
      return;
    }
    const { headers, body } = seen;
    const { status, text, written } = await this.#rig.sendBody(
      body,
      headers['content-type'] ?? '',
      headers['content-encoding'] ?? '',
    );
    if (this.tellsWritten && written !== undefined) {
      response.setHeader('X-Prometheus-Remote-Write-Samples-Written', written.samples);
      response.setHeader('X-Prometheus-Remote-Write-Histograms-Written', written.histograms);
      response.setHeader('X-Prometheus-Remote-Write-Exemplars-Written', written.exemplars);
    }
    response.writeHead(status).end(text);
  }
}
