import { type LabelSet } from '../api/types-query';
import { type TargetsAnswer } from '../api/types-targets';
import { labelsHaystack, matchesWords, searchWords } from '../format/search';

/** A discovered target: what discovery said, and what relabelling made of it (undefined where it was dropped). */
export interface DiscoveredTarget {
  readonly discovered: LabelSet;
  readonly target: LabelSet | undefined;
}

export interface DiscoveredPool {
  readonly name: string;
  readonly targets: readonly DiscoveredTarget[];
  readonly active: number;
  /** All dropped ones, those the server did not keep the labels of included. */
  readonly dropped: number;
}

/** Groups active and dropped targets by pool. A dropped target that names no pool is filed under its job. */
export function discoveredPools(answer: TargetsAnswer): readonly DiscoveredPool[] {
  const byName = new Map<string, { targets: DiscoveredTarget[]; active: number; dropped: number }>();
  const at = (name: string): { targets: DiscoveredTarget[]; active: number; dropped: number } => {
    const known = byName.get(name) ?? { targets: [], active: 0, dropped: 0 };
    byName.set(name, known);
    return known;
  };
  for (const { scrapePool, discoveredLabels, labels } of answer.activeTargets) {
    const pool = at(scrapePool);
    pool.active += 1;
    pool.targets.push({ discovered: discoveredLabels, target: labels });
  }
  for (const { scrapePool, discoveredLabels } of answer.droppedTargets) {
    const pool = at(scrapePool ?? discoveredLabels.job ?? 'unknown');
    pool.dropped += 1;
    pool.targets.push({ discovered: discoveredLabels, target: undefined });
  }
  for (const [name, count] of Object.entries(answer.droppedTargetCounts ?? {})) {
    const pool = at(name);
    pool.dropped = Math.max(pool.dropped, count);
  }
  return [...byName].map(([name, pool]) => ({ name, ...pool })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export type DiscoveryState = 'active' | 'dropped';

/** The targets of a pool that pass the filters. */
export function filterDiscovered(
  pool: DiscoveredPool,
  states: readonly DiscoveryState[],
  search: string,
): readonly DiscoveredTarget[] {
  const words = searchWords(search);
  return pool.targets.filter(
    ({ discovered, target }) =>
      (states.length === 0 || states.includes(target === undefined ? 'dropped' : 'active')) &&
      matchesWords(words, `${labelsHaystack(discovered)} ${labelsHaystack(target ?? {})}`),
  );
}
