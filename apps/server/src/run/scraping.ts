import { type Registry } from '@narthex/client';
import { type DiscoveryConfig, DiscoveryManager, type DiscoveryMetrics } from '@narthex/discovery';
import { type DialCounts } from '@narthex/httpclient';
import { type Labels } from '@narthex/model';
import { type Clock, type Logger, type Tracing } from '@narthex/process';
import { ScrapeManager } from '@narthex/scrape';
import { type ServerConfig } from '@narthex/server-config';
import { type Appendable } from '@narthex/storage';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';
import { type DialerMetrics } from './dialer-metrics.js';

export interface ScrapingOptions {
  readonly flags: ServerFlags;
  readonly features: Features;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly userAgent: string;
  /** Where samples go. */
  readonly appendable: Appendable;
  readonly discoveryMetrics: DiscoveryMetrics;
  readonly tracing?: Tracing | undefined;
  readonly dialers: DialerMetrics;
}

/** Finds targets and scrapes them. */
export class Scraping {
  readonly manager: ScrapeManager;
  readonly #discovery: DiscoveryManager;

  constructor(options: ScrapingOptions) {
    const { flags, features, clock, logger, registry, userAgent } = options;
    const { appendable, discoveryMetrics, tracing, dialers } = options;
    const dials = (name: string): DialCounts => dialers.named(name);
    this.manager = new ScrapeManager({
      appendable,
      clock,
      registry,
      userAgent,
      logger: logger.with({ component: 'scrape manager' }),
      extraMetrics: features.extraScrapeMetrics,
      starts: {
        zeros: features.startTimestamps,
        stored: features.startStorage,
        synthesized: features.startSynthesis,
      },
      typeAndUnitLabels: features.typeAndUnitLabels,
      storeMetadata: features.storeMetadata,
      tracing,
      dials,
      alignment: {
        adjust: flags['scrape.adjust-timestamps'],
        toleranceMs: flags['scrape.timestamp-tolerance'],
      },
    });
    this.#discovery = new DiscoveryManager({
      name: 'scrape',
      clock,
      metrics: discoveryMetrics,
      userAgent,
      dials,
      updateIntervalMs: flags['scrape.discovery-reload-interval'],
      logger: logger.with({ component: 'discovery manager scrape' }),
      onUpdate: (sets) => {
        this.manager.updateTargets(sets).catch((error: unknown) => {
          logger.error('Updating targets failed', { err: error instanceof Error ? error : String(error) });
        });
      },
    });
  }

  /** Takes the jobs over. Those that can be are also where this throws for another. */
  async apply(jobs: ServerConfig['jobs'], externalLabels: Labels): Promise<void> {
    const [scraping] = await Promise.allSettled([this.manager.applyConfig(jobs, externalLabels)]);
    this.#discovery.applyConfig(new Map<string, DiscoveryConfig>(jobs.map((job) => [job.job_name, job])));
    if (scraping.status === 'rejected') throw scraping.reason;
  }

  async stop(): Promise<void> {
    await this.#discovery.stop();
    await this.manager.stop();
  }
}
