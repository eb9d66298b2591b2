import { type DialCounts } from '@narthex/httpclient';
import { type TargetGroup } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type DiscoveryConfig } from './discovery-config.js';
import { type DiscoveryMetrics } from './metrics.js';
import { type ProviderSpec, providersOf } from './providers.js';

/** The groups of every job, jobs without targets included. */
export type TargetSets = ReadonlyMap<string, readonly TargetGroup[]>;

export interface DiscoveryManagerOptions {
  /** `scrape` or `notify`: a label of the metrics. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DiscoveryMetrics;
  readonly userAgent: string;
  /** What is told of connections that serve a purpose. */
  readonly dials?: ((purpose: string) => DialCounts) | undefined;
  /** Takes all groups of all jobs whenever something changed, but no more often than the interval. */
  readonly onUpdate: (sets: TargetSets) => void;
  /** Default five seconds, as upstream. */
  readonly updateIntervalMs?: number;
}

interface Provider {
  readonly spec: ProviderSpec;
  readonly abort: AbortController;
  readonly groups: Map<string, TargetGroup>;
  readonly done: Promise<void>;
  jobs: readonly string[];
  /** Whether it has pushed anything yet. */
  reported: boolean;
}

const UPDATE_INTERVAL_MS = 5_000;

/**
 * Runs the discoveries of all jobs and puts together what they find. The first update goes out as soon as every
 * discovery has reported, and after an interval at the latest; later ones keep the interval between them.
 */
export class DiscoveryManager {
  readonly #options: DiscoveryManagerOptions;
  readonly #intervalMs: number;
  readonly #providers = new Map<string, Provider>();
  #jobs: readonly string[] = [];
  #lastSentMs = -Infinity;
  #cancelSend: (() => void) | undefined;
  #sendDueMs = Infinity;

  constructor(options: DiscoveryManagerOptions) {
    this.#options = options;
    this.#intervalMs = options.updateIntervalMs ?? UPDATE_INTERVAL_MS;
    options.metrics.failedConfigs.set({ name: options.name }, 0);
    for (const counter of ['receivedUpdates', 'sentUpdates', 'delayedUpdates'] as const) {
      options.metrics[counter].inc({ name: options.name }, 0);
    }
  }

  /** Takes a new configuration over: discoveries that are in both go on, with the targets they have found. */
  applyConfig(configs: ReadonlyMap<string, DiscoveryConfig>): void {
    const wanted = new Map<string, { readonly spec: ProviderSpec; readonly jobs: string[] }>();
    for (const [job, config] of configs) {
      for (const spec of providersOf(config)) {
        const entry = wanted.get(spec.identity) ?? { spec, jobs: [] };
        if (!entry.jobs.includes(job)) entry.jobs.push(job);
        wanted.set(spec.identity, entry);
      }
    }
    for (const [identity, provider] of [...this.#providers]) {
      if (wanted.has(identity)) continue;
      this.#providers.delete(identity);
      provider.abort.abort();
    }
    for (const job of this.#jobs) {
      if (configs.has(job)) continue;
      const { metrics, name } = this.#options;
      metrics.discoveredTargets.remove(name, job);
      metrics.lastUpdate.remove(name, job);
    }
    this.#jobs = [...configs.keys()];
    for (const [identity, { spec, jobs }] of wanted) {
      const running = this.#providers.get(identity);
      if (running !== undefined) running.jobs = jobs;
      else this.#start(identity, spec, jobs);
    }
    this.#schedule();
  }

  /** Ends all discoveries and resolves when they have let go of what they held. */
  async stop(): Promise<void> {
    this.#cancelSend?.();
    const providers = [...this.#providers.values()];
    this.#providers.clear();
    for (const provider of providers) provider.abort.abort();
    await Promise.all(providers.map((provider) => provider.done));
  }

  #start(identity: string, spec: ProviderSpec, jobs: readonly string[]): void {
    const { clock, metrics, userAgent, dials } = this.#options;
    const job = jobs[0] ?? '';
    const logger = this.#options.logger.with({ discovery: spec.kind, config: job });
    const abort = new AbortController();
    const discoverer = spec.create({ clock, logger, metrics, userAgent, dials, job });
    const groups = new Map<string, TargetGroup>();
    const ran = Promise.resolve().then(() =>
      discoverer.run((found) => this.#receive(identity, found), abort.signal),
    );
    const done = ran.catch((error: unknown) => {
      logger.error('Service discovery ended', { err: error instanceof Error ? error : String(error) });
      // What waits for the first report must not wait for this one.
      this.#receive(identity, []);
    });
    this.#providers.set(identity, { spec, abort, groups, done, jobs, reported: false });
  }

  #receive(identity: string, found: readonly TargetGroup[]): void {
    const provider = this.#providers.get(identity);
    if (provider === undefined) return;
    this.#options.metrics.receivedUpdates.inc({ name: this.#options.name });
    provider.reported = true;
    for (const group of found) {
      if (group.targets.length > 0) provider.groups.set(group.source, group);
      else provider.groups.delete(group.source);
    }
    this.#schedule();
  }

  #schedule(): void {
    const { clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const allReported = [...this.#providers.values()].every((provider) => provider.reported);
    const earliestMs = Math.max(nowMs, this.#lastSentMs + this.#intervalMs);
    const dueMs = allReported ? earliestMs : Math.max(earliestMs, nowMs + this.#intervalMs);
    if (dueMs >= this.#sendDueMs) return;
    this.#cancelSend?.();
    this.#sendDueMs = dueMs;
    this.#cancelSend = clock.after(dueMs - nowMs, () => this.#send());
  }

  #send(): void {
    const { clock, metrics, name, onUpdate } = this.#options;
    this.#cancelSend = undefined;
    this.#sendDueMs = Infinity;
    this.#lastSentMs = clock.monotonicMs();
    const sets = new Map<string, TargetGroup[]>(this.#jobs.map((job) => [job, []]));
    for (const provider of this.#providers.values()) {
      for (const job of provider.jobs) sets.get(job)?.push(...provider.groups.values());
    }
    for (const [job, groups] of sets) {
      const count = groups.reduce((sum, group) => sum + group.targets.length, 0);
      metrics.discoveredTargets.set({ name, config: job }, count);
      metrics.lastUpdate.set({ name, config: job }, clock.nowMs() / 1000);
    }
    metrics.sentUpdates.inc({ name });
    onUpdate(sets);
  }
}
