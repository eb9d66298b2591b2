import { type Registry } from '@narthex/client';
import { type Labels, LabelsBuilder, relabelBuilder, type RelabelRule } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type AlertmanagerAddressing, alertmanagerUrls } from './alertmanager-targets.js';
import { type NotifiedAlert } from './alert.js';
import { NotifierMetrics } from './metrics.js';
import { SendLoop, type SendLoopTarget } from './send-loop.js';

/** One entry of `alerting.alertmanagers`. */
export interface AlertmanagerConfig extends AlertmanagerAddressing, SendLoopTarget {
  /** Applied to alerts for these Alertmanagers only, after the rules for all. */
  readonly alertRelabelRules: readonly RelabelRule[];
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
  /** Alerts that wait at most for one Alertmanager; the oldest go first beyond that. */
  readonly queueCapacity: number;
  /** Alerts in one request at most. */
  readonly batchSize: number;
  /** Send what is queued before stopping. */
  readonly drainOnShutdown: boolean;
}

interface AlertmanagerSet {
  readonly config: AlertmanagerConfig;
  targets: readonly Labels[];
  /** By URL. */
  loops: ReadonlyMap<string, SendLoop>;
  dropped: readonly string[];
}

/**
 * Sends alerts to every discovered Alertmanager, in batches, from a bounded queue for each. What one does not take is
 * dropped and counted, as upstream does: the rules send it again.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #metrics: NotifierMetrics;
  #sets: AlertmanagerSet[] = [];
  #relabelRules: readonly RelabelRule[] = [];
  #externalLabels: readonly (readonly [string, string])[] = [];
  /** Loops of Alertmanagers that are gone and still send what they had. */
  readonly #leaving = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#metrics = new NotifierMetrics(options.registry, {
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
      loops: before[i]?.loops ?? new Map<string, SendLoop>(),
      dropped: [],
    }));
    for (const set of before.slice(this.#sets.length))
      for (const loop of set.loops.values()) this.#leave(loop);
    for (const i of this.#sets.keys()) this.updateTargets(i, this.#sets[i]!.targets);
  }

  /** Replaces what was discovered for the entry at this place of the configuration. */
  updateTargets(entry: number, targets: readonly Labels[]): void {
    const set = this.#sets[entry];
    if (set === undefined || this.#stopped) return;
    const { active, dropped } = alertmanagerUrls(targets, set.config);
    const before = set.loops;
    for (const [url, loop] of before) if (!active.includes(url)) this.#leave(loop);
    const loops = new Map(
      active.map((url) => [url, before.get(url) ?? this.#loop(url, set.config)] as const),
    );
    for (const loop of loops.values()) loop.target = set.config;
    Object.assign(set, { targets, loops, dropped });
  }

  /** Where alerts go now, and what relabelling dropped. */
  alertmanagers(): { readonly active: readonly string[]; readonly dropped: readonly string[] } {
    return {
      active: this.#sets.flatMap((set) => [...set.loops.keys()]),
      dropped: this.#sets.flatMap((set) => set.dropped),
    };
  }

  /** Queues alerts. External labels are added and alerts relabelled. */
  send(alerts: readonly NotifiedAlert[]): void {
    if (this.#stopped) return;
    const labelled = alerts.map((alert) => ({ ...alert, labels: this.#withExternal(alert.labels) }));
    const queued = relabelled(labelled, this.#relabelRules);
    for (const { config, loops } of this.#sets) {
      const own = relabelled(queued, config.alertRelabelRules);
      for (const loop of loops.values()) loop.add(own);
    }
  }

  /** Stops. Queued alerts are sent first where the options say so. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const loops = this.#sets.flatMap((set) => [...set.loops.values()]);
    await Promise.all([...loops.map((loop) => loop.stop()), ...this.#leaving]);
  }

  #loop(url: string, target: SendLoopTarget): SendLoop {
    const { clock, logger, queueCapacity, batchSize, drainOnShutdown } = this.#options;
    const options = { clock, logger, metrics: this.#metrics, url, queueCapacity, batchSize, drainOnShutdown };
    return new SendLoop(options, target);
  }

  #leave(loop: SendLoop): void {
    const left = loop.stop().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #withExternal(labels: Labels): Labels {
    const builder = new LabelsBuilder(labels);
    for (const [name, value] of this.#externalLabels) if (builder.get(name) === '') builder.set(name, value);
    return builder.labels();
  }
}

function relabelled(
  alerts: readonly NotifiedAlert[],
  rules: readonly RelabelRule[],
): readonly NotifiedAlert[] {
  if (rules.length === 0) return alerts;
  return alerts.flatMap((alert) => {
    const builder = new LabelsBuilder(alert.labels);
    return relabelBuilder(builder, rules) ? [{ ...alert, labels: builder.labels() }] : [];
  });
}
