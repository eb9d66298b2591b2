import { DeadlineError, type DialCounts, goReason, HttpClient, type HttpResponse } from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import { compress, uncompress } from 'snappy';
import { RemoteReadError } from '../errors.js';
import { type RemoteSelect, type StoreSeries } from './port-protocol.js';
import { type ReadClientMetrics } from './read-client-metrics.js';
import { type RemoteReadConfig } from './read-config.js';
import { encodeReadRequest } from './read-request-writer.js';
import { redactedUrl } from '../send/redacted-url.js';

export interface ReadClientOptions {
  readonly name: string;
  readonly config: RemoteReadConfig;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly metrics: ReadClientMetrics;
  /** Counts connections. */
  readonly dials?: DialCounts | undefined;
}

/** The most bytes of an answer, compressed or not. */
export const MOST_ANSWER_BYTES = 512 * 1024 * 1024;
/** As much of a refusal's text is told. */
const MOST_TEXT_BYTES = 64 * 1024;

const SAMPLES = 'application/x-protobuf';
const CHUNKS = 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse';

type Answer = Pick<StoreSeries, 'form' | 'bytes'>;

/** Asks one remote store. */
export class ReadClient {
  readonly config: RemoteReadConfig;
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #metrics: ReadClientMetrics;
  readonly #labels: { readonly remote_name: string; readonly url: string };
  readonly #headers: Readonly<Record<string, string>>;
  readonly #underWay = new Set<Promise<Answer>>();

  constructor({ name, config, clock, userAgent, metrics, dials }: ReadClientOptions) {
    this.config = config;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#http = new HttpClient({ config, userAgent, clock, dials });
    this.#labels = { remote_name: name, url: redactedUrl(config.url) };
    this.#headers = {
      'content-encoding': 'snappy',
      'accept-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-read-version': '0.1.0',
      ...Object.fromEntries([...config.headers].map(([header, value]) => [header.toLowerCase(), value])),
    };
    metrics.underWay.inc(this.#labels, 0);
  }

  /**
   * The whole answer to a query, decompressed where it is one message.
   * @throws RemoteReadError in upstream's words
   */
  async read(select: RemoteSelect, signal: AbortSignal): Promise<Answer> {
    const timeout = new AbortController();
    const stopTimer = this.#clock.after(this.config.remote_timeout, () => timeout.abort(new DeadlineError()));
    this.#metrics.underWay.inc(this.#labels);
    const reading = this.#read(select, AbortSignal.any([signal, timeout.signal]));
    this.#underWay.add(reading);
    try {
      return await reading;
    } finally {
      this.#underWay.delete(reading);
      this.#metrics.underWay.dec(this.#labels);
      stopTimer();
    }
  }

  /** Whether two clients have the same series in the metrics. */
  isCalledAs(other: ReadClient): boolean {
    return this.#labels.remote_name === other.#labels.remote_name && this.#labels.url === other.#labels.url;
  }

  /** @throws HttpClientSetupError */
  checkSetup(): Promise<void> {
    return this.#http.checkSetup();
  }

  /**
   * Closes all connections once no query is under way any more.
   * @param isGone takes the store's series out of the metrics
   */
  async retire(isGone: boolean): Promise<void> {
    await Promise.allSettled(this.#underWay);
    if (isGone) this.#metrics.underWay.remove(this.#labels);
    await this.#http.close();
  }

  async #read(select: RemoteSelect, signal: AbortSignal): Promise<Answer> {
    const message = encodeReadRequest(select);
    const body = await compress(Buffer.from(message.buffer, 0, message.length));
    const beginMs = this.#clock.monotonicMs();
    const url = this.config.url;
    const response = await this.#http
      .request({ url, method: 'POST', headers: this.#headers, body, signal })
      .catch((cause: unknown) => {
        throw failure('error sending request', cause);
      });
    const { status, statusText, headers } = response;
    if (status < 200 || status > 299) {
      this.#count('unsupported', status);
      const text = (await bytesOf(response, MOST_TEXT_BYTES, true)).toString().replace(/^\n+|\n+$/g, '');
      throw new RemoteReadError(
        `remote server ${this.#labels.url} returned http status ${status}${statusText && ` ${statusText}`}: ${text}`,
      );
    }
    const type = headers['content-type'];
    const contentType = (Array.isArray(type) ? type[0] : type) ?? '';
    const seconds = (this.#clock.monotonicMs() - beginMs) / 1000;
    const form = contentType.startsWith(SAMPLES)
      ? 'samples'
      : contentType.startsWith(CHUNKS)
        ? 'chunks'
        : undefined;
    if (form === undefined) {
      this.#count('unsupported', status);
      await response.discard();
      throw new RemoteReadError(`unsupported content type: ${contentType}`);
    }
    const kind = form === 'samples' ? 'sampled' : 'chunked';
    this.#metrics.seconds.observe({ ...this.#labels, response_type: kind }, seconds);
    this.#count(kind, status);
    const bytes = await bytesOf(response, MOST_ANSWER_BYTES).catch((cause: unknown) => {
      if (cause instanceof RemoteReadError) throw cause;
      const reason = goReason(cause);
      throw new RemoteReadError(
        `error reading response. HTTP status code: ${status} ${statusText}: ${reason === 'EOF' ? 'unexpected EOF' : reason}`,
        { cause },
      );
    });
    return { form, bytes: form === 'samples' ? await decompressed(bytes) : bytes };
  }

  #count(responseType: string, status: number): void {
    this.#metrics.total.inc({ ...this.#labels, response_type: responseType, code: String(status) });
  }
}

async function bytesOf(response: HttpResponse, most: number, cut = false): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes <= most) continue;
    if (cut) break;
    throw new RemoteReadError(`the answer is longer than ${most} bytes`);
  }
  return Buffer.concat(chunks).subarray(0, most);
}

async function decompressed(bytes: Buffer): Promise<Uint8Array> {
  // Snappy's block format begins with the length that comes out.
  if (declaredLength(bytes) > MOST_ANSWER_BYTES) {
    throw new RemoteReadError(`the answer is longer than ${MOST_ANSWER_BYTES} bytes`);
  }
  try {
    return (await uncompress(bytes, { copyOutputData: true })) as Buffer;
  } catch (cause) {
    throw new RemoteReadError('error reading response: snappy: corrupt input', { cause });
  }
}

function declaredLength(bytes: Buffer): number {
  let length = 0;
  for (let at = 0; at < Math.min(5, bytes.length); at++) {
    length += (bytes[at]! & 0x7f) * 2 ** (7 * at);
    if (bytes[at]! < 0x80) return length;
  }
  return length;
}

function failure(what: string, cause: unknown): RemoteReadError {
  return new RemoteReadError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
