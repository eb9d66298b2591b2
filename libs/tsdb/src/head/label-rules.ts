import { SEGMENT_BYTES } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { StorageError } from '@narthex/storage';
import { NAME, PAIR } from '../shared/layout.js';

/** Longest label name or value in UTF-8. Upstream has no limit of its own; here a block must fit a shared segment. */
export const MAX_LABEL_BYTES = SEGMENT_BYTES - 4 * Math.max(PAIR.value, NAME.name);
/** What one UTF-16 unit takes in UTF-8 at most. */
const MAX_UNIT_BYTES = 3;
/** Half a character, which UTF-8 cannot write. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a series may have these labels. @throws StorageError with code `INVALID_LABELS` */
export function checkLabels(labels: Labels): void {
  if (labels.size === 0) throw new StorageError('INVALID_LABELS', 'empty labelset: invalid sample');
  for (let i = 0; i < labels.size; i++) {
    const name = labels.nameAt(i);
    const value = labels.valueAt(i);
    if (LONE_SURROGATE.test(name) || LONE_SURROGATE.test(value)) {
      throw new StorageError('INVALID_LABELS', `label ${JSON.stringify(name)} is not valid UTF-8`);
    }
  }
  const long = tooLongLabel(labels);
  if (long !== undefined) {
    throw new StorageError(
      'INVALID_LABELS',
      `label ${long.slice(0, 100)} is longer than ${MAX_LABEL_BYTES} bytes`,
    );
  }
}

/** The name of a label that the head has no room for, or that itself is such a name; undefined when there is none. */
export function tooLongLabel(labels: Labels): string | undefined {
  for (let i = 0; i < labels.size; i++) {
    const name = labels.nameAt(i);
    if (isTooLong(name) || isTooLong(labels.valueAt(i))) return name;
  }
  return undefined;
}

function isTooLong(text: string): boolean {
  return MAX_UNIT_BYTES * text.length > MAX_LABEL_BYTES && Buffer.byteLength(text) > MAX_LABEL_BYTES;
}
