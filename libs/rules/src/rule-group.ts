import { type Labels } from '@narthex/model';
import { type Clock, type Logger, sleep, type TraceSpan, type Tracing } from '@narthex/process';
import { type Appendable, type Queryable } from '@narthex/storage';
import { type ActiveAlert } from './active-alert.js';
import { AlertingRule } from './alerting-rule.js';
import { type EvaluationSlots } from './evaluation-slots.js';
import { type RuleMetrics } from './metrics.js';
import { type InstantQuery } from './query.js';
import { restoreForState } from './restore.js';
import { type Rule } from './rule.js';
import { GroupSchedule } from './schedule.js';
import { storeEnds, storeResult } from './store.js';

/** What every group shares. */
export interface GroupContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RuleMetrics;
  readonly storage: Appendable & Queryable;
  readonly query: InstantQuery;
  /** Takes the alerts that Alertmanager is to hear of. */
  readonly notify: (rule: AlertingRule, alerts: readonly Readonly<ActiveAlert>[]) => void;
  readonly resendDelayMs: number;
  readonly outageToleranceMs: number;
  readonly gracePeriodMs: number;
  /** Where rules of one group may be evaluated at the same time: the places for that. */
  readonly slots?: EvaluationSlots | undefined;
  /** Records a span for each evaluation of a rule, while spans are recorded. */
  readonly tracing?: Tracing | undefined;
}

export interface RuleGroupOptions {
  readonly file: string;
  readonly name: string;
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
  /** The most series or alerts of one rule; 0 for any number. */
  readonly limit: number;
  readonly rules: readonly Rule[];
  /**
   * The rules by place, in batches that follow one another; those of one batch do not need each other. Without, rules
   * are evaluated one after another.
   */
  readonly batches?: readonly (readonly number[])[] | undefined;
  /** True for the groups of the first configuration after a start. */
  readonly restore: boolean;
  /** Everything that the configuration says of the group: groups of the same text go on unchanged. */
  readonly fingerprint: string;
}

/** Rules that are evaluated at the same time stamp: one after another, or in batches. */
export class RuleGroup {
  readonly file: string;
  readonly name: string;
  readonly intervalMs: number;
  readonly limit: number;
  readonly rules: readonly Rule[];
  readonly fingerprint: string;
  /** Seconds that the last evaluation took, and when it began; undefined before the first. */
  lastDurationSeconds = 0;
  lastEvaluationMs: number | undefined;
  readonly #queryOffsetMs: number;
  readonly #batches: readonly (readonly number[])[];
  readonly #context: GroupContext;
  readonly #schedule: GroupSchedule;
  readonly #abort = new AbortController();
  readonly #key: string;
  /** The series that each rule gave in its last evaluation. */
  #series: ReadonlyMap<string, Labels>[];
  #endedRules: Labels[] = [];
  #restore: boolean;
  #running: Promise<void> | undefined;

  constructor(options: RuleGroupOptions, context: GroupContext) {
    this.file = options.file;
    this.name = options.name;
    this.intervalMs = options.intervalMs;
    this.limit = options.limit;
    this.rules = options.rules;
    this.fingerprint = options.fingerprint;
    this.#queryOffsetMs = options.queryOffsetMs;
    this.#batches = options.batches ?? options.rules.map((_, index) => [index]);
    this.#restore = options.restore;
    this.#context = context;
    this.#schedule = new GroupSchedule(options.file, options.name, options.intervalMs);
    this.#series = options.rules.map(() => new Map());
    this.#key = `${options.file};${options.name}`;
  }

  /** Goes on where a group of the same name stopped: alerts, and the series that may have to be ended. */
  takeOver(before: RuleGroup): void {
    const left = new Map<string, number[]>();
    for (const [i, rule] of before.rules.entries())
      left.set(identity(rule), [...(left.get(identity(rule)) ?? []), i]);
    for (const [i, rule] of this.rules.entries()) {
      const from = left.get(identity(rule))?.shift();
      if (from === undefined) continue;
      this.#series[i] = before.#series[from]!;
      const old = before.rules[from]!;
      if (rule instanceof AlertingRule && old instanceof AlertingRule) rule.takeOver(old);
    }
    this.#endedRules = [...left.values()].flat().flatMap((i) => [...before.#series[i]!.values()]);
    this.#restore = before.#restore;
  }

  start(): void {
    this.#context.metrics.begin(this.#key, this.intervalMs / 1000, this.rules.length);
    this.#running = this.#run();
  }

  /** Stops after the rule under evaluation. Series are not ended: a following group may go on with them. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /**
   * Stops, because the group is gone from the configuration, and ends its series as of now. That is done two intervals
   * later, so that a group of another name may take them over first; not at all when `signal` says so before.
   */
  async retire(signal: AbortSignal): Promise<void> {
    const { clock, metrics, storage } = this.#context;
    await this.stop();
    metrics.forget(this.#key);
    const endMs = clock.nowMs() - this.#queryOffsetMs;
    if (!(await sleep(clock, 2 * this.intervalMs, signal))) return;
    const ended = [...this.#series.flatMap((series) => [...series.values()]), ...this.#endedRules];
    await storeEnds(storage, ended, endMs);
  }

  /** Evaluates every rule for one time stamp. */
  async evaluate(timestampMs: number): Promise<void> {
    const { clock, metrics } = this.#context;
    const startMs = clock.monotonicMs();
    this.lastEvaluationMs = clock.nowMs();
    const totals = { samples: 0, ruleSeconds: 0 };
    for (const batch of this.#batches) {
      if (!(await this.#evaluateBatch(batch, timestampMs, totals))) return;
    }
    await this.#endRemovedRules(timestampMs);
    this.lastDurationSeconds = (clock.monotonicMs() - startMs) / 1000;
    const labels = { rule_group: this.#key };
    metrics.groupEvaluated(this.lastDurationSeconds);
    metrics.lastDuration.set(labels, this.lastDurationSeconds);
    metrics.lastRuleDurationSum.set(labels, totals.ruleSeconds);
    metrics.lastTimestamp.set(labels, this.lastEvaluationMs / 1000);
    metrics.lastSamples.set(labels, totals.samples);
  }

  /** False when the group was stopped meanwhile. Rules that find no free place are evaluated in turn. */
  async #evaluateBatch(batch: readonly number[], timestampMs: number, totals: GroupTotals): Promise<boolean> {
    const slots = batch.length > 1 ? this.#context.slots : undefined;
    const running: Promise<void>[] = [];
    for (const index of batch) {
      if (this.#abort.signal.aborted) break;
      const evaluation = this.#evaluateTimed(index, timestampMs, totals);
      if (slots?.tryTake() === true) running.push(evaluation.finally(() => slots.give()));
      else await evaluation;
    }
    await Promise.all(running);
    return !this.#abort.signal.aborted;
  }

  async #evaluateTimed(index: number, timestampMs: number, totals: GroupTotals): Promise<void> {
    const { clock, metrics } = this.#context;
    const rule = this.rules[index]!;
    const startMs = clock.monotonicMs();
    const startedMs = clock.nowMs();
    totals.samples += await this.#evaluateTraced(index, rule, timestampMs);
    rule.status.lastEvaluationMs = startedMs;
    rule.status.evaluationTimeSeconds = (clock.monotonicMs() - startMs) / 1000;
    totals.ruleSeconds += rule.status.evaluationTimeSeconds;
    metrics.evaluated(rule.status.evaluationTimeSeconds);
  }

  async #run(): Promise<void> {
    const { clock, metrics, logger } = this.#context;
    const labels = { rule_group: this.#key };
    let slotMs = this.#schedule.slotAt(clock.nowMs()) + this.intervalMs;
    for (let iteration = 1; await this.#until(slotMs); iteration++) {
      // One that is late is made up for at once; what lies further back is missed.
      const missed = Math.max(0, Math.floor((clock.nowMs() - slotMs) / this.intervalMs));
      slotMs += missed * this.intervalMs;
      metrics.missed.inc(labels, missed);
      metrics.iterations.inc(labels, missed + 1);
      try {
        await this.evaluate(slotMs);
        // The first evaluation may have lacked data that a restart has not scraped yet.
        if (this.#restore && iteration === 2) await this.#restoreAlerts();
      } catch (error) {
        logger.error('Rule group evaluation failed', {
          group: this.name,
          file: this.file,
          err: asError(error),
        });
      }
      slotMs += this.intervalMs;
    }
  }

  /** Waits until then; false when the group is stopped. */
  #until(timestampMs: number): Promise<boolean> {
    const { clock } = this.#context;
    return sleep(clock, Math.max(0, timestampMs - clock.nowMs()), this.#abort.signal);
  }

  #evaluateTraced(index: number, rule: Rule, timestampMs: number): Promise<number> {
    const { tracing } = this.#context;
    if (tracing?.isOn !== true) return this.#evaluateRule(index, rule, timestampMs, undefined);
    return tracing.within('rule', { attributes: { name: rule.name } }, (span) =>
      this.#evaluateRule(index, rule, timestampMs, span),
    );
  }

  async #evaluateRule(
    index: number,
    rule: Rule,
    timestampMs: number,
    span: TraceSpan | undefined,
  ): Promise<number> {
    const { metrics, storage, logger } = this.#context;
    const labels = { rule_group: this.#key };
    const log = logger.with({
      file: this.file,
      group: this.name,
      name: rule.name,
      index,
      ...(span?.isSampled === true && { trace_id: span.traceId }),
    });
    metrics.evaluations.inc(labels);
    const queryMs = timestampMs - this.#queryOffsetMs;
    const origin = { file: this.file, name: this.name };
    const query: InstantQuery = (expression, atMs) => this.#context.query(expression, atMs, origin);
    try {
      const samples =
        rule.type === 'recording'
          ? await rule.evaluate(queryMs, query, this.limit)
          : await rule.evaluate(timestampMs, this.#queryOffsetMs, query, this.limit);
      if (this.#abort.signal.aborted) return 0;
      if (rule.type === 'alerting') this.#notify(rule, timestampMs);
      this.#series[index] = await storeResult(storage, samples, this.#series[index]!, queryMs, log);
      rule.status.succeeded();
      return samples.length;
    } catch (error) {
      if (this.#abort.signal.aborted) return 0;
      rule.status.failed(asError(error));
      span?.fail(asError(error).message);
      metrics.failures.inc(labels);
      log.warn('Evaluating rule failed', { rule: rule.expression, err: asError(error) });
      return 0;
    }
  }

  #notify(rule: AlertingRule, timestampMs: number): void {
    const alerts = rule.alertsToSend(timestampMs, this.#context.resendDelayMs, this.intervalMs);
    if (alerts.length > 0) this.#context.notify(rule, alerts);
  }

  async #endRemovedRules(timestampMs: number): Promise<void> {
    const ended = this.#endedRules;
    if (ended.length === 0) return;
    await storeEnds(this.#context.storage, ended, timestampMs - this.#queryOffsetMs);
    this.#endedRules = [];
  }

  async #restoreAlerts(): Promise<void> {
    const { clock, storage, metrics, outageToleranceMs, gracePeriodMs } = this.#context;
    const startMs = clock.monotonicMs();
    for (const rule of this.rules) {
      if (rule.type !== 'alerting') continue;
      await restoreForState(rule, storage, { nowMs: clock.nowMs(), outageToleranceMs, gracePeriodMs });
    }
    this.#restore = false;
    metrics.lastRestoreDuration.set({ rule_group: this.#key }, (clock.monotonicMs() - startMs) / 1000);
  }
}

interface GroupTotals {
  samples: number;
  ruleSeconds: number;
}

function identity(rule: Rule): string {
  return `${rule.type} ${rule.name} ${rule.labels.key}`;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
