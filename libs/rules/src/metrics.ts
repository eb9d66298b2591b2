import { Counter, Gauge, Histogram, type Registry, Summary } from '@narthex/client';

const GROUP = ['rule_group'] as const;
type PerGroup = (typeof GROUP)[number];

/** What rule evaluation counts, under upstream's names. */
export class RuleMetrics {
  readonly #evaluationSummary: Summary;
  readonly #evaluationHistogram: Histogram;
  readonly #groupSummary: Summary;
  readonly #groupHistogram: Histogram;
  readonly evaluations: Counter<PerGroup>;
  readonly failures: Counter<PerGroup>;
  readonly iterations: Counter<PerGroup>;
  readonly missed: Counter<PerGroup>;
  readonly interval: Gauge<PerGroup>;
  readonly rules: Gauge<PerGroup>;
  readonly lastDuration: Gauge<PerGroup>;
  readonly lastTimestamp: Gauge<PerGroup>;
  readonly lastSamples: Gauge<PerGroup>;
  readonly lastRestoreDuration: Gauge<PerGroup>;
  readonly lastRuleDurationSum: Gauge<PerGroup>;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string): Counter<PerGroup> =>
      new Counter({ name: `prometheus_rule_${name}`, help, labelNames: GROUP, registers });
    const gauge = (name: string, help: string): Gauge<PerGroup> =>
      new Gauge({ name: `prometheus_rule_group_${name}`, help, labelNames: GROUP, registers });
    const summary = (name: string, help: string, percentiles: number[]): Summary =>
      new Summary({
        name: `prometheus_rule_${name}`,
        help,
        percentiles,
        maxAgeSeconds: 600,
        ageBuckets: 5,
        registers,
      });

    const histogram = (name: string, help: string): Histogram =>
      new Histogram({ name: `prometheus_rule_${name}`, help, buckets: [0.01, 0.1, 1, 10], registers });

    this.#evaluationSummary = summary(
      'evaluation_duration_seconds',
      'The duration for a rule to execute.',
      [0.5, 0.9, 0.99],
    );
    this.#evaluationHistogram = histogram(
      'evaluation_duration_histogram_seconds',
      'The duration for a rule to execute.',
    );
    this.#groupSummary = summary(
      'group_duration_seconds',
      'The duration of rule group evaluations.',
      [0.01, 0.05, 0.5, 0.9, 0.99],
    );
    this.#groupHistogram = histogram(
      'group_duration_histogram_seconds',
      'The duration of rule group evaluations.',
    );
    this.evaluations = counter('evaluations_total', 'The total number of rule evaluations.');
    this.failures = counter('evaluation_failures_total', 'The total number of rule evaluation failures.');
    this.iterations = counter(
      'group_iterations_total',
      'The total number of scheduled rule group evaluations, whether executed or missed.',
    );
    this.missed = counter(
      'group_iterations_missed_total',
      'The total number of rule group evaluations missed due to slow rule group evaluation.',
    );
    this.interval = gauge('interval_seconds', 'The interval of a rule group.');
    this.rules = gauge('rules', 'The number of rules.');
    this.lastDuration = gauge('last_duration_seconds', 'The duration of the last rule group evaluation.');
    this.lastTimestamp = gauge(
      'last_evaluation_timestamp_seconds',
      'The timestamp of the last rule group evaluation in seconds.',
    );
    this.lastSamples = gauge(
      'last_evaluation_samples',
      'The number of samples returned during the last rule group evaluation.',
    );
    this.lastRestoreDuration = gauge(
      'last_restore_duration_seconds',
      'The duration of the last alert rules alerts restoration using the `ALERTS_FOR_STATE` series.',
    );
    this.lastRuleDurationSum = gauge(
      'last_rule_duration_sum_seconds',
      'The sum of time in seconds it took to evaluate each rule in the group regardless of concurrency. This should be higher than the group duration if rules are evaluated concurrently.',
    );
  }

  evaluated(seconds: number): void {
    this.#evaluationSummary.observe(seconds);
    this.#evaluationHistogram.observe(seconds);
  }

  groupEvaluated(seconds: number): void {
    this.#groupSummary.observe(seconds);
    this.#groupHistogram.observe(seconds);
  }

  /** Starts the group's series at zero. */
  begin(group: string, intervalSeconds: number, rules: number): void {
    for (const counter of [this.evaluations, this.failures, this.iterations, this.missed]) {
      counter.inc({ rule_group: group }, 0);
    }
    this.interval.set({ rule_group: group }, intervalSeconds);
    this.rules.set({ rule_group: group }, rules);
  }

  /** Removes the series of a group that is gone. */
  forget(group: string): void {
    const perGroup = [
      this.evaluations,
      this.failures,
      this.iterations,
      this.missed,
      this.interval,
      this.rules,
      this.lastDuration,
      this.lastTimestamp,
      this.lastSamples,
      this.lastRestoreDuration,
      this.lastRuleDurationSum,
    ];
    for (const metric of perGroup) metric.remove({ rule_group: group });
  }
}
