import { compareText, type Labels } from '@narthex/model';
import { type ParserOptions } from '@narthex/promql';
import { AlertingRule } from './alerting-rule.js';
import { evaluationBatches } from './dependencies.js';
import { RecordingRule } from './recording-rule.js';
import { type GroupContext, RuleGroup } from './rule-group.js';
import { type RuleGroupSource } from './rule-source.js';
import { type AlertTemplates } from './template/alert-templates.js';

export interface RuleManagerOptions extends GroupContext {
  /** Templates over the external labels and URL that are in force. */
  readonly templates: (externalLabels: Labels) => AlertTemplates;
  /** What of the language rules may use. */
  readonly parserOptions?: ParserOptions;
}

export interface RuleSettings {
  /** The interval and the query offset of groups that give none. */
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  readonly externalLabels: Labels;
  readonly groups: readonly RuleGroupSource[];
}

/** Owns the rule groups: starts them, and on a reload keeps what did not change. */
export class RuleManager {
  readonly #options: RuleManagerOptions;
  #groups = new Map<string, RuleGroup>();
  #loadedBefore = false;
  #loading: Promise<void> = Promise.resolve();
  /** What still ends the series of groups that are gone. */
  readonly #retiring = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: RuleManagerOptions) {
    this.#options = options;
  }

  /** The groups, by file and then by name. */
  groups(): readonly RuleGroup[] {
    return [...this.#groups.values()].sort(
      (a, b) => compareText(a.file, b.file) || compareText(a.name, b.name),
    );
  }

  alertingRules(): readonly AlertingRule[] {
    return this.groups().flatMap((group) => group.rules.filter((rule) => rule instanceof AlertingRule));
  }

  /**
   * Replaces the rules. Groups that read the same as before go on undisturbed; changed ones keep the state of the
   * rules that they still have; series of rules that are gone are ended. Calls take effect one after another.
   */
  async update(settings: RuleSettings): Promise<void> {
    const turn = this.#loading.then(() => this.#apply(settings));
    this.#loading = turn.catch(() => undefined);
    await turn;
  }

  async stop(): Promise<void> {
    await this.#loading;
    this.#stopping.abort();
    await Promise.all([...this.groups().map((group) => group.stop()), ...this.#retiring]);
  }

  async #apply(settings: RuleSettings): Promise<void> {
    const before = this.#groups;
    const after = new Map<string, RuleGroup>();
    const restore = !this.#loadedBefore;
    const templates = this.#options.templates(settings.externalLabels);
    for (const source of settings.groups) {
      const key = `${source.file};${source.name}`;
      const fingerprint = JSON.stringify([
        source,
        settings.externalLabels,
        settings.evaluationIntervalMs,
        settings.ruleQueryOffsetMs,
      ]);
      const old = before.get(key);
      before.delete(key);
      if (old?.fingerprint === fingerprint) {
        after.set(key, old);
        continue;
      }
      await old?.stop();
      const group = this.#build(source, settings, templates, restore, fingerprint);
      if (old !== undefined) group.takeOver(old);
      after.set(key, group);
      group.start();
    }
    this.#groups = after;
    this.#loadedBefore = true;
    for (const group of before.values()) this.#retire(group);
  }

  #retire(group: RuleGroup): void {
    const done = group.retire(this.#stopping.signal).catch((error: unknown) => {
      const err = error instanceof Error ? error : new Error(String(error));
      this.#options.logger.warn('Stale sample appending for previous configuration failed', {
        file: group.file,
        group: group.name,
        err,
      });
    });
    this.#retiring.add(done);
    void done.finally(() => this.#retiring.delete(done));
  }

  #build(
    source: RuleGroupSource,
    settings: RuleSettings,
    templates: AlertTemplates,
    restore: boolean,
    fingerprint: string,
  ): RuleGroup {
    const rules = source.rules.map((rule) => {
      const labels = rule.labels;
      if (rule.record !== undefined) {
        return new RecordingRule({ name: rule.record, expression: rule.expression, labels });
      }
      return new AlertingRule({
        name: rule.alert,
        expression: rule.expression,
        forMs: rule.forMs,
        keepFiringForMs: rule.keepFiringForMs,
        labels,
        annotations: rule.annotations,
        templates,
        logger: this.#options.logger,
        restored: !restore,
      });
    });
    const { slots, parserOptions } = this.#options;
    const options = {
      file: source.file,
      name: source.name,
      intervalMs: source.intervalMs ?? settings.evaluationIntervalMs,
      queryOffsetMs: source.queryOffsetMs ?? settings.ruleQueryOffsetMs,
      limit: source.limit,
      rules,
      batches: slots === undefined ? undefined : evaluationBatches(rules, parserOptions),
      restore,
      fingerprint,
    };
    return new RuleGroup(options, this.#options);
  }
}
