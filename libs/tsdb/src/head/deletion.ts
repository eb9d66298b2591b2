import { ByteWriter, NO_ADDRESS } from '@narthex/bytes';
import { type Matcher } from '@narthex/model';
import { StorageError } from '@narthex/storage';
import { encodeTombstones, type TombstoneRecord } from '@narthex/wal';
import { setImmediate } from 'node:timers/promises';
import { type HeadReader } from '../read/head-reader.js';
import { type Head, type HeadLog } from './head.js';

export interface DeletionOptions {
  readonly head: Head;
  readonly reader: HeadReader;
  readonly log: HeadLog;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly matchers: readonly Matcher[];
  /** The next start reads samples from here on out of the log, whatever has become of them since. */
  readonly replayedFromMs: number;
}

/** Series marked between two chances for others to run. */
const SERIES_A_TURN = 1000;

/**
 * Marks samples as deleted, in the log first, a thousand series at a time. The range is narrowed to what each series
 * has.
 * @throws StorageError WAL_WRITE; series before the one that it happened at are marked
 */
export async function deleteSamples(options: DeletionOptions): Promise<void> {
  // A copy: the reader may be asked for others meanwhile.
  const ids = options.reader.findIds(options.matchers).slice();
  for (let from = 0; from < ids.length; from += SERIES_A_TURN) {
    markDeleted(options, ids.subarray(from, from + SERIES_A_TURN));
    await setImmediate();
  }
}

function markDeleted(options: DeletionOptions, found: Uint32Array): void {
  const { head, log, minTimeMs, maxTimeMs, replayedFromMs } = options;
  // What the logs hold comes back with the next start, also where blocks of late samples have it by now.
  const fromMs = Math.min(head.minTimeMs, head.outOfOrder.store.loggedMinTimeMs, replayedFromMs);
  const ids: number[] = [];
  const tombstones: TombstoneRecord[] = [];
  for (const id of found) {
    const row = head.row(id);
    if (row === NO_ADDRESS) continue;
    const endMs = Math.min(maxTimeMs, head.store.lastTimeMs(row));
    const startMs = Math.max(minTimeMs, fromMs);
    if (startMs > endMs) continue;
    ids.push(id);
    tombstones.push({ ref: head.store.walRef(row), minTimeMs: startMs, maxTimeMs: endMs });
  }
  if (tombstones.length === 0) return;
  const writer = new ByteWriter();
  encodeTombstones(writer, tombstones);
  try {
    log.append([writer.view()]);
  } catch (cause) {
    throw new StorageError('WAL_WRITE', cause instanceof Error ? cause.message : String(cause), { cause });
  }
  ids.forEach((id, index) => {
    const deleted = tombstones[index]!;
    head.publish(() => head.store.addTombstone(head.row(id), deleted.minTimeMs, deleted.maxTimeMs));
  });
  head.allocator.reclaim();
}
