import { Gauge, Histogram, type Registry } from '@narthex/client';

/** What the receiver of remote read says about itself, under upstream's names. */
export class ReadMetrics {
  readonly queries: Gauge;
  readonly waitSeconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.queries = new Gauge({
      name: 'prometheus_remote_read_handler_queries',
      help: 'The current number of remote read queries that are either in execution or queued on the handler.',
      registers,
    });
    this.waitSeconds = new Histogram({
      name: 'prometheus_remote_read_handler_gate_wait_duration_seconds',
      help: 'How long a request spent waiting for the gate to open before proceeding.',
      registers,
    });
  }
}
