import { type Registry } from '@narthex/client';
import { printConfig } from '@narthex/config';
import { type Clock, type Logger } from '@narthex/process';
import { OtlpReceiver } from '@narthex/otlp';
import { ReadReceiver } from '@narthex/remote';
import { otlpSettings, type ServerConfig, scrapeJobSection } from '@narthex/server-config';
import { type Appendable, type ChunkQueryable, type Queryable } from '@narthex/storage';
import { type ApiSources } from '../api/endpoints.js';
import { type PoolConfig } from '../api/scrape-pools.js';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';
import { blockMetas } from './block-metas.js';
import { featureTable } from './feature-table.js';

export interface FurtherSourcesOptions {
  readonly flags: ServerFlags;
  readonly features: Features;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly database: Queryable & ChunkQueryable & Appendable;
  /** The configuration in force. */
  readonly config: () => ServerConfig;
}

type FurtherSources = Pick<
  ApiSources,
  'otlp' | 'remoteRead' | 'blockMetas' | 'poolConfigs' | 'registry' | 'features' | 'search'
>;

/** What the API needs beside the engines. */
export async function furtherSources(options: FurtherSourcesOptions): Promise<FurtherSources> {
  const { flags, features, clock, logger, registry, database, config } = options;
  const remoteRead = await ReadReceiver.create({
    storage: database,
    clock,
    registry,
    logger: logger.with({ component: 'web' }),
    externalLabels: () => config().externalLabels,
    sampleLimit: flags['storage.remote.read-sample-limit'],
    concurrentLimit: flags['storage.remote.read-concurrent-limit'],
    maxBytesInFrame: flags['storage.remote.read-max-bytes-in-frame'],
  });
  return {
    otlp: otlpReceiver(options),
    remoteRead,
    blockMetas: blockMetas(flags['storage.tsdb.path']),
    poolConfigs: (pool) => poolConfig(config(), pool),
    registry,
    features: featureTable(flags, features),
    search: { enabled: features.searchApi, maxLimit: flags['web.search.max-limit'] },
  };
}

function otlpReceiver(options: FurtherSourcesOptions): OtlpReceiver | undefined {
  const { flags, features, clock, logger, registry, database, config } = options;
  if (!flags['web.enable-otlp-receiver']) return undefined;
  return new OtlpReceiver({
    appendable: database,
    clock,
    registry,
    logger: logger.with({ component: 'web' }),
    settings: () => otlpSettings(config().config.otlp),
    lookbackDeltaMs: flags['query.lookback-delta'],
    deltas: features.otlpDeltas,
    startZeros: features.startTimestamps,
  });
}

function poolConfig({ jobs }: ServerConfig, pool: string): PoolConfig | undefined {
  const job = jobs.find(({ job_name }) => job_name === pool);
  if (job === undefined) return undefined;
  return { relabelRules: job.relabel_configs, yaml: () => printConfig(scrapeJobSection, job) };
}
