import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { type Clock, type Logger } from '@narthex/process';
import { StorageError } from '@narthex/storage';
import { loadWalCodecs } from '@narthex/wal';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { WalReplay } from '../disk/wal-replay.js';
import { Head } from '../head/head.js';
import { holdsBytes } from '../ooo/out-of-order-log.js';
import { WblReplay } from '../ooo/wbl-replay.js';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { ReadOnlyError } from './errors.js';

const CHUNK_RANGE_MS = 2 * 3600 * 1000;
const ONLY_SLOT = 0;

export interface ReadOnlyHeadOptions {
  /** The data directory. */
  readonly folder: string;
  /** Samples before this time are in blocks: what the log says of them does not count. */
  readonly minTimeMs: number;
  /** False to leave the log alone, where blocks hold all that is asked for. */
  readonly withLog: boolean;
  readonly kernelModule: WebAssembly.Module;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the logs of a data directory hold, in memory. Nothing on disk is touched: damage is an error, not repaired. */
export async function readHead(options: ReadOnlyHeadOptions): Promise<HeadReader> {
  const { folder, minTimeMs, kernelModule, clock, logger } = options;
  const control = ControlBlock.create((Math.random() * 2 ** 32) | 0);
  const epochs = EpochTable.create(1);
  const allocator = new SharedAllocator({ epochs, onSegment: () => undefined });
  const head = new Head({ allocator, control, epochs, clock, chunkRangeMs: CHUNK_RANGE_MS, maxSeries: 0 });
  head.minValidTimeMs = minTimeMs;
  if (options.withLog) {
    const directory = join(folder, 'wal');
    try {
      readdirSync(directory);
    } catch (cause) {
      throw new ReadOnlyError('read WAL: find last checkpoint', cause);
    }
    const codecs = await loadWalCodecs();
    try {
      const logs = { codecs, head, clock, logger, repair: false };
      const { idOf } = await new WalReplay({ ...logs, directory }).run();
      const late = join(folder, 'wbl');
      if (holdsBytes(late)) await new WblReplay({ ...logs, directory: late, idOf }).run();
    } catch (cause) {
      throw new ReadOnlyError('read WAL: read records', damageOf(cause));
    }
  }
  return new HeadReader({ views: allocator.views, control, epochs, slot: ONLY_SLOT, kernelModule });
}

/** What is wrong with a record, without the words of a replay that would have repaired it. */
function damageOf(error: unknown): unknown {
  return error instanceof StorageError && error.cause !== undefined ? error.cause : error;
}
