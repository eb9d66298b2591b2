import { formatGoDuration } from '@narthex/gotemplate';
import { formatDuration, formatFloat, formatHistogram, Labels } from '@narthex/model';
import { Engine } from '@narthex/promql';
import { GoAlertTemplates, type InstantQuery, type RuleGroup, type RuleGroupSource } from '@narthex/rules';
import { errorText } from '../errors.js';
import { type PromqlFeatures } from '../global-flags.js';
import { type Tool } from '../tool.js';
import { alertDiff } from './alert-diff.js';
import {
  alertsText,
  type ComparedAlert,
  compareAlerts,
  indentFurtherLines,
  sameAlerts,
} from './alert-text.js';
import { expressionFault } from './expression-test.js';
import { InputSeries } from './input-series.js';
import { instantQuery } from './instant-query.js';
import { type AlertTest, type TestGroup } from './test-file.js';
import { TestStorage } from './test-storage.js';
import { testedGroups } from './tested-groups.js';

const TIMEOUT_MS = 100_000;
const DETAIL_INDENT = ' '.repeat(12);

export interface GroupTest {
  /** As the messages call it. */
  readonly title: string;
  readonly group: TestGroup;
  /** In the order in which they are evaluated. */
  readonly sources: readonly RuleGroupSource[];
  readonly evaluationIntervalMs: number;
  readonly fuzzy: boolean;
  readonly features: PromqlFeatures;
  /** Show alerts that differ as one coloured JSON text. */
  readonly diff: boolean;
  /** Print all data when the rules have been evaluated. */
  readonly debug: boolean;
}

/** Runs one group of tests. What is wrong, in upstream's words; nothing when all is well. */
export async function runTestGroup(test: GroupTest, tool: Tool): Promise<readonly string[]> {
  const { clock, out } = tool;
  const beganMs = clock.monotonicMs();
  if (test.debug) out(`DEBUG: Starting test ${test.title}\n`);
  const faults = await new TestRun(test, tool).run();
  if (test.debug) {
    const took = formatGoDuration(BigInt(Math.round((clock.monotonicMs() - beganMs) * 1e6)));
    out(`DEBUG: Test ${test.title} finished, took ${took}\n`);
  }
  return faults;
}

class TestRun {
  readonly #test: GroupTest;
  readonly #tool: Tool;
  readonly #storage = new TestStorage();
  readonly #engine: Engine;
  readonly #query: InstantQuery;
  readonly #groups: readonly RuleGroup[];
  /** Told before anything is evaluated. */
  readonly #setupFault: string | undefined;
  readonly #input: InputSeries | undefined;
  readonly #faults: string[] = [];

  constructor(test: GroupTest, tool: Tool) {
    this.#test = test;
    this.#tool = tool;
    this.#engine = new Engine({
      clock: tool.clock,
      features: test.features,
      timeoutMs: TIMEOUT_MS,
      defaultSubqueryStepMs: test.evaluationIntervalMs,
    });
    this.#query = instantQuery(this.#engine, this.#storage);
    const { group } = test;
    const intervalMs = group.interval || test.evaluationIntervalMs;
    try {
      this.#input = new InputSeries(this.#storage, group, intervalMs);
    } catch (error) {
      this.#setupFault = errorText(error);
    }
    const templates = new GoAlertTemplates({
      externalLabels: group.external_labels,
      // One slash at the end is taken off where it is used.
      externalUrl: { href: `${group.external_url}/`, pathname: `${pathOf(group.external_url)}/` },
      nowMs: () => group.start_timestamp,
    });
    const parts = { storage: this.#storage, query: this.#query, templates, intervalMs };
    this.#groups = testedGroups(test.sources, parts, tool);
  }

  async run(): Promise<readonly string[]> {
    if (this.#input === undefined) return [this.#setupFault ?? ''];
    const nameless = this.#namelessAlert();
    if (nameless !== undefined) return [nameless];
    if (!(await this.#evaluate(this.#input))) return this.#faults;
    try {
      this.#input.storeUntil(Infinity);
    } catch (error) {
      return [...this.#faults, errorText(error)];
    }
    if (this.#test.debug) await this.#dump();
    const { group, fuzzy } = this.#test;
    for (const test of group.promql_expr_test) {
      const context = { query: this.#query, startMs: group.start_timestamp, fuzzy };
      const fault = await expressionFault(test, context);
      if (fault !== undefined) this.#faults.push(fault);
    }
    return this.#faults;
  }

  #namelessAlert(): string | undefined {
    const { alert_rule_test: tests, name } = this.#test.group;
    const nameless = tests.find(({ alertname }) => alertname === '');
    if (nameless === undefined) return undefined;
    const where = name === '' ? '' : ` (in TestGroup ${name})`;
    return `an item under alert_rule_test misses required attribute alertname at eval_time ${formatDuration(nameless.eval_time)}${where}`;
  }

  #lastMs(): number {
    const { alert_rule_test: alerts, promql_expr_test: expressions } = this.#test.group;
    return Math.max(0, ...[...alerts, ...expressions].map(({ eval_time: timeMs }) => timeMs));
  }

  /** Evaluates all rules again and again, and looks at alerts on the way. False when a rule failed. */
  async #evaluate(input: InputSeries): Promise<boolean> {
    const { group, evaluationIntervalMs: stepMs } = this.#test;
    const startMs = group.start_timestamp;
    const lastMs = this.#lastMs();
    for (let atMs = 0; atMs <= lastMs; atMs += stepMs) {
      try {
        input.storeUntil(startMs + atMs);
      } catch (error) {
        this.#faults.push(errorText(error));
        continue;
      }
      const failed: string[] = [];
      for (const one of this.#groups) {
        await one.evaluate(startMs + atMs);
        for (const { name, status } of one.rules) {
          if (status.lastError === undefined) continue;
          failed.push(`    rule: ${name}, time: ${goDuration(atMs)}, err: ${status.lastError}`);
        }
      }
      this.#faults.push(...failed);
      if (failed.length > 0) return false;
      this.#checkAlerts(atMs, atMs + stepMs);
    }
    return true;
  }

  /** The tests of alerts whose time is in `[fromMs, toMs)`, in the order of their times. */
  #checkAlerts(fromMs: number, toMs: number): void {
    const due = this.#test.group.alert_rule_test.filter(
      ({ eval_time: timeMs }) => timeMs >= fromMs && timeMs < toMs,
    );
    due.sort((a, b) => a.eval_time - b.eval_time);
    for (const test of due) this.#checkAlert(test);
  }

  #checkAlert(test: AlertTest): void {
    const got = this.#groups
      .flatMap(({ rules }) => rules)
      .flatMap((rule) =>
        rule.type === 'alerting' && rule.name === test.alertname ? rule.activeAlerts() : [],
      )
      .filter(({ state }) => state === 'firing')
      .map(({ labels, annotations }): ComparedAlert => ({ labels, annotations }));
    const expected = test.exp_alerts.map(({ exp_labels: labels, exp_annotations: annotations }) => ({
      labels: Labels.withEmptyValues([...labels, ['alertname', test.alertname]]),
      annotations: Labels.withEmptyValues(annotations),
    }));
    for (const alerts of [got, expected]) alerts.sort(compareAlerts);
    if (sameAlerts(expected, got)) return;
    const { name } = this.#test.group;
    const head = `${name === '' ? '' : `    name: ${name},\n`}    alertname: ${test.alertname}, time: ${formatDuration(test.eval_time)}, `;
    const detail = (text: string): string => indentFurtherLines(text, DETAIL_INDENT);
    this.#faults.push(
      this.#test.diff
        ? `${head}\n        diff: ${detail(alertDiff(expected, got))}`
        : `${head}\n        exp:${detail(alertsText(expected))}, \n        got:${detail(alertsText(got))}`,
    );
  }

  async #dump(): Promise<void> {
    const { out } = this.#tool;
    const spanMs = Math.floor(this.#lastMs() / 1000) * 1000 + 1000;
    const query = `{__name__=~".+"}[${formatDuration(spanMs)}]`;
    const timestampMs = this.#test.group.start_timestamp + spanMs;
    const { value } = await this.#engine.instant(this.#storage, query, { timestampMs });
    if (value.type !== 'matrix') return;
    out(`DEBUG: Dump of all data (input_series and rules) at ${goDuration(spanMs)}:\n`);
    const series = value.series.map(({ labels, columns }) => {
      const points = Array.from({ length: columns.length }, (_, i) => {
        const histogram = columns.histograms?.[i];
        const text = histogram === undefined ? formatFloat(columns.values[i]!) : formatHistogram(histogram);
        return `${text} @[${columns.timestampsMs[i]}]`;
      });
      return `${labels.toString()} =>\n${points.join('\n')}`;
    });
    out(`${series.join('\n')}\n`);
  }
}

function goDuration(durationMs: number): string {
  return formatGoDuration(BigInt(durationMs) * 1_000_000n);
}

function pathOf(url: string): string {
  return URL.canParse(url) && /^[^/]*\/\/[^/]*\//.test(url) ? new URL(url).pathname : '';
}
