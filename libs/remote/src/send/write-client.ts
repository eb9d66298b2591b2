import { DeadlineError, type DialCounts, HttpClient, type HttpResponse } from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import { RecoverableWriteError, SendingStoppedError, WriteRefusedError } from '../errors.js';
import { WRITE_MESSAGES } from '../write/content-type.js';
import { retryAfterMs } from './retry-after.js';
import { randomAddressLookup } from './random-address.js';
import { type RemoteWriteConfig } from './write-config.js';

/** What a receiver says that it has written. */
export interface WriteStats {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  /** Whether it says so at all, as those of 2.0 do. */
  readonly isConfirmed: boolean;
}

export interface WriteClientOptions {
  readonly config: RemoteWriteConfig;
  readonly clock: Clock;
  readonly userAgent: string;
  /** Counts connections. */
  readonly dials?: DialCounts | undefined;
}

/** As much of an answer's text goes into an error. */
const MOST_TEXT_BYTES = 1024;

/** Sends requests of remote write to one receiver. */
export class WriteClient {
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #config: RemoteWriteConfig;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #underWay = new Set<Promise<WriteStats>>();

  constructor({ config, clock, userAgent, dials }: WriteClientOptions) {
    this.#config = config;
    this.#clock = clock;
    const isV2 = config.protobuf_message === WRITE_MESSAGES[1];
    this.#http = new HttpClient({
      config,
      userAgent,
      clock,
      dials,
      ...(config.round_robin_dns && { lookup: randomAddressLookup() }),
    });
    this.#headers = {
      'content-encoding': 'snappy',
      'content-type': `application/x-protobuf${isV2 ? `;proto=${config.protobuf_message}` : ''}`,
      'x-prometheus-remote-write-version': isV2 ? '2.0.0' : '0.1.0',
      ...Object.fromEntries([...config.headers].map(([name, value]) => [name.toLowerCase(), value])),
    };
  }

  /**
   * Sends one request.
   * @param attempt 0 for the first one
   * @throws RecoverableWriteError, WriteRefusedError, SendingStoppedError when `signal` aborts
   */
  store(body: Uint8Array, attempt: number, signal: AbortSignal): Promise<WriteStats> {
    const storing = this.#store(body, attempt, signal);
    this.#underWay.add(storing);
    return storing.finally(() => this.#underWay.delete(storing));
  }

  async #store(body: Uint8Array, attempt: number, signal: AbortSignal): Promise<WriteStats> {
    const timeout = new AbortController();
    const stopTimer = this.#clock.after(this.#config.remote_timeout, () =>
      timeout.abort(new DeadlineError()),
    );
    try {
      const response = await this.#http.request({
        url: this.#config.url,
        method: 'POST',
        headers: { ...this.#headers, ...(attempt > 0 && { 'retry-attempt': String(attempt) }) },
        body,
        signal: AbortSignal.any([signal, timeout.signal]),
      });
      return await this.#judge(response);
    } catch (cause) {
      if (cause instanceof RecoverableWriteError || cause instanceof WriteRefusedError) throw cause;
      if (signal.aborted) throw new SendingStoppedError();
      // What breaks while an answer is read, and the end of the time allowed, are like an answer that never came.
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new RecoverableWriteError(message, 0, { cause });
    } finally {
      stopTimer();
    }
  }

  /** What cannot be set up is found out before anything is sent. @throws HttpClientSetupError */
  checkSetup(): Promise<void> {
    return this.#http.checkSetup();
  }

  /** Closes all connections; requests under way fail. */
  close(): Promise<void> {
    return this.#http.close();
  }

  /** As {@link close}, once no request is under way any more. */
  async retire(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#http.close();
  }

  async #judge(response: HttpResponse): Promise<WriteStats> {
    const { status, statusText, headers } = response;
    if (status >= 200 && status <= 299) {
      await response.discard();
      return statsOf(headers);
    }
    const text = await beginning(response);
    const message = `server returned HTTP status ${status}${statusText && ` ${statusText}`}: ${text}`;
    const isRecoverable =
      (status >= 500 && status <= 599) || (status === 429 && this.#config.queue_config.retry_on_http_429);
    if (!isRecoverable) throw new WriteRefusedError(message);
    throw new RecoverableWriteError(
      message,
      retryAfterMs(headerOf(headers, 'retry-after'), this.#clock.nowMs()),
    );
  }
}

async function beginning(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes >= MOST_TEXT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_TEXT_BYTES).toString();
}

function statsOf(headers: HttpResponse['headers']): WriteStats {
  let isConfirmed = false;
  const count = (kind: string): number => {
    const text = headerOf(headers, `x-prometheus-remote-write-${kind}-written`);
    if (text === '') return 0;
    isConfirmed = true;
    return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  };
  const [samples, histograms, exemplars] = [count('samples'), count('histograms'), count('exemplars')];
  return { samples, histograms, exemplars, isConfirmed };
}

function headerOf(headers: HttpResponse['headers'], name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
