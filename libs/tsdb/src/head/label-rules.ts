import { type Labels } from '@narthex/model';
import { StorageError } from '@narthex/storage';

/** Longest label name or value. Upstream has no limit of its own; a block must fit a shared segment. */
const MAX_TEXT_LENGTH = 1 << 18;
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
    if (Math.max(name.length, value.length) > MAX_TEXT_LENGTH) {
      throw new StorageError(
        'INVALID_LABELS',
        `label ${name.slice(0, 100)} is longer than ${MAX_TEXT_LENGTH}`,
      );
    }
  }
}
