import { Counter, Gauge, type Registry, Summary } from '@narthex/client';

/** What the dispatcher tells about itself, under upstream's names; the registry outlives dispatchers. */
export class DispatcherMetrics {
  readonly groups: Gauge;
  readonly processing: Summary;

  constructor(registry: Registry) {
    const registers = [registry];
    this.groups = new Gauge({
      name: 'alertmanager_dispatcher_aggregation_groups',
      help: 'Number of active aggregation groups',
      registers,
    });
    this.processing = new Summary({
      name: 'alertmanager_dispatcher_alert_processing_duration_seconds',
      help: 'Summary of latencies for the processing of alerts.',
      percentiles: [],
      registers,
    });
    new Counter({
      name: 'alertmanager_dispatcher_aggregation_group_limit_reached_total',
      help: 'Number of times when dispatcher failed to create new aggregation group due to limit.',
      registers,
    });
  }
}
