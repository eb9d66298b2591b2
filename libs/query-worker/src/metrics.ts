import { Counter, Gauge, type Registry, SliceHistogram, WindowSummary } from '@narthex/client';
import { type QueryNotes } from './protocol.js';

/** The parts of a query's time. */
const SLICES = ['inner_eval', 'prepare_time', 'queue_time', 'result_sort'] as const;

/** What the query engine says about itself, under upstream's names; one of our own. */
export class QueryMetrics {
  readonly workerDeaths: Counter;
  readonly helps: Counter;
  readonly #durations: WindowSummary;
  readonly #durationCounts: SliceHistogram;
  readonly #samples: Counter;

  constructor(
    registry: Registry,
    sources: {
      readonly active: () => number;
      readonly maxConcurrency: number;
      /** ms since any moment. */
      readonly nowMs: () => number;
    },
  ) {
    const registers = [registry];
    new Gauge({
      name: 'prometheus_engine_queries',
      help: 'The current number of queries being executed or waiting.',
      registers,
      collect() {
        this.set(sources.active());
      },
    });
    new Gauge({
      name: 'prometheus_engine_queries_concurrent_max',
      help: 'The max number of concurrent queries.',
      registers,
    }).set(sources.maxConcurrency);
    this.#durations = new WindowSummary({
      name: 'prometheus_engine_query_duration_seconds',
      help: 'Query timings',
      label: 'slice',
      values: SLICES,
      quantiles: [0.5, 0.9, 0.99],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      nowMs: sources.nowMs,
      registers,
    });
    this.#durationCounts = new SliceHistogram({
      name: 'prometheus_engine_query_duration_histogram_seconds',
      help: 'The duration of various parts of PromQL query execution.',
      label: 'slice',
      values: SLICES,
      buckets: [0.01, 0.1, 1, 10],
      registers,
    });
    this.#samples = new Counter({
      name: 'prometheus_engine_query_samples_total',
      help: 'The total number of samples loaded by all queries (full window per step for range-vector).',
      registers,
    });
    this.workerDeaths = new Counter({
      name: 'narthex_query_worker_deaths_total',
      help: 'Query workers that died and were replaced.',
      registers,
    });
    this.helps = new Counter({
      name: 'narthex_query_worker_helps_total',
      help: 'How often an idle query worker was asked to help with a query of another.',
      registers,
    });
  }

  /** Counts a query that the engine has answered. */
  answered({ timings, samples }: QueryNotes, queuedSeconds: number): void {
    this.#took('queue_time', queuedSeconds);
    this.#took('prepare_time', timings.preparation);
    this.#took('inner_eval', timings.evaluation);
    this.#took('result_sort', timings.sorting);
    this.#samples.inc(samples.totalQueryableSamples);
  }

  #took(slice: (typeof SLICES)[number], seconds: number): void {
    this.#durations.observe(slice, seconds);
    this.#durationCounts.observe(slice, seconds);
  }
}
