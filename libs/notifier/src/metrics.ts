import { Counter, Gauge, type Registry, Summary } from '@narthex/client';

/** What the notifier counts, under upstream's names. */
export interface NotifierMetrics {
  readonly latency: Summary<'alertmanager'>;
  readonly errors: Counter<'alertmanager'>;
  readonly sent: Counter<'alertmanager'>;
  readonly dropped: Counter;
}

export interface NotifierGauges {
  readonly queueLength: () => number;
  readonly queueCapacity: number;
  readonly alertmanagers: () => number;
}

export function notifierMetrics(registry: Registry, gauges: NotifierGauges): NotifierMetrics {
  const registers = [registry];
  const labelNames = ['alertmanager'] as const;
  gauge(
    registry,
    'prometheus_notifications_queue_length',
    'The number of alert notifications in the queue.',
    gauges.queueLength,
  );
  gauge(
    registry,
    'prometheus_notifications_queue_capacity',
    'The capacity of the alert notifications queue.',
    () => gauges.queueCapacity,
  );
  gauge(
    registry,
    'prometheus_notifications_alertmanagers_discovered',
    'The number of alertmanagers discovered and active.',
    gauges.alertmanagers,
  );
  return {
    latency: new Summary({
      name: 'prometheus_notifications_latency_seconds',
      help: 'Latency quantiles for sending alert notifications.',
      labelNames,
      percentiles: [0.5, 0.9, 0.99],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      registers,
    }),
    errors: new Counter({
      name: 'prometheus_notifications_errors_total',
      help: 'Total number of sent alerts affected by errors.',
      labelNames,
      registers,
    }),
    sent: new Counter({
      name: 'prometheus_notifications_sent_total',
      help: 'Total number of alerts sent.',
      labelNames,
      registers,
    }),
    dropped: new Counter({
      name: 'prometheus_notifications_dropped_total',
      help: 'Total number of alerts dropped due to errors when sending to Alertmanager.',
      registers,
    }),
  };
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}
