import { compareText } from '@narthex/model';

/** Two lists of texts in order, each without repetitions, as one. */
export function mergeTexts(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: string[] = [];
  let [atA, atB] = [0, 0];
  while (atA < a.length && atB < b.length) {
    const [textA, textB] = [a[atA]!, b[atB]!];
    const order = textA === textB ? 0 : compareText(textA, textB);
    merged.push(order <= 0 ? textA : textB);
    if (order <= 0) atA++;
    if (order >= 0) atB++;
  }
  for (; atA < a.length; atA++) merged.push(a[atA]!);
  for (; atB < b.length; atB++) merged.push(b[atB]!);
  return merged;
}
