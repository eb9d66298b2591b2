import { Counter, Histogram, type Registry } from '@narthex/client';
import { type IntegrationKey } from '../nflog/notification-log';
import { FAILURE_REASONS, type FailureReason } from './errors';

/** Every kind of integration upstream knows: their series are there from the start, at zero. */
export const INTEGRATIONS = [
  'email',
  'pagerduty',
  'wechat',
  'pushover',
  'slack',
  'opsgenie',
  'webhook',
  'victorops',
  'sns',
  'telegram',
  'discord',
  'webex',
  'msteams',
  'msteamsv2',
  'incidentio',
  'jira',
  'rocketchat',
  'mattermost',
] as const;

export type SuppressionReason = 'silence' | 'inhibition' | 'mute_time_interval' | 'active_time_interval';

export interface NotificationMetricsOptions {
  readonly registry: Registry;
  /** Adds the label `receiver_name`: the feature receiver-name-in-metrics. */
  readonly withReceiverNames: boolean;
}

/** Counts notifications under upstream's names. */
export class NotificationMetrics {
  readonly #withReceiverNames: boolean;
  readonly #notifications: Counter;
  readonly #failures: Counter;
  readonly #requests: Counter;
  readonly #failedRequests: Counter;
  readonly #suppressed: Counter;
  readonly #latency: Histogram;
  readonly #logQueries: Counter;
  readonly #logQueryErrors: Counter;
  readonly #logQueryDuration: Histogram;
  readonly #resettable: readonly (Counter | Histogram)[];

  constructor(options: NotificationMetricsOptions) {
    const registers = [options.registry];
    const labelNames = options.withReceiverNames ? ['integration', 'receiver_name'] : ['integration'];
    const counter = (name: string, help: string, labels: string[]): Counter =>
      new Counter({ name: `alertmanager_${name}`, help, labelNames: labels, registers });
    this.#withReceiverNames = options.withReceiverNames;
    this.#notifications = counter(
      'notifications_total',
      'The total number of attempted notifications.',
      labelNames,
    );
    this.#failures = counter('notifications_failed_total', 'The total number of failed notifications.', [
      ...labelNames,
      'reason',
    ]);
    this.#requests = counter(
      'notification_requests_total',
      'The total number of attempted notification requests.',
      labelNames,
    );
    this.#failedRequests = counter(
      'notification_requests_failed_total',
      'The total number of failed notification requests.',
      labelNames,
    );
    this.#suppressed = counter(
      'notifications_suppressed_total',
      'The total number of notifications suppressed for being silenced, inhibited, outside of active time intervals or within muted time intervals.',
      ['reason'],
    );
    this.#latency = new Histogram({
      name: 'alertmanager_notification_latency_seconds',
      help: 'The latency of notifications in seconds.',
      labelNames,
      buckets: [1, 5, 10, 15, 20],
      registers,
    });
    this.#logQueries = counter(
      'nflog_queries_total',
      'Number of notification log queries were received.',
      [],
    );
    this.#logQueryErrors = counter(
      'nflog_query_errors_total',
      'Number notification log received queries that failed.',
      [],
    );
    this.#logQueryDuration = new Histogram({
      name: 'alertmanager_nflog_query_duration_seconds',
      help: 'Duration of notification log query evaluation.',
      registers,
    });
    this.#resettable = [
      this.#notifications,
      this.#failures,
      this.#requests,
      this.#failedRequests,
      this.#latency,
    ];
  }

  /** Sets what there can be to zero; with receiver names that is known only from the configuration. */
  initialise(configured: readonly IntegrationKey[]): void {
    if (this.#withReceiverNames) for (const metric of this.#resettable) metric.reset();
    const keys = this.#withReceiverNames
      ? configured
      : INTEGRATIONS.map((integration) => ({ integration, receiver: '', index: 0 }));
    for (const key of keys) {
      const labels = this.#labels(key);
      for (const metric of [this.#notifications, this.#requests, this.#failedRequests]) metric.inc(labels, 0);
      this.#latency.zero(labels);
      for (const reason of FAILURE_REASONS) this.#failures.inc({ ...labels, reason }, 0);
    }
  }

  suppressed(reason: SuppressionReason, count: number): void {
    if (count > 0) this.#suppressed.inc({ reason }, count);
  }

  attempted(key: IntegrationKey): void {
    this.#notifications.inc(this.#labels(key));
  }

  failed(key: IntegrationKey, reason: FailureReason): void {
    this.#failures.inc({ ...this.#labels(key), reason });
  }

  /** One request of perhaps several that a notification takes. */
  requested(key: IntegrationKey, seconds: number, succeeded: boolean): void {
    const labels = this.#labels(key);
    this.#latency.observe(labels, seconds);
    this.#requests.inc(labels);
    if (!succeeded) this.#failedRequests.inc(labels);
  }

  /** Counts a question to the notification log. As upstream does, finding nothing counts as a failed one. */
  timeLogQuery<T>(query: () => T): T {
    const end = this.#logQueryDuration.startTimer();
    const found = query();
    end();
    this.#logQueries.inc();
    if (found === undefined) this.#logQueryErrors.inc();
    return found;
  }

  #labels({ integration, receiver }: IntegrationKey): Record<string, string> {
    return this.#withReceiverNames ? { integration, receiver_name: receiver } : { integration };
  }
}
