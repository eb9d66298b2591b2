import { type MetricFamily } from '@narthex/exposition';
import { type FamilySet, type GatheredFamily, writtenFamily } from './family-set.js';

/**
 * Puts the families of several sets into one page, sorted by name. What contradicts an earlier metric is left out
 * and told, as upstream's registry does: another type, another help text, the same labels again.
 */
export function mergeFamilies(
  sets: readonly FamilySet[],
  complain: (problem: string) => void,
): MetricFamily[] {
  const merged = new Map<string, GatheredFamily>();
  const seen = new Set<string>();
  for (const set of sets) {
    for (const family of set.families()) {
      const first = merged.get(family.name) ?? { ...family, metrics: [] };
      merged.set(family.name, first);
      if (family.type !== first.type || family.help !== first.help) {
        complain(contradiction(family, first));
        continue;
      }
      for (const metric of family.metrics) {
        const key = `${family.name}\n${metric.labels.key}`;
        if (seen.has(key)) {
          complain(`collected metric ${family.name}${metric.labels.toString()} was collected before`);
          continue;
        }
        seen.add(key);
        first.metrics.push(metric);
      }
    }
  }
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(writtenFamily);
}

function contradiction(family: GatheredFamily, first: GatheredFamily): string {
  return family.type === first.type
    ? `collected metric ${family.name} has help "${family.help}" but should have "${first.help}"`
    : `collected metric ${family.name} of type ${family.type} should be ${first.type}`;
}
