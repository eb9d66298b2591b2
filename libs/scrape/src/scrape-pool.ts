import { configIdentity } from '@narthex/config';
import {
  acceptHeader,
  DEFAULT_SCRAPE_PROTOCOLS,
  type EscapingScheme,
  PROTO_FIRST_SCRAPE_PROTOCOLS,
  type ScrapeProtocol,
} from '@narthex/exposition';
import { type Labels, type TargetGroup } from '@narthex/model';
import { type DialCounts } from '@narthex/httpclient';
import { type Clock, type Logger, type Tracing } from '@narthex/process';
import { type Appendable } from '@narthex/storage';
import { type BufferPool } from './buffer-pool.js';
import { TargetError } from './errors.js';
import { type FailureLogs } from './failure-logs.js';
import { schemaOfFactor } from './histogram-limits.js';
import { Ingest } from './ingest.js';
import { MetadataCache } from './metadata-cache.js';
import { type ScrapeMetrics } from './metrics.js';
import { ReportSeries } from './report-series.js';
import { RoutedTransport } from './routed-transport.js';
import { type SampleBatch } from './sample-batch.js';
import { ScrapeCache } from './scrape-cache.js';
import { type ScrapeConfig, scrapeProtocol } from './scrape-config.js';
import { ScrapeLoop } from './scrape-loop.js';
import { type AlignmentOptions } from './scrape-times.js';
import { Target } from './target.js';
import { discoveredLabels, targetLabels } from './target-labels.js';
import { TracedTransport } from './traced-transport.js';
import { type ScrapeTransport } from './transport.js';
import { type StartFeatures } from './start-features.js';
import { type Turns } from './turns.js';

export interface ScrapePoolOptions {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
  readonly userAgent: string;
  readonly buffers: BufferPool;
  readonly batch: SampleBatch;
  readonly turns: Turns;
  readonly extraMetrics: boolean;
  readonly starts: StartFeatures;
  readonly typeAndUnitLabels: boolean;
  readonly storeMetadata: boolean;
  readonly alignment: AlignmentOptions;
  readonly failureLogs: FailureLogs;
  readonly tracing: Tracing | undefined;
  readonly dials: ((job: string) => DialCounts) | undefined;
  readonly shutdown: AbortSignal;
}

interface Scraped {
  readonly target: Target;
  readonly cache: ScrapeCache;
  readonly metadata: MetadataCache;
  readonly loop: ScrapeLoop;
}

/** The targets of one job and their loops. */
export class ScrapePool {
  readonly #options: ScrapePoolOptions;
  #config: ScrapeConfig;
  #offsetSeed: bigint;
  #transport: ScrapeTransport;
  #scraped = new Map<string, Scraped>();
  #dropped: readonly Labels[] = [];
  #droppedCount = 0;

  /** @throws HttpClientSetupError when a file that it cannot do without cannot be read */
  static async create(
    config: ScrapeConfig,
    offsetSeed: bigint,
    options: ScrapePoolOptions,
  ): Promise<ScrapePool> {
    return new ScrapePool(config, offsetSeed, await createTransport(config, options), options);
  }

  private constructor(
    config: ScrapeConfig,
    offsetSeed: bigint,
    transport: ScrapeTransport,
    options: ScrapePoolOptions,
  ) {
    this.#options = options;
    this.#config = config;
    this.#offsetSeed = offsetSeed;
    this.#transport = transport;
    options.metrics.poolTargetLimit.set({ scrape_job: config.job_name }, config.target_limit);
    // Labels are kept by the storage alone: a pool has no table of its own.
    options.metrics.poolSymbols.set({ scrape_job: config.job_name }, 0);
  }

  get config(): ScrapeConfig {
    return this.#config;
  }

  get targets(): readonly Target[] {
    return [...this.#scraped.values()].map(({ target }) => target);
  }

  /** The labels, before relabelling, of targets that relabelling has dropped: as many as the configuration keeps. */
  get dropped(): readonly Labels[] {
    return this.#dropped;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Takes over what discovery has found: loops of targets that stay go on, others start and stop. */
  async sync(groups: readonly TargetGroup[]): Promise<void> {
    const { clock, metrics } = this.#options;
    const labels = { scrape_job: this.#config.job_name };
    const startMs = clock.monotonicMs();
    const wanted = this.#targetsOf(groups);
    const gone: Promise<void>[] = [];
    for (const [identity, { loop }] of [...this.#scraped]) {
      if (wanted.has(identity)) continue;
      this.#scraped.delete(identity);
      gone.push(loop.stop({ markStale: true }));
    }
    metrics.poolTargets.set(labels, wanted.size);
    const forcedError = this.#limitFault(wanted.size);
    for (const [identity, target] of wanted) {
      const known = this.#scraped.get(identity);
      if (known === undefined)
        this.#scraped.set(identity, this.#start(target, new ScrapeCache(), new MetadataCache()));
      else known.target.discoveredLabels = target.discoveredLabels;
    }
    for (const { loop } of this.#scraped.values()) loop.forcedError = forcedError;
    await Promise.all(gone);
    metrics.synced(this.#config.job_name, (clock.monotonicMs() - startMs) / 1000);
    metrics.poolSyncs.inc(labels);
  }

  /**
   * Takes over another configuration: every loop starts anew, and its cache goes on where the change does not touch
   * the labels of series.
   * @throws HttpClientSetupError when it cannot: then all stays as it was
   */
  async reload(config: ScrapeConfig, offsetSeed: bigint): Promise<void> {
    const { clock, metrics } = this.#options;
    const startMs = clock.monotonicMs();
    metrics.poolReloads.inc();
    const transport = await createTransport(config, this.#options);
    const keepsCaches = seriesIdentity(this.#config) === seriesIdentity(config);
    const oldTransport = this.#transport;
    const old = [...this.#scraped];
    this.#config = config;
    this.#offsetSeed = offsetSeed;
    this.#transport = transport;
    metrics.poolTargetLimit.set({ scrape_job: config.job_name }, config.target_limit);
    const forcedError = this.#limitFault(old.length);
    await Promise.all(
      old.map(async ([identity, { target, cache, metadata, loop }]) => {
        await loop.stop({ markStale: !keepsCaches });
        // Stopped or dropped meanwhile.
        if (this.#scraped.get(identity)?.loop !== loop || this.#options.shutdown.aborted) return;
        const next = keepsCaches
          ? this.#start(target, cache, metadata)
          : this.#start(target, new ScrapeCache(), new MetadataCache());
        next.loop.forcedError = forcedError;
        this.#scraped.set(identity, next);
      }),
    );
    await oldTransport.close();
    const interval = `${config.scrape_interval / 1000}s`;
    metrics.reloadLength.observe({ interval }, (clock.monotonicMs() - startMs) / 1000);
  }

  /** Stops all loops. Without `markStale` the series are left as they are: the program stops. */
  async stop(options: { readonly markStale: boolean }): Promise<void> {
    const loops = [...this.#scraped.values()].map(({ loop }) => loop);
    this.#scraped.clear();
    await Promise.all(loops.map((loop) => loop.stop(options)));
    await this.#transport.close();
    this.#options.metrics.removePool(this.#config.job_name);
  }

  #targetsOf(groups: readonly TargetGroup[]): Map<string, Target> {
    const config = this.#config;
    const { logger, metrics } = this.#options;
    const targets = new Map<string, Target>();
    const dropped: Labels[] = [];
    let failed = 0;
    this.#droppedCount = 0;
    for (const group of groups) {
      for (const [i, own] of group.targets.entries()) {
        try {
          const discovered = discoveredLabels(own, group, config);
          const labels = targetLabels(discovered, config);
          if (labels === undefined) {
            this.#droppedCount++;
            if (config.keep_dropped_targets === 0 || dropped.length < config.keep_dropped_targets)
              dropped.push(discovered);
            continue;
          }
          const target = new Target(labels, discovered, config.params);
          targets.set(target.identity, target);
        } catch (error) {
          if (!(error instanceof TargetError)) throw error;
          failed++;
          logger.error('Creating target failed', {
            err: `instance ${i} in group ${group.source}: ${error.message}`,
          });
        }
      }
    }
    metrics.syncFailed.inc({ scrape_job: config.job_name }, failed);
    this.#dropped = dropped;
    return targets;
  }

  #limitFault(count: number): string {
    const limit = this.#config.target_limit;
    if (limit === 0 || count <= limit) return '';
    this.#options.metrics.exceededTargetLimit.inc();
    return `target_limit exceeded (number of targets: ${count}, limit: ${limit})`;
  }

  #start(target: Target, cache: ScrapeCache, metadata: MetadataCache): Scraped {
    const { appendable, clock, metrics, shutdown, batch, turns, alignment } = this.#options;
    const { starts, typeAndUnitLabels, storeMetadata } = this.#options;
    const config = this.#config;
    const logger = this.#options.logger.with({ target: target.url });
    const ingest = new Ingest({
      clock,
      cache,
      metadata,
      batch,
      turns,
      logger,
      metrics,
      labels: {
        targetLabels: target.publicLabels,
        honorLabels: config.honor_labels,
        rules: config.metric_relabel_configs,
      },
      labelLimits: config,
      sampleLimit: config.sample_limit,
      histogramLimits: {
        bucketLimit: config.native_histogram_bucket_limit,
        maxSchema: schemaOfFactor(config.native_histogram_min_bucket_factor),
      },
      honorTimestamps: config.honor_timestamps,
      trackTimestampsStaleness: config.track_timestamps_staleness,
      nameValidation: config.metric_name_validation_scheme,
      typeAndUnitLabels,
      storeMetadata,
      starts,
      fallbackProtocol: scrapeProtocol(config.fallback_scrape_protocol),
      parsing: {
        nativeHistograms: target.histograms.native,
        keepClassicHistograms: target.histograms.alwaysClassic,
        convertClassicHistograms: target.histograms.convertClassic,
        startTimestamps: starts.zeros || starts.stored,
      },
    });
    target.metadata = metadata;
    const loop = new ScrapeLoop({
      target,
      ingest,
      reports: new ReportSeries(target.publicLabels, {
        withExtra: this.#options.extraMetrics || config.extra_scrape_metrics === true,
        storeMetadata,
      }),
      transport: this.#transport,
      appendable,
      clock,
      logger,
      metrics,
      headers: requestHeaders(config, target),
      bodySizeLimitBytes: config.body_size_limit,
      sampleLimit: config.sample_limit,
      rejectOutOfOrder: starts.synthesized,
      offsetSeed: this.#offsetSeed,
      alignment,
      failures: this.#failureLogger(target),
      shutdown,
    });
    return { target, cache, metadata, loop };
  }

  #failureLogger(target: Target): Logger | undefined {
    const { job_name, scrape_failure_log_file: file } = this.#config;
    return file === ''
      ? undefined
      : this.#options.failureLogs.logger(file).with({ job_name, target: target.url });
  }
}

async function createTransport(
  config: ScrapeConfig,
  { userAgent, clock, buffers, dials, tracing }: ScrapePoolOptions,
): Promise<ScrapeTransport> {
  const transport = new RoutedTransport({
    config,
    userAgent,
    clock,
    buffers,
    dials: dials?.(config.job_name),
  });
  try {
    await transport.checkSetup();
    return tracing === undefined ? transport : new TracedTransport(transport, tracing);
  } catch (error) {
    await transport.close();
    throw error;
  }
}

function requestHeaders(config: ScrapeConfig, target: Target): Record<string, string> {
  const escaping: EscapingScheme = config.metric_name_escaping_scheme || 'allow-utf-8';
  return {
    accept: acceptHeader(protocolsFor(config, target), escaping),
    'accept-encoding': config.enable_compression ? 'gzip' : 'identity',
    'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1000),
  };
}

/** A target whose labels ask for native histograms gets the only format that has them, unless the job chooses. */
function protocolsFor(config: ScrapeConfig, { histograms }: Target): readonly ScrapeProtocol[] {
  const protocols = config.scrape_protocols as readonly ScrapeProtocol[];
  const isDefault = protocols.join() === DEFAULT_SCRAPE_PROTOCOLS.join();
  return histograms.native && isDefault ? PROTO_FIRST_SCRAPE_PROTOCOLS : protocols;
}

/** The part of a configuration that decides what the series are. */
function seriesIdentity(config: ScrapeConfig): string {
  const { metric_relabel_configs, honor_labels, honor_timestamps, track_timestamps_staleness } = config;
  const limits = [config.label_limit, config.label_name_length_limit, config.label_value_length_limit];
  return configIdentity([
    metric_relabel_configs,
    honor_labels,
    honor_timestamps,
    track_timestamps_staleness,
    limits,
    config.metric_name_validation_scheme,
    config.extra_scrape_metrics,
    config.scrape_native_histograms,
    config.always_scrape_classic_histograms,
    config.convert_classic_histograms_to_nhcb,
    config.native_histogram_bucket_limit,
    config.native_histogram_min_bucket_factor,
  ]);
}
