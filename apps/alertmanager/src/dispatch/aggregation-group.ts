import { type Labels, quoteGo } from '@narthex/model';
import { type Clock, type Logger, sleep } from '@narthex/process';
import { type Alert, compareAlerts, isResolvedAt } from '../alerts/alert';
import { NotificationAbortedError } from '../notify/errors';
import { type Notification } from '../notify/notification';
import { type Stage } from '../notify/stage';
import { type Route } from '../routing/route';
import { type Turns } from './turns';

export interface AggregationGroupOptions {
  readonly route: Route;
  /** The labels that its alerts share. */
  readonly labels: Labels;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pipeline: Stage;
  /** Adds to the time a notification may take: waiting for the other instances of a cluster. */
  readonly extraTimeoutMs: number;
  /** Shared by all groups. */
  readonly turns: Turns;
}

/** However short the group interval is, a notification may take this long. */
const SHORTEST_TIMEOUT_MS = 10_000;

/** The alerts of one route that share the group labels, notified together: after group_wait, then each group_interval. */
export class AggregationGroup {
  readonly labels: Labels;
  readonly route: Route;
  readonly key: string;
  readonly #options: AggregationGroupOptions;
  readonly #alerts = new Map<string, Alert>();
  readonly #stopped = new AbortController();
  #dueMs: number;
  #isDestroyed = false;
  #running: Promise<void> | undefined;

  constructor(options: AggregationGroupOptions) {
    this.labels = options.labels;
    this.route = options.route;
    this.key = `${options.route.key}:${formatGroupLabels(options.labels)}`;
    this.#options = options;
    this.#dueMs = options.clock.nowMs() + options.route.settings.groupWaitMs;
  }

  /** True once all its alerts are resolved and notified: it takes no more. */
  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** Its alerts, in the order of notifications. */
  alerts(): Alert[] {
    return [...this.#alerts.values()].sort(compareAlerts);
  }

  /** Takes an alert, or returns false when the group is destroyed. */
  insert(alert: Alert): boolean {
    if (this.#isDestroyed) return false;
    this.#alerts.set(alert.fingerprint, alert);
    return true;
  }

  /** The first flush need not wait: its alert has been firing for longer than group_wait. */
  flushAtOnce(): void {
    this.#dueMs = this.#options.clock.nowMs();
  }

  /** Begins to notify. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Stops, ending a notification that is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort(new NotificationAbortedError('contextCanceled'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, route } = this.#options;
    const { signal } = this.#stopped;
    while (!this.#isDestroyed) {
      const isDue = await sleep(clock, Math.max(0, this.#dueMs - clock.nowMs()), signal);
      if (!isDue) return;
      await this.#options.turns.next();
      // It may have been stopped while it waited.
      if (signal.aborted) return;
      const nowMs = clock.nowMs();
      // The next flush is due from the beginning of this one, however long it takes.
      this.#dueMs = nowMs + route.settings.groupIntervalMs;
      await this.#flush(nowMs);
    }
  }

  async #flush(nowMs: number): Promise<void> {
    if (this.#alerts.size === 0) return;
    const received = this.alerts();
    const resolved = received.filter((alert) => isResolvedAt(alert, nowMs));
    // What fires now must not turn into a resolved alert because the notification takes a while.
    const alerts = received.map((alert) =>
      isResolvedAt(alert, nowMs) ? alert : { ...alert, endsAtMs: undefined },
    );
    if (!(await this.#notify(alerts, nowMs))) return;
    for (const { fingerprint, updatedAtMs } of resolved) {
      // It may have fired again meanwhile.
      if (this.#alerts.get(fingerprint)?.updatedAtMs === updatedAtMs) this.#alerts.delete(fingerprint);
    }
    this.#isDestroyed = this.#alerts.size === 0;
  }

  async #notify(alerts: readonly Alert[], nowMs: number): Promise<boolean> {
    const { clock, pipeline, route, logger, extraTimeoutMs } = this.#options;
    const ended = new AbortController();
    const timeoutMs = Math.max(route.settings.groupIntervalMs, SHORTEST_TIMEOUT_MS) + extraTimeoutMs;
    const cancelTimeout = clock.after(timeoutMs, () =>
      ended.abort(new NotificationAbortedError('contextDeadlineExceeded')),
    );
    const onStop = (): void => ended.abort(this.#stopped.signal.reason);
    this.#stopped.signal.addEventListener('abort', onStop, { once: true });
    try {
      await pipeline.run(this.#notification(nowMs, ended.signal), alerts);
      return true;
    } catch (error) {
      const fields = { aggrGroup: this.key, num_alerts: alerts.length, err: error as Error };
      // A reload or a shutdown ends notifications: nothing to worry about.
      if (this.#stopped.signal.aborted) logger.debug('Notify for alerts failed', fields);
      else logger.error('Notify for alerts failed', fields);
      return false;
    } finally {
      cancelTimeout();
      this.#stopped.signal.removeEventListener('abort', onStop);
    }
  }

  #notification(nowMs: number, signal: AbortSignal): Notification {
    const { receiver, repeatIntervalMs, muteTimeIntervals, activeTimeIntervals } = this.route.settings;
    return {
      groupKey: this.key,
      groupLabels: this.labels,
      routeId: this.route.id,
      receiver,
      repeatIntervalMs,
      muteTimeIntervals,
      activeTimeIntervals,
      nowMs,
      signal,
    };
  }
}

/** `{alertname="a", job="b"}`; names stand without quotes whatever they are, as upstream has them in group keys. */
function formatGroupLabels(labels: Labels): string {
  return `{${Array.from(labels, ([name, value]) => `${name}=${quoteGo(value)}`).join(', ')}}`;
}
