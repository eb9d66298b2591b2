import { type ActiveAlert, type AlertingRule, type AlertState, type RuleGroup } from '../api/types-rules';
import { labelsHaystack, matchesWords, searchWords } from '../format/search';

export interface AlertFilter {
  /** Any of these; none for all. */
  readonly states: readonly AlertState[];
  readonly search: string;
}

/** How many rules are in each state. */
export function stateCounts(
  groups: readonly RuleGroup<AlertingRule>[],
): Readonly<Record<AlertState, number>> {
  const counts: Record<AlertState, number> = { firing: 0, pending: 0, inactive: 0, unknown: 0 };
  for (const { rules } of groups) for (const { state } of rules) counts[state] += 1;
  return counts;
}

/** Groups with the rules that pass; the search looks at group, file, name, expression, labels and active alerts. */
export function filterAlertGroups(
  groups: readonly RuleGroup<AlertingRule>[],
  { states, search }: AlertFilter,
): readonly RuleGroup<AlertingRule>[] {
  const words = searchWords(search);
  const passes = (group: RuleGroup<AlertingRule>, rule: AlertingRule): boolean =>
    (states.length === 0 || states.includes(rule.state)) &&
    (words.length === 0 || matchesWords(words, `${group.name} ${group.file} ${ruleHaystack(rule)}`));
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => passes(group, rule)) }))
    .filter(({ rules }) => rules.length > 0);
}

function ruleHaystack({ name, query, labels = {}, alerts }: AlertingRule): string {
  const active = (alerts ?? []).map((alert) => labelsHaystack(alert.labels)).join(' ');
  return `${name} ${query} ${labelsHaystack(labels)} ${active}`;
}

const order: readonly AlertState[] = ['firing', 'pending', 'inactive', 'unknown'];

/** The firing before the pending, the older before the younger. */
export function sortAlerts(alerts: readonly ActiveAlert[]): readonly ActiveAlert[] {
  return alerts.toSorted(
    (a, b) =>
      order.indexOf(a.state) - order.indexOf(b.state) ||
      Date.parse(a.activeAt ?? '') - Date.parse(b.activeAt ?? '') ||
      0,
  );
}

/** How many of a rule's alerts are in this state. */
export function alertsIn(rule: AlertingRule, state: AlertState): number {
  return (rule.alerts ?? []).filter((alert) => alert.state === state).length;
}
