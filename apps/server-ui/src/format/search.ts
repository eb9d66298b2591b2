import { type LabelSet } from '../api/types-query';

/** All words of the search text, in lower case. */
export function searchWords(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** True when every word occurs somewhere in the haystack. */
export function matchesWords(words: readonly string[], haystack: string): boolean {
  const lower = haystack.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** A label set as text to search in: `job="node" instance="a:9100"`. */
export function labelsHaystack(labels: LabelSet): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ');
}
