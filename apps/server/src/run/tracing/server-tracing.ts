import { AsyncLocalStorage } from 'node:async_hooks';
import { readTlsOptions } from '@narthex/httpclient';
import { type Clock, type Logger, type SpanOptions, type TraceSpan, type Tracing } from '@narthex/process';
import { ReloadError } from '../errors.js';
import type { OtlpSpans } from './otlp-spans.js';
import { type TracingConfig, tracingFingerprint } from './tracing-config.js';

export interface ServerTracingOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

/** How long the end waits for spans that are still to be sent. */
const CLOSE_MS = 5_000;

/** The spans of the section `tracing`: taken over at each reload, and nothing while there is none. */
export class ServerTracing implements Tracing {
  readonly #options: ServerTracingOptions;
  readonly #running = new AsyncLocalStorage<TraceSpan>();
  #spans: OtlpSpans | undefined;
  #fingerprint = '';

  constructor(options: ServerTracingOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#spans !== undefined;
  }

  get current(): TraceSpan | undefined {
    return this.#spans === undefined ? undefined : this.#running.getStore();
  }

  /**
   * Takes the section over. One with certificates is always taken anew, since they may have changed.
   * @throws ReloadError where a certificate cannot be read; then nothing is recorded
   */
  async applyConfig(config: TracingConfig | undefined): Promise<void> {
    const { logger, version } = this.#options;
    const fingerprint = tracingFingerprint(config);
    if (fingerprint === this.#fingerprint && config?.tls_config === undefined) return;
    await this.#close();
    this.#fingerprint = fingerprint;
    if (config === undefined) {
      logger.info('Tracing provider uninstalled.');
      return;
    }
    const onError = (err: string): void => {
      logger.error('OpenTelemetry handler returned an error', { err });
    };
    try {
      const tls = config.insecure ? undefined : await readTlsOptions(config.tls_config);
      const { OtlpSpans } = await import('../../tracing.part.js');
      this.#spans = new OtlpSpans({ config, tls, version, onError });
    } catch (cause) {
      this.#fingerprint = '';
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ReloadError('APPLY', `failed to install a new tracer provider: ${reason}`, { cause });
    }
    logger.info('Successfully installed a new tracer provider.');
  }

  /** A span of the current one, or of none. Undefined while nothing is recorded. */
  start(name: string, options: SpanOptions = {}, parent = this.current): TraceSpan | undefined {
    return parent?.child(name, options) ?? this.#spans?.start(name, options);
  }

  /** A span of the one that a caller's headers tell of. */
  startFor(
    callerHeaders: Readonly<Record<string, string | string[] | undefined>>,
    name: string,
    options: SpanOptions,
  ): TraceSpan | undefined {
    return this.#spans?.start(name, options, callerHeaders);
  }

  /** What runs has this span as its current one. */
  run<T>(span: TraceSpan, run: () => T): T {
    return this.#running.run(span, run);
  }

  async within<T>(
    name: string,
    options: SpanOptions,
    run: (span: TraceSpan | undefined) => Promise<T>,
  ): Promise<T> {
    const span = this.start(name, options);
    if (span === undefined) return run(undefined);
    try {
      return await this.run(span, () => run(span));
    } catch (error) {
      span.fail(error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      span.end();
    }
  }

  async stop(): Promise<void> {
    if (this.#spans === undefined) return;
    await this.#close();
    this.#options.logger.info('Tracing manager stopped');
  }

  async #close(): Promise<void> {
    const spans = this.#spans;
    if (spans === undefined) return;
    this.#spans = undefined;
    const { clock, logger } = this.#options;
    let cancel = (): void => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = clock.after(CLOSE_MS, () => reject(new Error('context deadline exceeded')));
    });
    try {
      await Promise.race([spans.close(), late]);
    } catch (error) {
      const err = error instanceof Error ? error.message : String(error);
      logger.error('failed to shut down the tracer provider', { err });
    } finally {
      cancel();
    }
  }
}
