import {
  type DirectoryLock,
  DirectoryLockedError,
  lockDirectory as lock,
  type Logger,
} from '@narthex/process';
import { StorageError } from '@narthex/storage';

export { type DirectoryLock } from '@narthex/process';

/**
 * Keeps a data directory to one process.
 * @throws StorageError with code `LOCKED` while another process has the directory
 */
export function lockDirectory(directory: string, logger: Logger): DirectoryLock {
  try {
    return lock(directory, logger);
  } catch (cause) {
    if (!(cause instanceof DirectoryLockedError)) throw cause;
    throw new StorageError('LOCKED', cause.message, { cause });
  }
}
