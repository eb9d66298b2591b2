import { type Exemplar } from '@narthex/storage';

/** The most characters of all label names and values of an exemplar (OpenMetrics 1.0). */
const MOST_CHARACTERS = 128;

/** What is wrong with an exemplar. */
export const EXEMPLAR_FAULT = { none: 0, duplicate: 1, outOfOrder: 2, tooLong: 3 } as const;
export type ExemplarFault = (typeof EXEMPLAR_FAULT)[keyof typeof EXEMPLAR_FAULT];

/**
 * Judges an exemplar by the newest one of its series. Of several at one time the values ascend, and of the same value
 * the labels, so that what is scraped again and again is told from what is new.
 */
export function judgeExemplar(exemplar: Exemplar, newest: Exemplar | undefined): ExemplarFault {
  if (labelCharacters(exemplar) > MOST_CHARACTERS) return EXEMPLAR_FAULT.tooLong;
  if (newest === undefined) return EXEMPLAR_FAULT.none;
  if (areEqual(exemplar, newest)) return EXEMPLAR_FAULT.duplicate;
  const late =
    exemplar.timestampMs < newest.timestampMs ||
    (exemplar.timestampMs === newest.timestampMs &&
      (exemplar.value < newest.value ||
        (exemplar.value === newest.value && exemplar.labels.compare(newest.labels) < 0)));
  return late ? EXEMPLAR_FAULT.outOfOrder : EXEMPLAR_FAULT.none;
}

/** A time counts only where one of the two came with its own. */
function areEqual(a: Exemplar, b: Exemplar): boolean {
  if (!a.labels.equals(b.labels)) return false;
  if ((a.hasTimestamp || b.hasTimestamp) && a.timestampMs !== b.timestampMs) return false;
  return a.value === b.value;
}

function labelCharacters({ labels }: Exemplar): number {
  let characters = 0;
  for (const [name, value] of labels) characters += codePoints(name) + codePoints(value);
  return characters;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _character of text) count++;
  return count;
}
