import { type ActiveTarget, type TargetHealth } from '../api/types-targets';
import { labelsHaystack, matchesWords, searchWords } from '../format/search';

/** The targets of one scrape pool. */
export interface Pool {
  readonly name: string;
  readonly targets: readonly ActiveTarget[];
}

export interface TargetFilter {
  /** Only this pool; empty for all. */
  readonly pool: string;
  /** Any of these; none for all. */
  readonly health: readonly TargetHealth[];
  readonly search: string;
}

/** Groups targets by scrape pool, pools by name. */
export function poolsOf(targets: readonly ActiveTarget[]): readonly Pool[] {
  const byName = new Map<string, ActiveTarget[]>();
  for (const target of targets) {
    const pool = byName.get(target.scrapePool);
    if (pool === undefined) byName.set(target.scrapePool, [target]);
    else pool.push(target);
  }
  return [...byName]
    .map(([name, members]) => ({ name, targets: members }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The targets that pass; the search looks at address, labels and error. */
export function filterTargets(
  targets: readonly ActiveTarget[],
  filter: TargetFilter,
): readonly ActiveTarget[] {
  const words = searchWords(filter.search);
  return targets.filter(
    (target) =>
      (filter.pool === '' || target.scrapePool === filter.pool) &&
      (filter.health.length === 0 || filter.health.includes(target.health)) &&
      (words.length === 0 ||
        matchesWords(words, `${target.scrapeUrl} ${labelsHaystack(target.labels)} ${target.lastError}`)),
  );
}

/** How many targets are in each state. */
export function healthCounts(targets: readonly ActiveTarget[]): Readonly<Record<TargetHealth, number>> {
  const counts = { up: 0, down: 0, unknown: 0 };
  for (const { health } of targets) counts[health] += 1;
  return counts;
}
