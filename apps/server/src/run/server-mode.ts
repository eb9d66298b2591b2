import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { formatDuration } from '@narthex/model';
import { Closers } from '@narthex/process';
import { type TsdbDatabase } from '@narthex/tsdb';
import { createEndpoints } from '../api/endpoints.js';
import { maxExemplarsOf } from '../flags/exemplars.js';
import {
  DEFAULT_RETENTION_MS,
  isDefaultRetention,
  retentionOf,
  storageRetention,
} from '../flags/retention.js';
import { Engines } from './engines.js';
import { type LoadedConfig } from './load-everything.js';
import {
  commonSources,
  consoleSources,
  type Mode,
  type ModeContext,
  userAgent,
  type WebParts,
} from './mode.js';
import { openDatabase, startEncoding } from './open-database.js';

/** Whoever waits for the server to be ready is answered first. */
const WARM_UP_DELAY_MS = 50;

export interface ServerModeContext extends ModeContext {
  /** The file that query workers run. */
  readonly workerFile: string;
  /** The file that the maintenance worker of the database runs. */
  readonly maintenanceFile: string;
}

/** All that Prometheus does: it scrapes, stores, evaluates rules, sends alerts and answers queries. */
export class ServerMode implements Mode {
  readonly #context: ServerModeContext;
  readonly #database: TsdbDatabase;
  readonly #engines: Engines;
  readonly #closers: Closers;

  private constructor(context: ServerModeContext, database: TsdbDatabase, closers: Closers) {
    this.#context = context;
    this.#database = database;
    this.#closers = closers;
    this.#engines = new Engines({
      ...context,
      database,
      externalUrl: context.served.externalUrl,
      userAgent: userAgent(),
    });
    this.#closers.add('engines', () => this.#engines.stop());
  }

  /**
   * Opens the database.
   * @throws StartError; then everything that was opened is closed again
   */
  static async open(context: ServerModeContext): Promise<ServerMode> {
    const closers = new Closers();
    try {
      const database = await open(context);
      closers.add('database', () => database.close());
      context.logger.info('TSDB started');
      await scheduleSnapshots(context, database, closers);
      return new ServerMode(context, database, closers);
    } catch (error) {
      await closers.closeAll();
      throw error;
    }
  }

  apply(loaded: LoadedConfig): Promise<void> {
    return this.#engines.apply(loaded);
  }

  async web(): Promise<WebParts> {
    const context = this.#context;
    const { flags, clock, registry, features, facts, config } = context;
    const { queries, scrape, rules, notifier } = this.#engines;
    const endpoints = createEndpoints({
      ...(await commonSources(context, this.#database)),
      clock,
      queries,
      engineFeatures: features.engineFeatures,
      storage: this.#database,
      adminEnabled: flags['web.enable-admin-api'],
      snapshotFolder: snapshotFolder(context),
      scrape,
      rules,
      notifier,
      status: facts.status({
        configYaml: () => config().yaml,
        gogc: () => config().config.runtime.gogc,
        activity: () => 1 + queries.runningWorkers,
        storageRetention: () => storageRetention(flags, config().config),
      }),
    });
    return {
      endpoints,
      federation: {
        clock,
        registry,
        queries,
        externalLabels: () => config().externalLabels,
        lookbackDeltaMs: flags['query.lookback-delta'],
      },
      consoles: {
        ...consoleSources(context),
        query: (expression, timestampMs) => queries.vector(expression, timestampMs),
      },
    };
  }

  ready(): void {
    this.#closers.add(
      'warm-up',
      this.#context.clock.after(WARM_UP_DELAY_MS, () => this.#engines.queries.warmUp()),
    );
  }

  stop(): Promise<void> {
    return this.#closers.closeAll();
  }
}

function open({
  flags,
  features,
  clock,
  logger,
  registry,
  config,
  maintenanceFile,
}: ServerModeContext): Promise<TsdbDatabase> {
  if (isDefaultRetention(flags)) {
    const duration = formatDuration(DEFAULT_RETENTION_MS);
    logger.info('No time or size retention was set so using the default time retention', { duration });
  }
  logger.info('Starting TSDB ...');
  return openDatabase(flags, {
    clock,
    logger: logger.with({ component: 'tsdb' }),
    registry,
    retention: retentionOf(flags, config().config),
    delayCompaction: features.delayCompaction,
    memorySnapshotOnShutdown: features.memorySnapshotOnShutdown,
    floatChunkEncoding: startEncoding(config().config, features),
    storeStartTimestamps: features.startStorage,
    histogramStartEncoding: features.histogramStarts,
    maxExemplars: features.keepExemplars ? maxExemplarsOf(config().config) : 0,
    spawnWorker: () => new Worker(maintenanceFile),
  });
}

async function scheduleSnapshots(
  context: ServerModeContext,
  storage: TsdbDatabase,
  closers: Closers,
): Promise<void> {
  const { flags, clock, logger, registry } = context;
  const expression = flags['storage.tsdb.snapshot-schedule'];
  if (expression === '') return;
  const { ScheduledSnapshots } = await import('./scheduled-snapshots.js');
  const snapshots = new ScheduledSnapshots({
    expression,
    keep: flags['storage.tsdb.snapshot-keep'],
    folder: snapshotFolder(context),
    storage,
    clock,
    logger: logger.with({ component: 'snapshots' }),
    registry,
  });
  snapshots.start();
  closers.add('scheduled snapshots', () => snapshots.stop());
}

function snapshotFolder({ flags }: ModeContext): string {
  return join(flags['storage.tsdb.path'], 'snapshots');
}
