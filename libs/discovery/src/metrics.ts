import { Counter, Gauge, Histogram, type Registry, Summary } from '@narthex/client';
import { registerAbsentDiscoveries } from './absent-discovery-metrics.js';

/** Upstream's quantiles, over its ten minutes. */
const SUMMARY = { percentiles: [0.5, 0.9, 0.99], maxAgeSeconds: 600, ageBuckets: 5 };

/** What service discovery says about itself, under upstream's names. */
export class DiscoveryMetrics {
  readonly discoveredTargets: Gauge;
  readonly failedConfigs: Gauge;
  readonly receivedUpdates: Counter;
  readonly sentUpdates: Counter;
  readonly delayedUpdates: Counter;
  readonly lastUpdate: Gauge;
  readonly refreshFailures: Counter;
  /** Of each discovery. */
  readonly refreshDuration: Summary;
  /** Of all discoveries of a kind. */
  readonly refreshDurations: Histogram;
  readonly fileReadErrors: Counter;
  readonly fileWatcherErrors: Counter;
  readonly fileScanDuration: Summary;
  readonly fileModified: Gauge;
  readonly httpFailures: Counter;
  readonly dnsLookups: Counter;
  readonly dnsLookupFailures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    registerAbsentDiscoveries(registry);
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
    this.lastUpdate = new Gauge({
      name: 'prometheus_sd_last_update_timestamp_seconds',
      help: 'Timestamp of the last update sent to the SD consumers.',
      labelNames: ['name', 'config'],
      registers,
    });
    this.refreshFailures = new Counter({
      name: 'prometheus_sd_refresh_failures_total',
      help: 'Number of refresh failures for the given SD mechanism.',
      labelNames: ['mechanism', 'config'],
      registers,
    });
    this.refreshDuration = new Summary({
      name: 'prometheus_sd_refresh_duration_seconds',
      help: 'The duration of a refresh in seconds for the given SD mechanism.',
      labelNames: ['mechanism', 'config'],
      ...SUMMARY,
      registers,
    });
    this.refreshDurations = new Histogram({
      name: 'prometheus_sd_refresh_duration_histogram_seconds',
      help: 'The duration of a refresh for the given SD mechanism.',
      labelNames: ['mechanism'],
      buckets: [0.01, 0.1, 1, 10],
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
      ...SUMMARY,
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
    this.dnsLookups = new Counter({
      name: 'prometheus_sd_dns_lookups_total',
      help: 'The number of DNS-SD lookups.',
      registers,
    });
    this.dnsLookupFailures = new Counter({
      name: 'prometheus_sd_dns_lookup_failures_total',
      help: 'The number of DNS-SD lookup failures.',
      registers,
    });
  }
}
