import { Registry } from '@narthex/client';
import { createLogger } from '@narthex/process';
import {
  AlertingRule,
  type GoAlertTemplates,
  type GroupContext,
  type InstantQuery,
  RecordingRule,
  type Rule,
  RuleGroup,
  type RuleGroupSource,
  RuleMetrics,
} from '@narthex/rules';
import { type Tool } from '../tool.js';
import { type TestStorage } from './test-storage.js';

export interface GroupParts {
  readonly storage: TestStorage;
  readonly query: InstantQuery;
  readonly templates: GoAlertTemplates;
  /** Of groups that give none, in ms. */
  readonly intervalMs: number;
}

/** Rule groups that nothing runs by itself: tests evaluate them. */
export function testedGroups(
  sources: readonly RuleGroupSource[],
  parts: GroupParts,
  { clock }: Pick<Tool, 'clock'>,
): RuleGroup[] {
  // What rules would log is told by the test.
  const logger = createLogger({ level: 'error', write: () => undefined });
  const context: GroupContext = {
    clock,
    logger,
    metrics: new RuleMetrics(new Registry()),
    storage: parts.storage,
    query: parts.query,
    notify: () => undefined,
    resendDelayMs: 0,
    outageToleranceMs: 0,
    gracePeriodMs: 0,
  };
  return sources.map((source) => {
    const rules = source.rules.map((rule) => ruleOf(rule, parts, context));
    return new RuleGroup(
      {
        file: source.file,
        name: source.name,
        intervalMs: source.intervalMs ?? parts.intervalMs,
        queryOffsetMs: source.queryOffsetMs ?? 0,
        limit: source.limit,
        rules,
        restore: false,
        fingerprint: '',
      },
      context,
    );
  });
}

function ruleOf(
  rule: RuleGroupSource['rules'][number],
  { templates }: GroupParts,
  { logger }: GroupContext,
): Rule {
  const { expression, labels } = rule;
  if (rule.record !== undefined) return new RecordingRule({ name: rule.record, expression, labels });
  const { alert: name, forMs, keepFiringForMs, annotations } = rule;
  return new AlertingRule({
    name,
    expression,
    forMs,
    keepFiringForMs,
    labels,
    annotations,
    templates,
    logger,
    restored: true,
  });
}
