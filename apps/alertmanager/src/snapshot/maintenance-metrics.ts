import { Counter, Gauge, type Registry, Summary } from '@narthex/client';

/** What a maintenance tells about itself, under upstream's names. */
export class MaintenanceMetrics {
  readonly runs: Counter;
  readonly errors: Counter;
  readonly collection: Summary;
  readonly snapshot: Summary;
  readonly sizeBytes: Gauge;

  /** `prefix` is `alertmanager_silences` or `alertmanager_nflog`; `subject` is what the help texts call it. */
  constructor(registry: Registry, prefix: string, subject: string) {
    const registers = [registry];
    this.runs = new Counter({
      name: `${prefix}_maintenance_total`,
      help: `How many maintenances were executed for the ${subject}.`,
      registers,
    });
    this.errors = new Counter({
      name: `${prefix}_maintenance_errors_total`,
      help: `How many maintenances were executed for the ${subject} that failed.`,
      registers,
    });
    this.collection = new Summary({
      name: `${prefix}_gc_duration_seconds`,
      help: `Duration of the last ${subject} garbage collection cycle.`,
      percentiles: [],
      registers,
    });
    this.snapshot = new Summary({
      name: `${prefix}_snapshot_duration_seconds`,
      help: `Duration of the last ${subject} snapshot.`,
      percentiles: [],
      registers,
    });
    this.sizeBytes = new Gauge({
      name: `${prefix}_snapshot_size_bytes`,
      help: `Size of the last ${subject} snapshot in bytes.`,
      registers,
    });
  }
}
