import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import {
  type Checkpoint,
  checkpointPath,
  deleteTemporaryCheckpoints,
  lastCheckpoint,
  temporaryCheckpointPath,
} from './checkpoint-directory.js';
import { type CheckpointFilter, type CheckpointStats, RecordFilter } from './checkpoint-filter.js';
import { type WalCodecs, type WalCompression } from './compression.js';
import { CheckpointError } from './errors.js';
import { segmentsOf } from './segments.js';
import { WalReader } from './wal-reader.js';
import { WalWriter } from './wal-writer.js';

export interface CheckpointOptions extends CheckpointFilter {
  /** The log's. */
  readonly directory: string;
  /** The segments taken in, both ends included. The newest checkpoint comes before them. */
  readonly fromSegment: number;
  readonly toSegment: number;
  readonly codecs: WalCodecs;
  readonly compression?: WalCompression;
  /** Default: 128 MiB. */
  readonly segmentSizeBytes?: number;
}

export interface CreatedCheckpoint extends Checkpoint {
  readonly stats: CheckpointStats;
}

const flushBytes = 1024 * 1024;
/** After reading this much the event loop gets its turn. */
const turnBytes = 128 * 1024;

/**
 * Writes what is still needed of the newest checkpoint and the segments behind it to `checkpoint.N`, N being the last
 * segment taken in. It is written beside, synced and renamed. The segments and older checkpoints stay; see
 * {@link WalWriter.truncate} and {@link deleteCheckpoints}.
 *
 * Upstream: `tsdb/docs/format/wal.md` and `tsdb/wlog/checkpoint.go`.
 *
 * @throws CheckpointError when segments between the newest checkpoint and `fromSegment` are missing
 * @throws WalCorruptionError from reading: a damaged log is not repaired here
 */
export async function createCheckpoint(options: CheckpointOptions): Promise<CreatedCheckpoint> {
  const { directory, toSegment, codecs } = options;
  const segments = segmentsToTake(options);
  deleteTemporaryCheckpoints(directory);
  const temporary = temporaryCheckpointPath(directory, toSegment);
  const path = checkpointPath(directory, toSegment);
  mkdirSync(temporary);
  const reader = new WalReader({ segments, codecs });
  try {
    const writer = WalWriter.open({ ...options, directory: temporary });
    const stats = await copyRecords(reader, writer, new RecordFilter(options));
    await syncDirectory(temporary);
    rmSync(path, { recursive: true, force: true });
    renameSync(temporary, path);
    await syncDirectory(directory);
    return { path, number: toSegment, stats };
  } finally {
    reader.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}

function segmentsToTake({
  directory,
  fromSegment,
  toSegment,
}: CheckpointOptions): ReturnType<typeof segmentsOf> {
  const before = lastCheckpoint(directory);
  if (before === undefined) return segmentsOf([{ directory, first: fromSegment, last: toSegment }]);
  const first = before.number + 1;
  if (fromSegment > first) {
    throw new CheckpointError(
      `unexpected gap to last checkpoint. expected:${first}, requested:${fromSegment}`,
    );
  }
  return segmentsOf([{ directory: before.path }, { directory, first, last: toSegment }]);
}

/** Copies through the filter and closes the writer, also on the way out of a failure. */
async function copyRecords(
  reader: WalReader,
  writer: WalWriter,
  filter: RecordFilter,
): Promise<CheckpointStats> {
  try {
    let sinceTurn = 0;
    while (reader.next()) {
      filter.add(reader.record);
      sinceTurn += reader.record.length;
      if (filter.gatheredBytes > flushBytes) writer.append(filter.take());
      if (sinceTurn > turnBytes) {
        sinceTurn = 0;
        await setImmediate();
      }
    }
    filter.addLatestMetadata();
    writer.append(filter.take());
    return filter.stats;
  } finally {
    await writer.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
