import { StorageError } from '@narthex/storage';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A block's directory is named by its ULID. */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * Refuses a data directory that holds what this version cannot show: blocks, and a log of out-of-order samples.
 * Chunks and snapshots of a head may be there, since the log holds the same samples.
 *
 * @throws StorageError with code `UNSUPPORTED`
 */
export function refuseForeignData(directory: string): void {
  const blocks = readdirSync(directory).filter(
    (name) => ULID.test(name) && existsSync(join(directory, name, 'meta.json')),
  );
  if (blocks.length > 0) {
    const names = blocks.slice(0, 3).join(', ') + (blocks.length > 3 ? ', …' : '');
    throw new StorageError(
      'UNSUPPORTED',
      `data directory ${directory} holds ${blocks.length} blocks (${names}), which this version cannot read yet: ` +
        'their samples would be missing from every answer. Start with another --storage.tsdb.path',
    );
  }
  const outOfOrder = join(directory, 'wbl');
  if (
    existsSync(outOfOrder) &&
    readdirSync(outOfOrder).some((name) => statSync(join(outOfOrder, name)).size > 0)
  ) {
    throw new StorageError(
      'UNSUPPORTED',
      `data directory ${directory} holds out-of-order samples (wbl), which this version cannot read yet`,
    );
  }
}
