import { Counter, Gauge, Histogram, type Registry, Summary } from '@narthex/client';

const LABELS = ['alertmanager'] as const;
type PerAlertmanager = (typeof LABELS)[number];

export interface NotifierGauges {
  readonly alertmanagers: () => number;
}

/** What the notifier counts, under upstream's names. */
export class NotifierMetrics {
  readonly errors: Counter<PerAlertmanager>;
  readonly sent: Counter<PerAlertmanager>;
  readonly dropped: Counter<PerAlertmanager>;
  readonly queueLength: Gauge<PerAlertmanager>;
  readonly queueCapacity: Gauge<PerAlertmanager>;
  readonly #latency: Summary<PerAlertmanager>;
  readonly #latencyHistogram: Histogram<PerAlertmanager>;

  constructor(registry: Registry, { alertmanagers }: NotifierGauges) {
    const registers = [registry];
    const counter = (name: string, help: string): Counter<PerAlertmanager> =>
      new Counter({ name: `prometheus_notifications_${name}`, help, labelNames: LABELS, registers });
    this.errors = counter('errors_total', 'Total number of sent alerts affected by errors.');
    this.sent = counter('sent_total', 'Total number of alerts sent.');
    this.dropped = counter(
      'dropped_total',
      'Total number of alerts dropped due to errors when sending to Alertmanager.',
    );
    this.queueLength = new Gauge({
      name: 'prometheus_notifications_queue_length',
      help: 'The number of alert notifications in the queue.',
      labelNames: LABELS,
      registers,
    });
    this.queueCapacity = new Gauge({
      name: 'prometheus_notifications_queue_capacity',
      help: 'The capacity of the alert notifications queue.',
      labelNames: LABELS,
      registers,
    });
    new Gauge({
      name: 'prometheus_notifications_alertmanagers_discovered',
      help: 'The number of alertmanagers discovered and active.',
      registers,
      collect() {
        this.set(alertmanagers());
      },
    });
    this.#latency = new Summary({
      name: 'prometheus_notifications_latency_seconds',
      help: 'Latency quantiles for sending alert notifications.',
      labelNames: LABELS,
      percentiles: [0.5, 0.9, 0.99],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      registers,
    });
    this.#latencyHistogram = new Histogram({
      name: 'prometheus_notifications_latency_histogram_seconds',
      help: 'Latency histogram for sending alert notifications.',
      labelNames: LABELS,
      buckets: [0.01, 0.1, 1, 10],
      registers,
    });
  }

  observeLatency(labels: Record<PerAlertmanager, string>, seconds: number): void {
    this.#latency.observe(labels, seconds);
    this.#latencyHistogram.observe(labels, seconds);
  }

  /** Removes the series of an Alertmanager that is gone. */
  forget(labels: Record<PerAlertmanager, string>): void {
    const all = [
      this.errors,
      this.sent,
      this.dropped,
      this.queueLength,
      this.queueCapacity,
      this.#latency,
      this.#latencyHistogram,
    ];
    for (const metric of all) metric.remove(labels);
  }
}
