import { ByteWriter, NO_ADDRESS } from '@narthex/bytes';
import { type Matcher } from '@narthex/model';
import { StorageError } from '@narthex/storage';
import { encodeTombstones, type TombstoneRecord } from '@narthex/wal';
import { type HeadReader } from '../read/head-reader.js';
import { type Head, type HeadLog } from './head.js';

export interface DeletionOptions {
  readonly head: Head;
  readonly reader: HeadReader;
  readonly log: HeadLog;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly matchers: readonly Matcher[];
}

/** Marks samples as deleted, in the log first. The range is narrowed to what each series has. */
export function deleteSamples(options: DeletionOptions): Promise<void> {
  return Promise.resolve().then(() => markDeleted(options));
}

function markDeleted({ head, reader, log, minTimeMs, maxTimeMs, matchers }: DeletionOptions): void {
  const ids: number[] = [];
  const tombstones: TombstoneRecord[] = [];
  for (const id of reader.findIds(matchers)) {
    const row = head.row(id);
    if (row === NO_ADDRESS) continue;
    const endMs = Math.min(maxTimeMs, head.store.lastTimeMs(row));
    const startMs = Math.max(minTimeMs, head.minTimeMs);
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
    const { minTimeMs: fromMs, maxTimeMs: toMs } = tombstones[index]!;
    head.publish(() => head.store.addTombstone(head.row(id), fromMs, toMs));
  });
  head.allocator.reclaim();
}
