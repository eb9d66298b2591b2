import { type Clock, type Logger } from '@narthex/process';
import { type Alert, isResolvedAt, mergeAlerts, rangesOverlap } from './alert';
import { AlertLimiter } from './alert-limiter';

export interface AlertStoreOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often resolved alerts are dropped: `--alerts.gc-interval`. */
  readonly gcIntervalMs: number;
  /** Alerts of one name beyond this many are refused; 0 for no limit: `--alerts.per-alertname-limit`. */
  readonly perNameLimit: number;
  /** Told of alerts that were dropped. */
  readonly onDeleted?: (alerts: readonly Alert[]) => void;
  /** Told of an alert that a limit refused. */
  readonly onLimited?: (alertName: string) => void;
}

/** Called with every alert that came in, after it was merged with what was known. */
export type AlertSubscriber = (alert: Alert) => void;

/** Every alert received, in memory only: alerts are sent again and again, so nothing is lost for long by a restart. */
export class AlertStore {
  readonly #options: AlertStoreOptions;
  readonly #alerts = new Map<string, Alert>();
  readonly #subscribers = new Set<AlertSubscriber>();
  readonly #limiter: AlertLimiter | undefined;
  #cancelGc: (() => void) | undefined;

  constructor(options: AlertStoreOptions) {
    this.#options = options;
    this.#limiter = options.perNameLimit > 0 ? new AlertLimiter(options.perNameLimit) : undefined;
  }

  /** Begins to drop resolved alerts from time to time. */
  start(): void {
    const { clock, gcIntervalMs } = this.#options;
    this.#cancelGc = clock.after(gcIntervalMs, () => {
      this.collectGarbage();
      this.start();
    });
  }

  stop(): void {
    this.#cancelGc?.();
  }

  /** Takes alerts in and tells the subscribers, one alert after the other. */
  put(alerts: readonly Alert[]): void {
    const nowMs = this.#options.clock.nowMs();
    for (const received of alerts) {
      const known = this.#alerts.get(received.fingerprint);
      const alert = known && rangesOverlap(known, received) ? mergeAlerts(known, received, nowMs) : received;
      if (this.#limiter?.admits(alert, nowMs) === false) {
        this.#refuse(alert);
        continue;
      }
      this.#alerts.set(alert.fingerprint, alert);
      for (const subscriber of this.#subscribers) subscriber(alert);
    }
  }

  /** Every alert there is, resolved ones that were not dropped yet included. */
  all(): Iterable<Alert> {
    return this.#alerts.values();
  }

  /** The subscriber gets every alert there is, then each new one, until the returned function is called. */
  subscribe(subscriber: AlertSubscriber): () => void {
    for (const alert of this.#alerts.values()) subscriber(alert);
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  /** Drops what is resolved. */
  collectGarbage(): void {
    const nowMs = this.#options.clock.nowMs();
    const resolved = [...this.#alerts.values()].filter((alert) => isResolvedAt(alert, nowMs));
    for (const alert of resolved) this.#alerts.delete(alert.fingerprint);
    this.#limiter?.forget(nowMs);
    if (resolved.length > 0) this.#options.onDeleted?.(resolved);
  }

  #refuse(alert: Alert): void {
    const alertName = alert.labels.get('alertname');
    this.#options.logger.warn('Alert dropped: too many alerts of this name', { alertname: alertName });
    this.#options.onLimited?.(alertName);
  }
}
