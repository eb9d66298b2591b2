import { DeadlineError } from '@narthex/httpclient';
import { type Clock, type Logger, sleep } from '@narthex/process';
import { type Appendable, type Appender } from '@narthex/storage';
import { BodySizeError } from './errors.js';
import { formatGoDuration } from './go-duration.js';
import { type Ingest, type IngestResult } from './ingest.js';
import { type ScrapeMetrics } from './metrics.js';
import { type ReportSeries } from './report-series.js';
import { type AlignmentOptions, ScrapeTimes } from './scrape-times.js';
import { type Target } from './target.js';
import { Ticker } from './ticker.js';
import { type FetchedBody, type ScrapeTransport } from './transport.js';

export interface ScrapeLoopOptions {
  readonly target: Target;
  readonly transport: ScrapeTransport;
  readonly ingest: Ingest;
  readonly reports: ReportSeries;
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodySizeLimitBytes: number;
  readonly sampleLimit: number;
  /** Refuse samples out of order even where the storage takes them. */
  readonly rejectOutOfOrder: boolean;
  readonly offsetSeed: bigint;
  readonly alignment: AlignmentOptions;
  /** Takes each failure to fetch, where the configuration asks for a log of them. */
  readonly failures: Logger | undefined;
  /** Ends everything at once, without stale markers: the program stops. */
  readonly shutdown: AbortSignal;
}

const NOTHING_READ: IngestResult = { total: 0, added: 0, seriesAdded: 0, error: '' };

/** Scrapes one target at its interval until it is stopped. */
export class ScrapeLoop {
  readonly #options: ScrapeLoopOptions;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #marksEnd = true;
  #lastBytes = 0;
  #lastStartMs: number | undefined;
  /** Set from outside: then nothing is fetched, and this is why. */
  forcedError = '';

  /** Starts right away; the first scrape comes at the target's own moment in the interval. */
  constructor(options: ScrapeLoopOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /**
   * Scrapes no more, and resolves when the scrape under way has ended. Two intervals later, unless the program stops
   * before, stale markers follow: by then a new loop for the same series would have stored something newer.
   */
  async stop(options: { readonly markStale: boolean }): Promise<void> {
    this.#marksEnd = options.markStale;
    this.#stop.abort();
    await this.#ended;
  }

  /** Another loop has taken over the series: no stale markers from this one, should it still wait with them. */
  disableStaleMarkers(): void {
    this.#marksEnd = false;
  }

  async #run(): Promise<void> {
    const { target, clock, offsetSeed, shutdown, alignment } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, shutdown]);
    if (!(await sleep(clock, target.offsetMs(clock.nowMs(), offsetSeed), signal))) return;
    const ticker = new Ticker(clock, target.intervalMs);
    const times = new ScrapeTimes(clock.nowMs(), target.intervalMs, alignment);
    do {
      await this.#scrapeGuarded(times.next(clock.nowMs()));
    } while (await ticker.tick(signal));
    if (!shutdown.aborted) void this.#markEnd(ticker);
  }

  /** A fault of ours must not end the loop, let alone the program. */
  async #scrapeGuarded(timestampMs: number): Promise<void> {
    try {
      await this.#scrape(timestampMs);
    } catch (error) {
      const err = error instanceof Error ? error : String(error);
      this.#options.logger.error('Scrape commit failed', { err });
    }
  }

  async #scrape(timestampMs: number): Promise<void> {
    const { target, clock, metrics, ingest, appendable, shutdown, logger, failures, rejectOutOfOrder } =
      this.#options;
    const startMs = clock.monotonicMs();
    if (this.#lastStartMs !== undefined) {
      const interval = formatGoDuration(target.intervalMs);
      metrics.passed(interval, (startMs - this.#lastStartMs) / 1000);
    }
    this.#lastStartMs = startMs;
    let error = this.forcedError;
    let body: FetchedBody | undefined;
    let bodyBytes = 0;
    if (error === '') {
      try {
        body = await this.#fetch();
        bodyBytes = body.length;
        if (bodyBytes > 0) this.#lastBytes = bodyBytes;
      } catch (cause) {
        if (shutdown.aborted) return;
        if (cause instanceof BodySizeError) {
          metrics.exceededBodySizeLimit.inc();
          bodyBytes = -1;
        }
        error = cause instanceof Error ? cause.message : String(cause);
        logger.debug('Scrape failed', { err: error });
        failures?.error(error);
      }
    }
    let appender: Appender = appendable.appender({ rejectOutOfOrder });
    let result = NOTHING_READ;
    try {
      if (body !== undefined && body.length > 0) {
        result = await ingest.read(body, appender, timestampMs, clock.nowMs());
      }
    } finally {
      body?.release();
    }
    if (result.error !== '') {
      appender.rollback();
      appender = appendable.appender({ rejectOutOfOrder });
      logger.debug('Append failed', { err: result.error });
      error = result.error;
    }
    // A body without a single line leaves nothing of the series behind, and yet is no failure.
    if (error !== '' || body?.length === 0) await ingest.readNothing(appender, timestampMs);
    const durationMs = clock.monotonicMs() - startMs;
    target.report({ startMs: timestampMs, durationMs, error });
    this.#report(appender, timestampMs, durationMs, result, error, bodyBytes);
    await appender.commit();
    metrics.scrapeDuration.observe(durationMs / 1000);
  }

  #report(
    appender: Appender,
    timestampMs: number,
    durationMs: number,
    { total, added, seriesAdded }: IngestResult,
    error: string,
    bodyBytes: number,
  ): void {
    const { reports, target, sampleLimit } = this.#options;
    const values = [error === '' ? 1 : 0, durationMs / 1000, total, added, seriesAdded];
    reports.append(appender, timestampMs, [...values, target.timeoutMs / 1000, sampleLimit, bodyBytes]);
  }

  async #fetch(): Promise<FetchedBody> {
    const { target, transport, clock, headers, bodySizeLimitBytes, shutdown } = this.#options;
    const deadline = new AbortController();
    const cancel = clock.after(target.timeoutMs, () => deadline.abort(new DeadlineError()));
    const onShutdown = (): void => deadline.abort();
    shutdown.addEventListener('abort', onShutdown);
    try {
      return await transport.fetch({
        url: target.url,
        socketPath: target.socketPath,
        headers,
        signal: deadline.signal,
        bodySizeLimitBytes,
        expectedBytes: this.#lastBytes,
      });
    } finally {
      cancel();
      shutdown.removeEventListener('abort', onShutdown);
    }
  }

  async #markEnd(ticker: Ticker): Promise<void> {
    const { target, clock, ingest, reports, appendable, shutdown, logger } = this.#options;
    if (!(await ticker.tick(shutdown))) return;
    const staleMs = clock.nowMs();
    if (!(await ticker.tick(shutdown))) return;
    if (!(await sleep(clock, target.intervalMs / 10, shutdown)) || !this.#marksEnd) return;
    try {
      const appender = appendable.appender({ rejectOutOfOrder: true });
      await ingest.readNothing(appender, staleMs);
      reports.appendStale(appender, staleMs);
      await appender.commit();
    } catch (error) {
      logger.warn('Stale commit failed', { err: error instanceof Error ? error : String(error) });
    }
  }
}
