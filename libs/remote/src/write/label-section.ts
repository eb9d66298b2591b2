import { isUtf8 } from 'node:buffer';
import { type WireReader } from '@narthex/bytes';
import { compareText, Labels, METRIC_NAME } from '@narthex/model';
import { LABEL } from '../wire/message-shapes.js';

/** Why labels cannot name a series. */
export type LabelFault = { readonly kind: 'invalid' } | { readonly kind: 'duplicate'; readonly name: string };

export interface ReadLabels {
  /** As they came, sorted: to be shown. */
  readonly shown: Labels;
  /** As they are stored; undefined when they cannot be. */
  readonly stored: Labels | undefined;
  readonly fault: LabelFault | undefined;
}

/** Reads the pairs of one label message and adds them to a flat list. */
export function readLabel(reader: WireReader, end: number, pairs: string[]): boolean {
  let name = '';
  let value = '';
  let valid = true;
  while (reader.next(LABEL, end)) {
    const stop = reader.messageEnd(end);
    const text = textOf(reader.bytes, reader.at, stop);
    valid &&= text !== undefined;
    const shown = text ?? reader.bytes.toString('utf8', reader.at, stop);
    if (reader.field === LABEL.field.Name) name = shown;
    else value = shown;
    reader.at = stop;
  }
  pairs.push(name, value);
  return valid;
}

/** The text of bytes; undefined when they are no UTF-8. */
export function textOf(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end);
  // Only texts with the replacement character can have been ill-formed.
  return text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end)) ? undefined : text;
}

/**
 * Sorts labels and judges them by upstream's rules: there must be a metric name, no name may be empty or occur twice,
 * all must be UTF-8. Labels with empty values are not stored.
 */
export function judgeLabels(pairs: string[], isText: boolean): ReadLabels {
  const sorted = sortedPairs(pairs);
  const shown = Labels.fromSortedPairs(sorted);
  let valid = isText && shown.get(METRIC_NAME) !== '';
  let duplicate: string | undefined;
  let hasEmpty = false;
  for (let i = 0; i < sorted.length; i += 2) {
    if (sorted[i] === '') valid = false;
    if (sorted[i + 1] === '') hasEmpty = true;
    if (duplicate === undefined && i > 0 && sorted[i] === sorted[i - 2]) duplicate = sorted[i];
  }
  if (!valid) return { shown, stored: undefined, fault: { kind: 'invalid' } };
  if (duplicate !== undefined)
    return { shown, stored: undefined, fault: { kind: 'duplicate', name: duplicate } };
  return { shown, stored: hasEmpty ? withoutEmpty(sorted) : shown, fault: undefined };
}

/** Labels of an exemplar: sorted, nothing else is asked of them here. */
export function sortedLabels(pairs: string[]): Labels {
  return Labels.fromSortedPairs(sortedPairs(pairs));
}

function sortedPairs(pairs: string[]): string[] {
  let isSorted = true;
  for (let i = 2; isSorted && i < pairs.length; i += 2) {
    isSorted = compareText(pairs[i - 2]!, pairs[i]!) <= 0;
  }
  if (isSorted) return pairs;
  const entries: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) entries.push([pairs[i]!, pairs[i + 1]!]);
  return entries.sort(([a], [b]) => compareText(a, b)).flat();
}

function withoutEmpty(sorted: readonly string[]): Labels {
  const kept: string[] = [];
  for (let i = 0; i < sorted.length; i += 2) {
    if (sorted[i + 1] !== '') kept.push(sorted[i]!, sorted[i + 1]!);
  }
  return Labels.fromSortedPairs(kept);
}
