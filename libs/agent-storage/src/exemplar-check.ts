import { type Exemplar } from '@narthex/storage';

/** The most characters of all label names and values of an exemplar (OpenMetrics 1.0). */
const MOST_CHARACTERS = 128;

export function isTooLong({ labels }: Exemplar): boolean {
  return (labels.pairs().join('').match(/./gsu)?.length ?? 0) > MOST_CHARACTERS;
}

/** Whether an exemplar is the one that the series had last; their times count where one of them has its own. */
export function isSameExemplar(a: Exemplar, b: Exemplar): boolean {
  const isTimed = a.hasTimestamp || b.hasTimestamp;
  return a.value === b.value && (!isTimed || a.timestampMs === b.timestampMs) && a.labels.equals(b.labels);
}
