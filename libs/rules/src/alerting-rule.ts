import { Labels, LabelsBuilder, METRIC_NAME } from '@narthex/model';
import { type Logger } from '@narthex/process';
import { type ActiveAlert, type AlertState, needsSending } from './active-alert.js';
import { alertSamples } from './alert-series.js';
import { RuleError } from './errors.js';
import { type InstantQuery, type VectorSample } from './query.js';
import { RuleStatus } from './rule-status.js';
import { type AlertTemplates } from './template/alert-templates.js';

/** How long a resolved alert is kept, and sent again, in case Alertmanager missed it. */
const RESOLVED_RETENTION_MS = 15 * 60_000;
const ALERT_NAME = 'alertname';

export interface AlertingRuleOptions {
  readonly name: string;
  readonly expression: string;
  /** How long the expression has to match before the alert fires. */
  readonly forMs: number;
  /** How long the alert goes on firing when the expression no longer matches. */
  readonly keepFiringForMs: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly templates: AlertTemplates;
  readonly logger: Logger;
  /** False until the state from before a restart was looked up: then nothing is stored of the alerts. */
  readonly restored: boolean;
}

/** Turns the elements of an expression's result into alerts, and moves these through their states. */
export class AlertingRule {
  readonly type = 'alerting';
  readonly name: string;
  readonly expression: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly status = new RuleStatus();
  restored: boolean;
  readonly #templates: AlertTemplates;
  readonly #logger: Logger;
  #active = new Map<string, ActiveAlert>();

  constructor(options: AlertingRuleOptions) {
    this.name = options.name;
    this.expression = options.expression;
    this.forMs = options.forMs;
    this.keepFiringForMs = options.keepFiringForMs;
    this.labels = options.labels;
    this.annotations = options.annotations;
    this.restored = options.restored;
    this.#templates = options.templates;
    this.#logger = options.logger;
  }

  /** The alerts that are pending or firing. */
  activeAlerts(): readonly ActiveAlert[] {
    return [...this.#active.values()].filter((alert) => alert.state !== 'inactive');
  }

  /** The highest state of any of its alerts; `unknown` before the first evaluation. */
  state(): AlertState | 'unknown' {
    if (this.status.lastEvaluationMs === undefined) return 'unknown';
    const alerts = this.activeAlerts();
    if (alerts.some(({ state }) => state === 'firing')) return 'firing';
    return alerts.length > 0 ? 'pending' : 'inactive';
  }

  /** Goes on with the alerts of a rule of an earlier configuration. */
  takeOver(before: AlertingRule): void {
    this.#active = before.#active;
    this.restored = before.restored;
  }

  /**
   * Evaluates the expression `queryOffsetMs` before `timestampMs`, moves every alert on, and gives what to store.
   * @throws RuleError when labels clash, or when more than `limit` alerts are active: then all of them are dropped.
   */
  async evaluate(
    timestampMs: number,
    queryOffsetMs: number,
    query: InstantQuery,
    limit: number,
  ): Promise<readonly VectorSample[]> {
    const answer = await query(this.expression, timestampMs - queryOffsetMs);
    this.status.warnings = answer.warnings;
    this.status.infos = answer.infos;
    const matching = await this.#matching(answer.samples, timestampMs, query);
    for (const [key, alert] of matching) {
      const known = this.#active.get(key);
      if (known !== undefined && known.state !== 'inactive') {
        known.value = alert.value;
        known.annotations = alert.annotations;
      } else {
        this.#active.set(key, alert);
      }
    }
    const samples: VectorSample[] = [];
    let activeCount = 0;
    for (const [key, alert] of this.#active) {
      if (!this.#moveOn(key, alert, matching.has(key), timestampMs)) continue;
      activeCount++;
      if (this.restored) samples.push(...alertSamples(alert, this.labels));
    }
    if (limit > 0 && activeCount > limit) {
      this.#active = new Map();
      throw new RuleError('LIMIT', `exceeded limit of ${limit} with ${activeCount} alerts`);
    }
    return samples;
  }

  /** The alerts to tell Alertmanager of now; they count as told. */
  alertsToSend(
    timestampMs: number,
    resendDelayMs: number,
    intervalMs: number,
  ): readonly Readonly<ActiveAlert>[] {
    const due = [...this.#active.values()].filter((alert) => needsSending(alert, timestampMs, resendDelayMs));
    return due.map((alert) => {
      alert.lastSentAtMs = timestampMs;
      alert.validUntilMs = timestampMs + 4 * Math.max(resendDelayMs, intervalMs);
      return { ...alert };
    });
  }

  async #matching(
    samples: readonly VectorSample[],
    timestampMs: number,
    query: InstantQuery,
  ): Promise<Map<string, ActiveAlert>> {
    const alerts = new Map<string, ActiveAlert>();
    for (const sample of samples) {
      const expand = (text: string): Promise<string> => this.#expand(text, sample, timestampMs, query);
      const builder = new LabelsBuilder(sample.labels).delete(METRIC_NAME);
      for (const [name, text] of this.labels) builder.set(name, await expand(text));
      const labels = builder.set(ALERT_NAME, this.name).labels();
      if (alerts.has(labels.key)) {
        throw new RuleError(
          'DUPLICATE_LABELS',
          'vector contains metrics with the same labelset after applying alert labels',
        );
      }
      const annotations: [string, string][] = [];
      for (const [name, text] of this.annotations) annotations.push([name, await expand(text)]);
      alerts.set(labels.key, {
        labels,
        annotations: Labels.withEmptyValues(annotations),
        state: 'pending',
        value: sample.value,
        activeAtMs: timestampMs,
        firedAtMs: undefined,
        resolvedAtMs: undefined,
        keepFiringSinceMs: undefined,
        lastSentAtMs: undefined,
        validUntilMs: 0,
      });
    }
    return alerts;
  }

  /** A text that cannot be expanded says so in its own place, as upstream does: the alert goes out all the same. */
  async #expand(
    text: string,
    sample: VectorSample,
    timestampMs: number,
    query: InstantQuery,
  ): Promise<string> {
    try {
      return await this.#templates.expand(`__alert_${this.name}`, text, sample, (expression) =>
        query(expression, timestampMs),
      );
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      this.#logger.warn('Expanding alert template failed', { alert: this.name, err: error });
      return `<error expanding template: ${error.message}>`;
    }
  }

  /** True when the alert is pending or firing afterwards. */
  #moveOn(key: string, alert: ActiveAlert, matches: boolean, timestampMs: number): boolean {
    if (matches) {
      alert.keepFiringSinceMs = undefined;
    } else if (this.#keepsFiring(alert, timestampMs)) {
      alert.keepFiringSinceMs ??= timestampMs;
    } else {
      const resolvedLongAgo =
        alert.resolvedAtMs !== undefined && timestampMs - alert.resolvedAtMs > RESOLVED_RETENTION_MS;
      if (alert.state === 'pending' || resolvedLongAgo) this.#active.delete(key);
      if (alert.state !== 'inactive') {
        alert.state = 'inactive';
        alert.resolvedAtMs = timestampMs;
      }
      return false;
    }
    if (alert.state === 'pending' && timestampMs - alert.activeAtMs >= this.forMs) {
      alert.state = 'firing';
      alert.firedAtMs = timestampMs;
    }
    return true;
  }

  #keepsFiring(alert: ActiveAlert, timestampMs: number): boolean {
    if (alert.state !== 'firing' || this.keepFiringForMs === 0) return false;
    return timestampMs - (alert.keepFiringSinceMs ?? timestampMs) < this.keepFiringForMs;
  }
}
