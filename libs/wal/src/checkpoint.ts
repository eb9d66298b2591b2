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

/** Where a checkpoint goes, and how it is written. */
export interface CheckpointPlace {
  /** The log's. */
  readonly directory: string;
  /** The last segment that it stands for, which gives it its number. */
  readonly toSegment: number;
  readonly codecs: WalCodecs;
  readonly compression?: WalCompression;
  /** Default: 128 MiB. */
  readonly segmentSizeBytes?: number;
}

export interface CheckpointOptions extends CheckpointFilter, CheckpointPlace {
  /** The first segment taken in; the last is `toSegment`. The newest checkpoint comes before them. */
  readonly fromSegment: number;
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
  const { toSegment, codecs } = options;
  const filter = new RecordFilter(options);
  const reader = new WalReader({ segments: segmentsToTake(options), codecs });
  try {
    const path = await writeCheckpoint(options, (writer) => copyRecords(reader, writer, filter));
    return { path, number: toSegment, stats: filter.stats };
  } finally {
    reader.close();
  }
}

/**
 * Writes `checkpoint.N` of what `write` gives to its writer: beside, synced, closed and then renamed, in place of one
 * with the same number. Returns its path.
 */
export async function writeCheckpoint(
  place: CheckpointPlace,
  write: (writer: WalWriter) => Promise<void>,
): Promise<string> {
  const { directory, toSegment } = place;
  deleteTemporaryCheckpoints(directory);
  const temporary = temporaryCheckpointPath(directory, toSegment);
  const path = checkpointPath(directory, toSegment);
  mkdirSync(temporary);
  try {
    const writer = WalWriter.open({ ...place, directory: temporary });
    try {
      await write(writer);
    } finally {
      await writer.close();
    }
    await syncDirectory(temporary);
    rmSync(path, { recursive: true, force: true });
    renameSync(temporary, path);
    await syncDirectory(directory);
    return path;
  } finally {
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

async function copyRecords(reader: WalReader, writer: WalWriter, filter: RecordFilter): Promise<void> {
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
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
