import { type Registry } from '@narthex/client';
import { type Labels, LabelsBuilder, relabelBuilder, type RelabelRule } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type AlertmanagerAddressing, alertmanagerUrls } from './alertmanager-targets.js';
import { alertsBody, type NotifiedAlert } from './alert.js';
import { type NotifierMetrics, notifierMetrics } from './metrics.js';

/** Posts one body. Rejects when the answer is not 2xx or does not come in time; the error says which. */
export type PostAlerts = (request: {
  readonly url: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}) => Promise<void>;

/** One entry of `alerting.alertmanagers`. */
export interface AlertmanagerConfig extends AlertmanagerAddressing {
  readonly timeoutMs: number;
  /** Applied to alerts for these Alertmanagers only, after the rules for all. */
  readonly alertRelabelRules: readonly RelabelRule[];
  readonly post: PostAlerts;
}

export interface NotifierConfig {
  readonly externalLabels: Labels;
  readonly alertRelabelRules: readonly RelabelRule[];
  readonly alertmanagers: readonly AlertmanagerConfig[];
}

export interface NotifierOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Alerts that wait at most; the oldest go first beyond that. */
  readonly queueCapacity: number;
  /** Alerts in one request at most. */
  readonly batchSize: number;
  /** Send what is queued before stopping. */
  readonly drainOnShutdown: boolean;
}

interface AlertmanagerSet {
  readonly config: AlertmanagerConfig;
  targets: readonly Labels[];
  active: readonly string[];
  dropped: readonly string[];
}

/**
 * Sends alerts to every discovered Alertmanager, in batches, from one bounded queue. An alert counts as delivered when
 * one Alertmanager of each configured entry took it; what none took is dropped and counted, as upstream does: the
 * rules send it again.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #metrics: NotifierMetrics;
  #queue: NotifiedAlert[] = [];
  #sets: AlertmanagerSet[] = [];
  #relabelRules: readonly RelabelRule[] = [];
  #externalLabels: readonly (readonly [string, string])[] = [];
  #sending: Promise<void> | undefined;
  #stopped = false;
  readonly #abort = new AbortController();

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#metrics = notifierMetrics(options.registry, {
      queueLength: () => this.#queue.length,
      queueCapacity: options.queueCapacity,
      alertmanagers: () => this.alertmanagers().active.length,
    });
  }

  /** Takes over a new configuration. Targets that were discovered for an entry at the same place stay until updated. */
  applyConfig(config: NotifierConfig): void {
    this.#externalLabels = [...config.externalLabels];
    this.#relabelRules = config.alertRelabelRules;
    const before = this.#sets;
    this.#sets = config.alertmanagers.map((entry, i) => ({
      config: entry,
      targets: before[i]?.targets ?? [],
      active: [],
      dropped: [],
    }));
    for (const i of this.#sets.keys()) this.updateTargets(i, this.#sets[i]!.targets);
  }

  /** Replaces what was discovered for the entry at this place of the configuration. */
  updateTargets(entry: number, targets: readonly Labels[]): void {
    const set = this.#sets[entry];
    if (set === undefined) return;
    const { active, dropped } = alertmanagerUrls(targets, set.config);
    for (const url of set.active) if (!active.includes(url)) this.#forget(url);
    for (const alertmanager of active) {
      this.#metrics.sent.inc({ alertmanager }, 0);
      this.#metrics.errors.inc({ alertmanager }, 0);
    }
    Object.assign(set, { targets, active, dropped });
  }

  /** Where alerts go now, and what relabelling dropped. */
  alertmanagers(): { readonly active: readonly string[]; readonly dropped: readonly string[] } {
    return {
      active: this.#sets.flatMap((set) => set.active),
      dropped: this.#sets.flatMap((set) => set.dropped),
    };
  }

  /** Queues alerts. External labels are added and alerts relabelled; what does not fit pushes the oldest out. */
  send(alerts: readonly NotifiedAlert[]): void {
    if (this.#stopped) return;
    const { queueCapacity, logger } = this.#options;
    const queue = this.#queue;
    for (const alert of alerts) {
      const labels = this.#relabel(alert.labels);
      if (labels !== undefined) queue.push({ ...alert, labels });
    }
    const excess = queue.length - queueCapacity;
    if (excess > 0) {
      queue.splice(0, excess);
      logger.warn('Alert notification queue full, dropping alerts', { num_dropped: excess });
      this.#metrics.dropped.inc(excess);
    }
    this.#sending ??= this.#drain().finally(() => (this.#sending = undefined));
  }

  /** Stops. Queued alerts are sent first where the options say so. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const { drainOnShutdown, logger } = this.#options;
    if (!drainOnShutdown) {
      if (this.#queue.length > 0)
        logger.warn('Alert notifications remain unsent', { count: this.#queue.length });
      this.#queue = [];
      this.#abort.abort();
    }
    await this.#sending;
  }

  #relabel(labels: Labels): Labels | undefined {
    const builder = new LabelsBuilder(labels);
    for (const [name, value] of this.#externalLabels) if (builder.get(name) === '') builder.set(name, value);
    return relabelBuilder(builder, this.#relabelRules) ? builder.labels() : undefined;
  }

  async #drain(): Promise<void> {
    // A turn of the event loop lets everything that one evaluation raises travel together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#options.batchSize);
      const taken = await Promise.all(this.#sets.map((set) => this.#sendToSet(set, batch)));
      if (!taken.every(Boolean)) this.#metrics.dropped.inc(batch.length);
    }
  }

  /** True when at least one Alertmanager of the set took the batch, or there was nothing for it. */
  async #sendToSet(set: AlertmanagerSet, batch: readonly NotifiedAlert[]): Promise<boolean> {
    if (set.active.length === 0) return true;
    const { alertRelabelRules, timeoutMs, post } = set.config;
    const alerts =
      alertRelabelRules.length === 0 ? batch : batch.flatMap((alert) => relabelled(alert, alertRelabelRules));
    if (alerts.length === 0) return true;
    const body = alertsBody(alerts);
    const { clock, logger } = this.#options;
    const outcomes = await Promise.all(
      set.active.map(async (alertmanager) => {
        const startMs = clock.monotonicMs();
        try {
          await post({ url: alertmanager, body, timeoutMs, signal: this.#abort.signal });
          return true;
        } catch (error) {
          const err = error instanceof Error ? error : new Error(String(error));
          logger.error('Error sending alerts', { alertmanager, count: alerts.length, err });
          this.#metrics.errors.inc({ alertmanager }, alerts.length);
          return false;
        } finally {
          this.#metrics.latency.observe({ alertmanager }, (clock.monotonicMs() - startMs) / 1000);
          this.#metrics.sent.inc({ alertmanager }, alerts.length);
        }
      }),
    );
    return outcomes.includes(true);
  }

  #forget(alertmanager: string): void {
    for (const metric of [this.#metrics.sent, this.#metrics.errors, this.#metrics.latency])
      metric.remove({ alertmanager });
  }
}

function relabelled(alert: NotifiedAlert, rules: readonly RelabelRule[]): NotifiedAlert[] {
  const builder = new LabelsBuilder(alert.labels);
  return relabelBuilder(builder, rules) ? [{ ...alert, labels: builder.labels() }] : [];
}
