import { Counter, Gauge, Histogram, type Registry } from '@narthex/client';

const LABELS = ['remote_name', 'url'] as const;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60];

/** What reading from remote stores says about itself, under upstream's names. */
export class ReadClientMetrics {
  readonly underWay: Gauge<(typeof LABELS)[number]>;
  readonly total: Counter<(typeof LABELS)[number] | 'response_type' | 'code'>;
  readonly seconds: Histogram<(typeof LABELS)[number] | 'response_type'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.underWay = new Gauge({
      name: 'prometheus_remote_read_client_queries',
      help: 'The number of in-flight remote read queries.',
      labelNames: [...LABELS],
      registers,
    });
    this.total = new Counter({
      name: 'prometheus_remote_read_client_queries_total',
      help: 'The total number of remote read queries.',
      labelNames: [...LABELS, 'response_type', 'code'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'prometheus_remote_read_client_request_duration_seconds',
      help: 'Histogram of the latency for remote read requests. Note that for streamed responses this is only the duration of the initial call and does not include the processing of the stream.',
      labelNames: [...LABELS, 'response_type'],
      buckets: SECONDS,
      registers,
    });
  }
}
