import { ShortBufferError, UnsafeIntegerError, VarintOverflowError } from '@narthex/bytes';
import { StorageError } from '@narthex/storage';

/** Stored bytes that do not say what they should; the message begins with the file. */
export function corruption(path: string, message: string, cause?: unknown): StorageError {
  return new StorageError('CORRUPT', `${path}: ${message}`, cause === undefined ? undefined : { cause });
}

/** Turns what a cursor throws over broken bytes into a {@link corruption} of that file; other errors pass. */
export function asCorruption(path: string, what: string, cause: unknown): unknown {
  return cause instanceof ShortBufferError ||
    cause instanceof VarintOverflowError ||
    cause instanceof UnsafeIntegerError
    ? corruption(path, `${what}: ${cause.message}`, cause)
    : cause;
}

/** Runs a read of a file's bytes, with errors as in {@link asCorruption}. */
export function reading<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw asCorruption(path, what, cause);
  }
}
