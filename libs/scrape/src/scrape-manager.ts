import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { Gauge, type Registry } from '@narthex/client';
import { configIdentity } from '@narthex/config';
import { type Labels, type TargetGroup } from '@narthex/model';
import { type Clock, type Logger, type Tracing } from '@narthex/process';
import { type Appendable } from '@narthex/storage';
import { type DialCounts, HttpClientSetupError } from '@narthex/httpclient';
import { BufferPool } from './buffer-pool.js';
import { ScrapeConfigError } from './errors.js';
import { FailureLogs } from './failure-logs.js';
import { type NamedMetadata } from './metadata-cache.js';
import { ScrapeMetrics } from './metrics.js';
import { SampleBatch } from './sample-batch.js';
import { type ScrapeConfig } from './scrape-config.js';
import { ScrapePool, type ScrapePoolOptions } from './scrape-pool.js';
import { type AlignmentOptions, DEFAULT_ALIGNMENT } from './scrape-times.js';
import { type Target } from './target.js';
import { NO_STARTS, type StartFeatures } from './start-features.js';
import { Turns } from './turns.js';

/** How much memory may wait for the next bodies. */
const BUFFER_BYTES = 16 * 1024 * 1024;

export interface ScrapeManagerOptions {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Sent with each request, such as `Prometheus/3.14.0`. */
  readonly userAgent: string;
  /** Also store `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes`. */
  readonly extraMetrics?: boolean;
  /** What is done with the times at which counters and histograms began to count; default: nothing. */
  readonly starts?: StartFeatures;
  /** Give each series labels for its type and unit. */
  readonly typeAndUnitLabels?: boolean;
  /** Store what targets say of their metrics, series by series. */
  readonly storeMetadata?: boolean;
  /** Default: {@link DEFAULT_ALIGNMENT}. */
  readonly alignment?: AlignmentOptions;
  /** Records a span for each scrape, while spans are recorded. */
  readonly tracing?: Tracing | undefined;
  /** What is told of the connections that a job makes. */
  readonly dials?: ((job: string) => DialCounts) | undefined;
}

/** The targets of one job. */
export interface PoolTargets {
  readonly pool: string;
  readonly active: readonly Target[];
  /** Labels before relabelling of targets that it dropped; of many, some. */
  readonly dropped: readonly Labels[];
  readonly droppedCount: number;
}

/** What one target says about one metric. */
export interface TargetMetadata extends NamedMetadata {
  readonly target: Labels;
}

/** Scrapes everything that the configuration and the discoveries tell it to. */
export class ScrapeManager {
  readonly #options: ScrapeManagerOptions;
  readonly #metrics: ScrapeMetrics;
  readonly #buffers = new BufferPool(BUFFER_BYTES);
  readonly #batch = new SampleBatch();
  readonly #turns = new Turns();
  readonly #failureLogs: FailureLogs;
  readonly #shutdown = new AbortController();
  readonly #pools = new Map<string, ScrapePool>();
  #configs = new Map<string, ScrapeConfig>();
  #offsetSeed = 0n;
  /** One change at a time. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: ScrapeManagerOptions) {
    this.#options = options;
    this.#metrics = new ScrapeMetrics(options.registry);
    this.#failureLogs = new FailureLogs(options);
    this.#registerCacheMetrics(options.registry);
  }

  /**
   * Takes over the jobs of a configuration, complete by {@link completeScrapeConfig}. Jobs that are as they were go on
   * undisturbed; new ones start with the next {@link updateTargets}.
   * @throws ScrapeConfigError when a job cannot take its configuration over; it goes on with the old one, the others do not.
   */
  applyConfig(configs: readonly ScrapeConfig[], externalLabels: Labels): Promise<void> {
    return this.#enqueue(async () => {
      this.#configs = new Map(configs.map((config) => [config.job_name, config]));
      this.#offsetSeed = seedOf(externalLabels);
      const changes: Promise<boolean>[] = [];
      for (const [job, pool] of [...this.#pools]) {
        const config = this.#configs.get(job);
        if (config === undefined) {
          this.#pools.delete(job);
          changes.push(pool.stop({ markStale: true }).then(() => true));
        } else if (configIdentity(config) !== configIdentity(pool.config)) {
          changes.push(this.#reload(job, pool, config));
        }
      }
      const done = await Promise.all(changes);
      await this.#failureLogs.reopen();
      if (done.includes(false)) throw new ScrapeConfigError('failed to apply the new configuration');
    });
  }

  /** Takes over what the discoveries have found, by job. Jobs that are not in it are left as they are. */
  updateTargets(sets: ReadonlyMap<string, readonly TargetGroup[]>): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#shutdown.signal.aborted) return;
      const syncs: Promise<void>[] = [];
      for (const [job, groups] of sets) {
        const pool = this.#pools.get(job) ?? (await this.#createPool(job));
        if (pool !== undefined) syncs.push(pool.sync(groups));
      }
      await Promise.all(syncs);
    });
  }

  /** Ends all scrapes, those under way too, and resolves when nothing more will be stored. */
  stop(): Promise<void> {
    this.#shutdown.abort();
    return this.#enqueue(async () => {
      const pools = [...this.#pools.values()];
      this.#pools.clear();
      await Promise.all(pools.map((pool) => pool.stop({ markStale: false })));
      await this.#failureLogs.reopen();
    });
  }

  /** The jobs, in the order in which they were first scraped. */
  targets(): readonly PoolTargets[] {
    return [...this.#pools].map(([job, pool]) => ({
      pool: job,
      active: pool.targets,
      dropped: pool.dropped,
      droppedCount: pool.droppedCount,
    }));
  }

  /** The names of all jobs that are scraped. */
  poolNames(): readonly string[] {
    return [...this.#pools.keys()];
  }

  /** What targets say about their metrics; about one metric only, where it is given. */
  *metadata(metricFamily?: string): IterableIterator<TargetMetadata> {
    for (const pool of this.#pools.values()) {
      for (const target of pool.targets) {
        const one = metricFamily === undefined ? undefined : target.metadata?.get(metricFamily);
        const found =
          metricFamily === undefined ? (target.metadata?.list() ?? []) : one === undefined ? [] : [one];
        for (const entry of found) yield { ...entry, target: target.publicLabels };
      }
    }
  }

  async #reload(job: string, pool: ScrapePool, config: ScrapeConfig): Promise<boolean> {
    try {
      await pool.reload(config, this.#offsetSeed);
      return true;
    } catch (error) {
      if (!(error instanceof HttpClientSetupError)) throw error;
      this.#metrics.poolReloadsFailed.inc();
      this.#options.logger.error('error reloading scrape pool', {
        err: `error creating HTTP client: ${error.message}`,
        scrape_pool: job,
      });
      return false;
    }
  }

  async #createPool(job: string): Promise<ScrapePool | undefined> {
    const { logger, appendable, clock, userAgent, alignment, tracing, dials } = this.#options;
    const { extraMetrics = false, starts = NO_STARTS } = this.#options;
    const { typeAndUnitLabels = false, storeMetadata = false } = this.#options;
    const config = this.#configs.get(job);
    if (config === undefined) {
      logger.error('error reloading target set', { err: `invalid config id:${job}` });
      return undefined;
    }
    this.#metrics.pools.inc();
    const poolOptions: ScrapePoolOptions = {
      appendable,
      clock,
      userAgent,
      extraMetrics,
      starts,
      typeAndUnitLabels,
      storeMetadata,
      alignment: alignment ?? DEFAULT_ALIGNMENT,
      logger: logger.with({ scrape_pool: job }),
      metrics: this.#metrics,
      buffers: this.#buffers,
      failureLogs: this.#failureLogs,
      batch: this.#batch,
      turns: this.#turns,
      tracing,
      dials,
      shutdown: this.#shutdown.signal,
    };
    try {
      const pool = await ScrapePool.create(config, this.#offsetSeed, poolOptions);
      this.#pools.set(job, pool);
      return pool;
    } catch (error) {
      if (!(error instanceof HttpClientSetupError)) throw error;
      this.#metrics.poolsFailed.inc();
      logger.error('error creating new scrape pool', {
        err: `error creating HTTP client: ${error.message}`,
        scrape_pool: job,
      });
      return undefined;
    }
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => undefined);
    return done;
  }

  #registerCacheMetrics(registry: Registry): void {
    const totals = (measure: (target: Target) => number): [string, number][] =>
      this.targets().map(({ pool, active }) => [
        pool,
        active.reduce((sum, target) => sum + measure(target), 0),
      ]);
    const gauge = (name: string, help: string, measure: (target: Target) => number): Gauge =>
      new Gauge({
        name,
        help,
        labelNames: ['scrape_job'],
        registers: [registry],
        collect() {
          this.reset();
          for (const [job, total] of totals(measure)) this.set({ scrape_job: job }, total);
        },
      });
    gauge(
      'prometheus_target_metadata_cache_entries',
      'Total number of metric metadata entries in the cache',
      (target) => target.metadata?.size ?? 0,
    );
    gauge(
      'prometheus_target_metadata_cache_bytes',
      'The number of bytes that are currently used for storing metric metadata in the cache',
      (target) => target.metadata?.sizeBytes ?? 0,
    );
  }
}

/** Servers that watch the same targets do not all ask at the same moment. */
function seedOf(externalLabels: Labels): bigint {
  const digest = createHash('sha256').update(`${hostname()}${externalLabels.toString()}`).digest();
  return digest.readBigUInt64BE(0);
}
