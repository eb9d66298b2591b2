import { Counter, Gauge, type Registry } from '@narthex/client';
import { type Clock } from '@narthex/process';
import { isResolvedAt } from './alerts/alert';
import { type AlertState, type AlertStatuses } from './alerts/alert-status';
import { type AlertStore } from './alerts/alert-store';
import { type Config } from './config/load';
import { type Silences } from './silences/silences';

export interface AppMetricsOptions {
  readonly registry: Registry;
  readonly alerts: AlertStore;
  readonly statuses: AlertStatuses;
  readonly silences: Silences;
  readonly clock: Clock;
  readonly perNameLimit: number;
}

/** Metrics of the whole program, under upstream's names. */
export class AppMetrics {
  readonly #reloadSuccessful: Gauge;
  readonly #reloadTime: Gauge;
  readonly #configHash: Gauge;
  readonly #receivers: Gauge;
  readonly #integrations: Gauge;
  readonly #inhibitionRules: Gauge;
  readonly #limited: Counter;
  readonly #clock: Clock;

  constructor(options: AppMetricsOptions) {
    const { registry, alerts, statuses, silences, clock } = options;
    const registers = [registry];
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name: `alertmanager_${name}`, help, registers });
    this.#clock = clock;
    this.#configHash = gauge(
      'config_hash',
      'Hash of the currently loaded alertmanager configuration. Note that this is not a cryptographically strong hash.',
    );
    this.#reloadSuccessful = gauge(
      'config_last_reload_successful',
      'Whether the last configuration reload attempt was successful.',
    );
    this.#reloadTime = gauge(
      'config_last_reload_success_timestamp_seconds',
      'Timestamp of the last successful configuration reload.',
    );
    this.#receivers = gauge('receivers', 'Number of configured receivers.');
    this.#integrations = gauge('integrations', 'Number of configured integrations.');
    this.#inhibitionRules = gauge('inhibition_rules', 'Number of configured inhibition rules.');
    gauge('cluster_enabled', 'Indicates whether the clustering is enabled or not.').set(0);
    gauge('alerts_per_alert_limit', 'Current limit on number of alerts per alert name').set(
      options.perNameLimit,
    );
    this.#limited = new Counter({
      name: 'alertmanager_alerts_limited_total',
      help: 'Total number of alerts that were dropped due to per alert name limit',
      labelNames: ['alertname'],
      registers,
    });
    new Gauge({
      name: 'alertmanager_alerts',
      help: 'How many alerts by state.',
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, count] of countStates(alerts, statuses, clock.nowMs())) this.set({ state }, count);
      },
    });
    new Gauge({
      name: 'alertmanager_silences',
      help: 'How many silences by state.',
      labelNames: ['state'],
      registers,
      collect() {
        for (const state of ['active', 'expired', 'pending'] as const)
          this.set({ state }, silences.count(state));
      },
    });
  }

  reloaded(config: Config): void {
    this.#reloadSuccessful.set(1);
    this.#reloadTime.set(this.#clock.nowMs() / 1000);
    this.#configHash.set(config.hash);
    this.#receivers.set(config.receivers.length);
    this.#inhibitionRules.set(config.inhibitionRules.length);
    const integrations = config.receivers.map(
      ({ email_configs, slack_configs, webhook_configs }) =>
        email_configs.length + slack_configs.length + webhook_configs.length,
    );
    this.#integrations.set(integrations.reduce((sum, count) => sum + count, 0));
  }

  reloadFailed(): void {
    this.#reloadSuccessful.set(0);
  }

  limited(alertName: string): void {
    this.#limited.inc({ alertname: alertName });
  }
}

/** Alerts that have not ended, by state. */
function countStates(alerts: AlertStore, statuses: AlertStatuses, nowMs: number): Map<AlertState, number> {
  const counts = new Map<AlertState, number>([
    ['active', 0],
    ['suppressed', 0],
    ['unprocessed', 0],
  ]);
  for (const alert of alerts.all()) {
    if (isResolvedAt(alert, nowMs)) continue;
    const { state } = statuses.get(alert.fingerprint);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}
