import { type AgentStorage } from '@narthex/agent-storage';
import { type Registry } from '@narthex/client';
import { DiscoveryMetrics } from '@narthex/discovery';
import { type Clock, Closers, type Logger } from '@narthex/process';
import { type RemoteWriteStorage } from '@narthex/remote';
import { type InstantQuery } from '@narthex/rules';
import { type ScrapeManager } from '@narthex/scrape';
import { type Appendable, type ChunkQueryable, type Queryable, StorageError } from '@narthex/storage';
import { type QueryRunner } from '../api/query.js';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';
import { DialerMetrics } from './dialer-metrics.js';
import { openAgentStorage } from './open-agent-storage.js';
import { type LoadedConfig } from './load-everything.js';
import { createRemoteWrite, remoteWriteSettings } from './remote-write.js';
import { Scraping } from './scraping.js';
import { type ServerTracing } from './tracing/server-tracing.js';

export interface AgentOptions {
  readonly flags: ServerFlags;
  readonly features: Features;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly userAgent: string;
  /** The file that the worker runs which makes checkpoints. */
  readonly agentFile: string;
  readonly tracing: ServerTracing;
}

/** What a server is in agent mode: it scrapes into a log, and sends what is in the log. */
export class Agent {
  /** Can be written to; to ask it is an error. */
  readonly storage: Queryable & ChunkQueryable & Appendable;
  readonly #agentStorage: AgentStorage;
  readonly #remoteWrite: RemoteWriteStorage;
  readonly #scraping: Scraping;
  readonly #closers = new Closers();

  private constructor(options: AgentOptions, storage: AgentStorage) {
    const { registry } = options;
    this.#agentStorage = storage;
    this.storage = { appender: () => storage.appender(), querier: refuse, chunkQuerier: refuse };
    this.#closers.add('storage', () => storage.close());
    const dialers = new DialerMetrics(registry);
    this.#remoteWrite = createRemoteWrite({
      ...options,
      dialers,
      walDirectory: storage.walDirectory,
      received: () => storage.received,
      metadata: () => this.scrape.metadata(),
    });
    // Stopped once nothing writes any more.
    this.#closers.add('remote write', () => this.#remoteWrite.stop());
    const discoveryMetrics = new DiscoveryMetrics(registry);
    this.#scraping = new Scraping({
      ...options,
      appendable: storage,
      discoveryMetrics,
      dialers,
    });
    this.#closers.add('scraping', () => this.#scraping.stop());
  }

  /** @throws StartError where the storage cannot be opened */
  static async open(options: AgentOptions): Promise<Agent> {
    // What is sent may go; what sends it is made behind the storage.
    const sent: { by?: Agent } = {};
    const storage = await openAgentStorage(options, () => sent.by?.lowestSentTimestampMs);
    sent.by = new Agent(options, storage);
    return sent.by;
  }

  /** What every receiver has; undefined without any. */
  get lowestSentTimestampMs(): number | undefined {
    return this.#remoteWrite.lowestSentTimestampMs;
  }

  get scrape(): ScrapeManager {
    return this.#scraping.manager;
  }

  /** Takes a checked configuration over, section by section. */
  async apply({ server }: LoadedConfig): Promise<void> {
    const { config, jobs, externalLabels } = server;
    this.#agentStorage.applyConfig({
      outOfOrderTimeWindowMs: config.storage.tsdb?.out_of_order_time_window ?? 0,
    });
    // What follows takes its part over even where this cannot.
    const [remote] = await Promise.allSettled([this.#remoteWrite.applyConfig(remoteWriteSettings(server))]);
    await this.#scraping.apply(jobs, externalLabels);
    if (remote.status === 'rejected') throw remote.reason;
  }

  /** Stops everything, what feeds others first. */
  async stop(): Promise<void> {
    await this.#closers.closeAll();
  }
}

/** Queries of an agent: none. The message is upstream's. */
export const noQueries: QueryRunner = {
  json: () => Promise.reject(unsupported()),
};

/** Consoles of an agent have nothing to show. */
export const noVector: InstantQuery = () => Promise.reject(unsupported());

function refuse(): never {
  throw unsupported();
}

function unsupported(): StorageError {
  return new StorageError('UNSUPPORTED', 'unsupported operation with WAL-only storage');
}
