import { Counter, Gauge, Histogram, type Registry, Summary } from '@narthex/client';

const QUANTILES = { percentiles: [0.01, 0.05, 0.5, 0.9, 0.99], maxAgeSeconds: 600, ageBuckets: 5 };

/** What scraping says about itself, under upstream's names. */
export class ScrapeMetrics {
  readonly pools: Counter;
  readonly poolsFailed: Counter;
  readonly poolReloads: Counter;
  readonly poolReloadsFailed: Counter;
  readonly poolSyncs: Counter;
  readonly poolTargets: Gauge;
  readonly poolTargetLimit: Gauge;
  readonly poolSymbols: Gauge;
  readonly exceededTargetLimit: Counter;
  readonly exceededLabelLimits: Counter;
  readonly exceededSampleLimit: Counter;
  readonly exceededBucketLimit: Counter;
  readonly exceededBodySizeLimit: Counter;
  readonly cacheFlushForced: Counter;
  readonly sampleDuplicate: Counter;
  readonly sampleOutOfOrder: Counter;
  readonly sampleOutOfBounds: Counter;
  readonly exemplarOutOfOrder: Counter;
  readonly syncFailed: Counter;
  readonly #syncLength: Summary;
  readonly #syncLengths: Histogram;
  readonly reloadLength: Summary;
  readonly #intervalLength: Summary;
  readonly #intervalLengths: Histogram;
  readonly scrapeDuration: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
      new Counter({ name: `prometheus_target_${name}`, help, labelNames, registers });
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name: `prometheus_target_${name}`, help, labelNames: ['scrape_job'], registers });
    const summary = (name: string, help: string, labelNames: string[]): Summary =>
      new Summary({ name: `prometheus_target_${name}`, help, labelNames, registers, ...QUANTILES });

    this.pools = counter('scrape_pools_total', 'Total number of scrape pool creation attempts.');
    this.poolsFailed = counter(
      'scrape_pools_failed_total',
      'Total number of scrape pool creations that failed.',
    );
    this.poolReloads = counter('scrape_pool_reloads_total', 'Total number of scrape pool reloads.');
    this.poolReloadsFailed = counter(
      'scrape_pool_reloads_failed_total',
      'Total number of failed scrape pool reloads.',
    );
    this.poolSyncs = counter(
      'scrape_pool_sync_total',
      'Total number of syncs that were executed on a scrape pool.',
      ['scrape_job'],
    );
    this.poolTargets = gauge('scrape_pool_targets', 'Current number of targets in this scrape pool.');
    this.poolSymbols = gauge(
      'scrape_pool_symboltable_items',
      'Current number of symbols in table for this scrape pool.',
    );
    this.poolTargetLimit = gauge(
      'scrape_pool_target_limit',
      'Maximum number of targets allowed in this scrape pool.',
    );
    this.exceededTargetLimit = counter(
      'scrape_pool_exceeded_target_limit_total',
      'Total number of times scrape pools hit the target limit, during sync or config reload.',
    );
    this.exceededLabelLimits = counter(
      'scrape_pool_exceeded_label_limits_total',
      'Total number of times scrape pools hit the label limits, during sync or config reload.',
    );
    this.exceededSampleLimit = counter(
      'scrapes_exceeded_sample_limit_total',
      'Total number of scrapes that hit the sample limit and were rejected.',
    );
    this.exceededBucketLimit = counter(
      'scrapes_exceeded_native_histogram_bucket_limit_total',
      'Total number of scrapes that hit the native histogram bucket limit and were rejected.',
    );
    this.exceededBodySizeLimit = counter(
      'scrapes_exceeded_body_size_limit_total',
      'Total number of scrapes that hit the body size limit',
    );
    this.cacheFlushForced = counter(
      'scrapes_cache_flush_forced_total',
      'How many times a scrape cache was flushed due to getting big while scrapes are failing.',
    );
    this.sampleDuplicate = counter(
      'scrapes_sample_duplicate_timestamp_total',
      'Total number of samples rejected due to duplicate timestamps but different values.',
    );
    this.sampleOutOfOrder = counter(
      'scrapes_sample_out_of_order_total',
      'Total number of samples rejected due to not being out of the expected order.',
    );
    this.sampleOutOfBounds = counter(
      'scrapes_sample_out_of_bounds_total',
      'Total number of samples rejected due to timestamp falling outside of the time bounds.',
    );
    this.exemplarOutOfOrder = counter(
      'scrapes_exemplar_out_of_order_total',
      'Total number of exemplar rejected due to not being out of the expected order.',
    );
    this.syncFailed = counter('sync_failed_total', 'Total number of target sync failures.', ['scrape_job']);
    this.#syncLength = summary('sync_length_seconds', 'Actual interval to sync the scrape pool.', [
      'scrape_job',
    ]);
    this.reloadLength = summary(
      'reload_length_seconds',
      'Actual interval to reload the scrape pool with a given configuration.',
      ['interval'],
    );
    this.#intervalLength = summary('interval_length_seconds', 'Actual intervals between scrapes.', [
      'interval',
    ]);
    const histogram = (name: string, help: string, label: string): Histogram =>
      new Histogram({
        name: `prometheus_target_${name}`,
        help,
        labelNames: [label],
        buckets: [0.01, 0.1, 1, 10],
        registers,
      });
    this.#syncLengths = histogram(
      'sync_length_histogram_seconds',
      'Actual interval to sync the scrape pool.',
      'scrape_job',
    );
    this.#intervalLengths = histogram(
      'interval_length_histogram_seconds',
      'Actual intervals between scrapes.',
      'interval',
    );
    this.scrapeDuration = new Histogram({
      name: 'prometheus_target_scrape_duration_seconds',
      help: 'Total duration of the scrape from start to commit completion in seconds.',
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
      registers,
    });
  }

  synced(job: string, seconds: number): void {
    this.#syncLength.observe({ scrape_job: job }, seconds);
    this.#syncLengths.observe({ scrape_job: job }, seconds);
  }

  /** Told of the time between two scrapes of a target, and of its interval in Go's form. */
  passed(interval: string, seconds: number): void {
    this.#intervalLength.observe({ interval }, seconds);
    this.#intervalLengths.observe({ interval }, seconds);
  }

  /** Lets go of everything that is said about a pool. */
  removePool(job: string): void {
    this.poolSyncs.remove(job);
    this.poolTargets.remove(job);
    this.poolTargetLimit.remove(job);
    this.poolSymbols.remove(job);
    this.syncFailed.remove(job);
    this.#syncLength.remove(job);
    this.#syncLengths.remove(job);
  }
}
