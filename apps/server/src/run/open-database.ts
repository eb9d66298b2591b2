import { type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import { StorageError } from '@narthex/storage';
import { TsdbDatabase } from '@narthex/tsdb';
import { type ServerFlags } from '../flags/flags.js';
import { StartError } from './errors.js';

/**
 * Opens the samples' folder as the flags say.
 * @throws StartError
 */
export async function openDatabase(
  flags: ServerFlags,
  parts: { readonly clock: Clock; readonly logger: Logger; readonly registry: Registry },
): Promise<TsdbDatabase> {
  const compression = flags['storage.tsdb.wal-compression']
    ? flags['storage.tsdb.wal-compression-type']
    : 'none';
  const segmentSizeBytes = flags['storage.tsdb.wal-segment-size'];
  try {
    return await TsdbDatabase.open({
      ...parts,
      path: flags['storage.tsdb.path'],
      noLockfile: flags['storage.tsdb.no-lockfile'],
      walCompression: compression,
      ...(segmentSizeBytes === 0 ? {} : { walSegmentSizeBytes: segmentSizeBytes }),
    });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new StartError(
      'STORAGE',
      'Fatal error',
      { err: `opening storage failed: ${reason}` },
      { cause: error },
    );
  }
}

/** The words of an error of the storage or of the file system. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof StorageError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? undefined : message;
}
