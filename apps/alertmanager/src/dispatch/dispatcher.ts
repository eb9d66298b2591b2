import { compareText, type Labels } from '@narthex/model';
import { type Clock, type Logger, sleep } from '@narthex/process';
import { type Alert, compareLabelSets } from '../alerts/alert';
import { type GroupMutes } from '../notify/group-mutes';
import { type Stage } from '../notify/stage';
import { type Route } from '../routing/route';
import { AggregationGroup } from './aggregation-group';
import { type DispatcherMetrics } from './dispatcher-metrics';
import { Turns } from './turns';

export interface DispatcherOptions {
  readonly route: Route;
  readonly pipeline: Stage;
  readonly groupMutes: GroupMutes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DispatcherMetrics;
  /** How often empty groups are dropped: `--dispatch.maintenance-interval`. */
  readonly maintenanceIntervalMs: number;
  /** Groups gather alerts but notify nothing before this moment: `--dispatch.start-delay`. */
  readonly startAtMs: number;
}

/** Alerts that are notified together. */
export interface AlertGroup {
  readonly labels: Labels;
  readonly receiver: string;
  readonly routeId: string;
  readonly groupKey: string;
  readonly alerts: readonly Alert[];
}

/** Sorts alerts into groups by route and group labels, and lets the groups notify. */
export class Dispatcher {
  readonly #turns = new Turns();
  readonly #options: DispatcherOptions;
  /** By route, then by group labels. */
  readonly #groups = new Map<Route, Map<string, AggregationGroup>>();
  readonly #stopped = new AbortController();
  readonly #loops: Promise<void>[] = [];
  #isRunning = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    for (const route of options.route.walk()) this.#groups.set(route, new Map());
    options.metrics.groups.set(0);
  }

  start(): void {
    this.#loops.push(this.#startGroups(), this.#maintain());
  }

  /** Stops all groups, ending notifications that are under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#loops, ...[...this.#all()].map((group) => group.stop())]);
  }

  /** Puts an alert into the group of every route that takes it. */
  dispatch(alert: Alert): void {
    const end = this.#options.metrics.processing.startTimer();
    for (const route of this.#options.route.match(alert.labels)) this.#assign(alert, route);
    end();
  }

  /**
   * Groups that have alerts, by labels, then by receiver; and by fingerprint the receivers of each alert shown. Only
   * routes and alerts that are wanted are looked at.
   */
  groupsOf(
    wantsRoute: (route: Route) => boolean,
    wantsAlert: (alert: Alert) => boolean,
  ): { readonly groups: readonly AlertGroup[]; readonly receivers: ReadonlyMap<string, readonly string[]> } {
    const groups: AlertGroup[] = [];
    const receivers = new Map<string, string[]>();
    for (const [route, byLabels] of this.#groups) {
      if (!wantsRoute(route)) continue;
      const { receiver } = route.settings;
      for (const group of byLabels.values()) {
        const alerts = group.alerts().filter(wantsAlert);
        if (alerts.length === 0) continue;
        groups.push({ labels: group.labels, receiver, routeId: route.id, groupKey: group.key, alerts });
        for (const { fingerprint } of alerts) {
          receivers.set(fingerprint, [...(receivers.get(fingerprint) ?? []), receiver].sort(compareText));
        }
      }
    }
    groups.sort((a, b) => compareLabelSets(a.labels, b.labels) || compareText(a.receiver, b.receiver));
    return { groups, receivers };
  }

  #assign(alert: Alert, route: Route): void {
    const { clock, logger, pipeline, metrics } = this.#options;
    const byLabels = this.#groups.get(route)!;
    const labels = route.groupLabels(alert.labels);
    const known = byLabels.get(labels.key);
    if (known?.insert(alert) === true) return;
    const group = new AggregationGroup({
      route,
      labels,
      clock,
      logger,
      pipeline,
      extraTimeoutMs: 0,
      turns: this.#turns,
    });
    group.insert(alert);
    byLabels.set(labels.key, group);
    if (known === undefined) metrics.groups.inc();
    if (alert.startsAtMs + route.settings.groupWaitMs < clock.nowMs()) group.flushAtOnce();
    if (this.#isRunning) group.start();
  }

  async #startGroups(): Promise<void> {
    const { clock, startAtMs } = this.#options;
    const delayMs = startAtMs - clock.nowMs();
    if (delayMs > 0 && !(await sleep(clock, delayMs, this.#stopped.signal))) return;
    this.#isRunning = true;
    for (const group of this.#all()) group.start();
  }

  async #maintain(): Promise<void> {
    const { clock, maintenanceIntervalMs } = this.#options;
    while (await sleep(clock, maintenanceIntervalMs, this.#stopped.signal)) await this.#dropDestroyed();
  }

  async #dropDestroyed(): Promise<void> {
    const { groupMutes, metrics } = this.#options;
    for (const [route, byLabels] of this.#groups) {
      for (const [key, group] of byLabels) {
        if (!group.isDestroyed) continue;
        byLabels.delete(key);
        groupMutes.delete(route.id, group.key);
        metrics.groups.dec();
        await group.stop();
      }
    }
  }

  *#all(): Generator<AggregationGroup> {
    for (const byLabels of this.#groups.values()) yield* byLabels.values();
  }
}
