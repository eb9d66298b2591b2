import { Counter, Gauge, type Registry, Summary } from '@narthex/client';

/** What service discovery says about itself, under upstream's names. */
export class DiscoveryMetrics {
  readonly discoveredTargets: Gauge;
  readonly failedConfigs: Gauge;
  readonly receivedUpdates: Counter;
  readonly sentUpdates: Counter;
  readonly delayedUpdates: Counter;
  readonly refreshFailures: Counter;
  readonly fileReadErrors: Counter;
  readonly fileWatcherErrors: Counter;
  readonly fileScanDuration: Summary;
  readonly fileModified: Gauge;
  readonly httpFailures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['name'];
    this.discoveredTargets = new Gauge({
      name: 'prometheus_sd_discovered_targets',
      help: 'Current number of discovered targets.',
      labelNames: ['name', 'config'],
      registers,
    });
    this.failedConfigs = new Gauge({
      name: 'prometheus_sd_failed_configs',
      help: 'Current number of service discovery configurations that failed to load.',
      labelNames,
      registers,
    });
    this.receivedUpdates = new Counter({
      name: 'prometheus_sd_received_updates_total',
      help: 'Total number of update events received from the SD providers.',
      labelNames,
      registers,
    });
    this.sentUpdates = new Counter({
      name: 'prometheus_sd_updates_total',
      help: 'Total number of update events sent to the SD consumers.',
      labelNames,
      registers,
    });
    this.delayedUpdates = new Counter({
      name: 'prometheus_sd_updates_delayed_total',
      help: "Total number of update events that couldn't be sent immediately.",
      labelNames,
      registers,
    });
    this.refreshFailures = new Counter({
      name: 'prometheus_sd_refresh_failures_total',
      help: 'Number of refresh failures for the given SD mechanism.',
      labelNames: ['mechanism', 'config'],
      registers,
    });
    this.fileReadErrors = new Counter({
      name: 'prometheus_sd_file_read_errors_total',
      help: 'The number of File-SD read errors.',
      registers,
    });
    this.fileWatcherErrors = new Counter({
      name: 'prometheus_sd_file_watcher_errors_total',
      help: 'The number of File-SD errors caused by filesystem watch failures.',
      registers,
    });
    this.fileScanDuration = new Summary({
      name: 'prometheus_sd_file_scan_duration_seconds',
      help: 'The duration of the File-SD scan in seconds.',
      percentiles: [0.5, 0.9, 0.99],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      registers,
    });
    this.fileModified = new Gauge({
      name: 'prometheus_sd_file_mtime_seconds',
      help: 'Timestamp (mtime) of files read by FileSD. Timestamp is set at read time.',
      labelNames: ['filename'],
      registers,
    });
    this.httpFailures = new Counter({
      name: 'prometheus_sd_http_failures_total',
      help: 'Number of HTTP service discovery refresh failures.',
      registers,
    });
  }
}
