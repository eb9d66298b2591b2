/** How well a name fits what was searched for: 0 (not at all) to 1. Undefined where it is refused. */
export type SearchFilter = (name: string) => number | undefined;

export const FUZZ_ALGORITHMS = ['subsequence', 'jarowinkler'] as const;
export type FuzzAlgorithm = (typeof FUZZ_ALGORITHMS)[number];

export interface SearchFilterOptions {
  readonly searches: readonly string[];
  readonly algorithm: FuzzAlgorithm;
  /** From 0 to 1. */
  readonly threshold: number;
  readonly caseSensitive: boolean;
}

/** A name that fits any of the searches passes, with the best of its scores; without searches all do, with 0. */
export function searchFilter(options: SearchFilterOptions): SearchFilter {
  const { searches, algorithm, threshold, caseSensitive } = options;
  if (searches.length === 0) return () => 0;
  const fold = (text: string): string => (caseSensitive ? text : text.toLowerCase());
  const filters = searches.map(fold).map((search): SearchFilter => {
    if (search === '') return () => 1;
    return algorithm === 'subsequence' ? bySubsequence(search, threshold) : byLikeness(search, threshold);
  });
  return (name) => {
    const folded = fold(name);
    const scores = filters.map((filter) => filter(folded)).filter((score) => score !== undefined);
    return scores.length === 0 ? undefined : Math.max(...scores);
  };
}

function bySubsequence(search: string, threshold: number): SearchFilter {
  return (name) => {
    if (name.startsWith(search)) return 1;
    const score = subsequenceScore(search, name);
    return score > 0 && score >= threshold ? score : undefined;
  };
}

/** Names that contain the search pass; others when they are alike enough and that is asked for. */
function byLikeness(search: string, threshold: number): SearchFilter {
  return (name) => {
    if (name.startsWith(search)) return 1;
    if (name.includes(search)) return 0.9;
    if (threshold === 0) return undefined;
    const score = jaroWinkler(search, name);
    return score >= threshold ? score : undefined;
  };
}

/**
 * Scores a name in which the characters of the pattern occur in order: the squares of the lengths of the runs, less the
 * gaps as parts of the name (the one at the end counts half), as part of the best there can be. Runs are found greedily
 * from each place where the pattern may begin.
 */
export function subsequenceScore(pattern: string, name: string): number {
  if (pattern === name) return 1;
  const [wanted, letters] = [Array.from(pattern), Array.from(name)];
  let best = -1;
  for (let start = 0; start + wanted.length <= letters.length; start++) {
    if (letters[start] !== wanted[0]) continue;
    const score = scoreFrom(wanted, letters, start);
    // What does not fit from here does not fit further on.
    if (score === undefined) break;
    best = Math.max(best, score);
  }
  return best < 0 ? 0 : best / wanted.length ** 2;
}

function scoreFrom(wanted: readonly string[], letters: readonly string[], start: number): number | undefined {
  let score = 0;
  let at = start;
  let next = 0;
  let end = 0;
  while (next < wanted.length) {
    while (at < letters.length && letters[at] !== wanted[next]) at++;
    if (at === letters.length) return undefined;
    const from = at;
    while (next < wanted.length && letters[at] === wanted[next]) {
      at++;
      next++;
    }
    score += (at - from) ** 2 - (from - end) / letters.length;
    end = at;
  }
  return score - (letters.length - end) / letters.length / 2;
}

/** The likeness of two texts by Jaro and Winkler (https://en.wikipedia.org/wiki/Jaro–Winkler_distance). */
export function jaroWinkler(one: string, other: string): number {
  if (one === other) return 1;
  const [short, long] = [Array.from(one), Array.from(other)].sort((a, b) => a.length - b.length) as [
    string[],
    string[],
  ];
  if (short.length === 0) return 0;
  const reach = Math.max(Math.floor(long.length / 2) - 1, 0);
  const taken = new Array<boolean>(long.length).fill(false);
  const matched = short.filter((letter, i) => {
    for (let j = Math.max(i - reach, 0); j < Math.min(i + reach + 1, long.length); j++) {
      if (taken[j] || long[j] !== letter) continue;
      taken[j] = true;
      return true;
    }
    return false;
  });
  if (matched.length === 0) return 0;
  const inOrder = long.filter((_, j) => taken[j]);
  const moved = matched.filter((letter, i) => letter !== inOrder[i]).length;
  const count = matched.length;
  const jaro = (count / short.length + count / long.length + (count - moved / 2) / count) / 3;
  let prefix = 0;
  while (prefix < Math.min(4, short.length) && short[prefix] === long[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}
