import { type Rule, type RuleGroup, type RuleHealth } from '../api/types-rules';
import { labelsHaystack, matchesWords, searchWords } from '../format/search';

export interface RuleFilter {
  /** Any of these; none for all. */
  readonly health: readonly RuleHealth[];
  readonly search: string;
}

/** How many rules are in each state of health. */
export function ruleHealthCounts(groups: readonly RuleGroup[]): Readonly<Record<RuleHealth, number>> {
  const counts: Record<RuleHealth, number> = { ok: 0, err: 0, unknown: 0 };
  for (const { rules } of groups) for (const { health } of rules) counts[health] += 1;
  return counts;
}

/** Groups with the rules that pass. */
export function filterRuleGroups(
  groups: readonly RuleGroup[],
  { health, search }: RuleFilter,
): readonly RuleGroup[] {
  const words = searchWords(search);
  const passes = (group: RuleGroup, rule: Rule): boolean =>
    (health.length === 0 || health.includes(rule.health)) &&
    matchesWords(
      words,
      `${group.name} ${group.file} ${rule.name} ${rule.query} ${labelsHaystack(rule.labels ?? {})}`,
    );
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => passes(group, rule)) }))
    .filter(({ rules }) => rules.length > 0);
}
