import { MalformedMessageError } from '@narthex/bytes';
import { type Registry } from '@narthex/client';
import { type Clock, type Logger, Slices } from '@narthex/process';
import { type Appendable, type Appender, StorageError } from '@narthex/storage';
import { type MetricsData } from '../data/metrics-data.js';
import { type Steps } from '../data/steps.js';
import { DeltaToCumulative, hasDeltas } from '../delta/delta-to-cumulative.js';
import { DecodeError } from '../errors.js';
import { type OtlpSettings } from '../translate/settings.js';
import { Translator } from '../translate/translator.js';
import { checkHeaders, decompressed, type OtlpHeaders, readRequest } from './body.js';
import { OtlpMetrics } from './metrics.js';

/** How far ahead of the clock a sample may lie. */
const MAX_AHEAD_MS = 600_000;
/** After so long others get their turn. */
const SLICE_MS = 4;

/**
 * What becomes of points that tell only what changed: they are refused, added up (`otlp-deltatocumulative`), or stored as
 * they are (`otlp-native-delta-ingestion`).
 */
export type DeltaHandling = 'refuse' | 'convert' | 'store';

export interface OtlpReceiverOptions {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Asked for each request: settings may be reloaded. */
  readonly settings: () => OtlpSettings;
  /** As `--query.lookback-delta`: `target_info` is written twice in this time. */
  readonly lookbackDeltaMs: number;
  readonly deltas: DeltaHandling;
  /** Writes a zero where a counter began (`created-timestamp-zero-ingestion`). */
  readonly startZeros: boolean;
}

/** The parts of an HTTP request that matter. */
export interface OtlpRequest extends OtlpHeaders {
  /** Called once, and only when the headers are good. What goes wrong with it is thrown on. */
  readonly readBody: () => Promise<Uint8Array>;
}

export interface OtlpAnswer {
  readonly status: 200 | 400 | 500;
  /** Plain text, empty for 200. */
  readonly text: string;
}

/**
 * Receives metrics over OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp), in protobuf or JSON. One request is
 * one transaction: it is taken whole, and answered when it is in the log, or nothing of it is kept.
 */
export class OtlpReceiver {
  readonly #options: OtlpReceiverOptions;
  readonly #metrics: OtlpMetrics;
  readonly #totals: DeltaToCumulative;
  readonly #slices = new Slices();

  constructor(options: OtlpReceiverOptions) {
    this.#options = options;
    this.#metrics = new OtlpMetrics(options.registry);
    this.#totals = new DeltaToCumulative(options.clock);
  }

  /** Takes one request. What goes wrong with it is an answer, not an exception. */
  async receive(request: OtlpRequest): Promise<OtlpAnswer> {
    const { logger } = this.#options;
    let data: MetricsData;
    try {
      data = await this.#decode(request);
    } catch (error) {
      if (!(error instanceof DecodeError) && !(error instanceof MalformedMessageError)) throw error;
      logger.error('Error decoding OTLP write request', { err: error.message });
      return { status: 400, text: error.message };
    }
    try {
      return await this.#write(data);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return this.#refuse(500, error.message);
    }
  }

  async #decode(request: OtlpRequest): Promise<MetricsData> {
    checkHeaders(request);
    const body = await request.readBody();
    // Only whose turn it is gets memory for what the body holds.
    await this.#slices.turn();
    return this.#run(readRequest(await decompressed(body, request), request));
  }

  async #write(received: MetricsData): Promise<OtlpAnswer> {
    const { appendable, clock, settings, lookbackDeltaMs, deltas, startZeros } = this.#options;
    let data = received;
    if (deltas === 'convert' && hasDeltas(data)) {
      data = await this.#run(this.#totals.convert(data));
      if (isEmpty(data)) return { status: 200, text: '' };
    }
    const appender = appendable.appender();
    const translator = new Translator({
      appender,
      lookbackDeltaMs,
      startZeros,
      settings: settings(),
      latestMs: clock.nowMs() + MAX_AHEAD_MS,
      acceptDeltas: deltas === 'store',
    });
    await this.#translate(appender, translator, data);
    const { faults, warnings, sink } = translator;
    this.#metrics.withoutMetadata.inc(sink.samplesWithoutMetadata);
    this.#metrics.outOfOrderExemplars.inc(sink.refusedExemplars);
    if (warnings.size > 0) {
      const shown = `[${[...warnings].join(' ')}]`;
      const message = 'Warnings translating OTLP metrics to Prometheus write request';
      this.#options.logger.warn(message, { warnings: shown });
    }
    if (faults.length === 0) {
      await appender.commit();
      return { status: 200, text: '' };
    }
    appender.rollback();
    const text = faults.map((fault) => fault.text).join('\n');
    return faults.some(({ status }) => status === 400) ? { status: 400, text } : this.#refuse(500, text);
  }

  async #translate(appender: Appender, translator: Translator, data: MetricsData): Promise<void> {
    try {
      await this.#run(translator.translate(data));
    } catch (error) {
      appender.rollback();
      throw error;
    }
  }

  #refuse(status: 500, text: string): OtlpAnswer {
    this.#options.logger.error('Error appending remote write', { err: text });
    return { status, text };
  }

  /** Goes through work in slices of a few milliseconds. */
  async #run<T>(steps: Steps<T>): Promise<T> {
    const { clock } = this.#options;
    let startMs = clock.monotonicMs();
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      if (clock.monotonicMs() - startMs < SLICE_MS) continue;
      await this.#slices.turn();
      startMs = clock.monotonicMs();
    }
  }
}

function isEmpty(data: MetricsData): boolean {
  return data.every(({ scopes }) => scopes.every(({ metrics }) => metrics.length === 0));
}
