import { compareText, Labels } from '@narthex/model';

/** Labels of names and values in any order; those without a value are left out. */
export function sortedLabels(entries: ReadonlyMap<string, string>): Labels {
  const names: string[] = [];
  for (const [name, value] of entries) if (value !== '') names.push(name);
  names.sort(compareText);
  const pairs: string[] = [];
  for (const name of names) pairs.push(name, entries.get(name)!);
  return Labels.fromSortedPairs(pairs);
}

/** The labels and one more, in the place of any of its name. An empty value takes that away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const pairs = labels.pairs();
  let at = 0;
  while (at < pairs.length && compareText(pairs[at]!, name) < 0) at += 2;
  const behind = pairs[at] === name ? at + 2 : at;
  const added = value === '' ? [] : [name, value];
  return Labels.fromSortedPairs([...pairs.slice(0, at), ...added, ...pairs.slice(behind)]);
}
