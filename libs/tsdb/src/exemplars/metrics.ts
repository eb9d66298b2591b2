import { Counter, Gauge, type Registry } from '@narthex/client';
import { type ExemplarStore } from './exemplar-store.js';

/** Registers upstream's metrics of exemplars. They are there though none are kept. */
export function registerExemplarMetrics(registry: Registry, store: ExemplarStore): void {
  counter(registry, 'exemplars_appended_total', 'Total number of appended exemplars.', () => {
    return store.counters.appended;
  });
  gauge(registry, 'exemplars_in_storage', 'Number of exemplars currently in circular storage.', () => {
    return store.length;
  });
  gauge(
    registry,
    'series_with_exemplars_in_storage',
    'Number of series with exemplars currently in circular storage.',
    () => store.seriesCount,
  );
  gauge(
    registry,
    'last_exemplars_timestamp_seconds',
    'The timestamp of the oldest exemplar stored in circular storage. Useful to check for what timerange the ' +
      'current exemplar buffer limit allows. This usually means the last timestampfor all exemplars for a typical ' +
      'setup. This is not true though if one of the series timestamp is in future compared to rest series.',
    () => store.oldestTimeMs / 1000,
  );
  counter(
    registry,
    'out_of_order_exemplars_total',
    'Total number of out of order exemplar ingestion failed attempts.',
    () => store.counters.outOfOrder,
  );
  gauge(
    registry,
    'max_exemplars',
    'Total number of exemplars the exemplar storage can store, resizeable.',
    () => store.capacity,
  );
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: `prometheus_tsdb_exemplar_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function counter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name: `prometheus_tsdb_exemplar_${name}`,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
