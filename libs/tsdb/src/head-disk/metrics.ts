import { Counter, Gauge, type Registry } from '@narthex/client';
import { type HeadDisk } from './head-disk.js';

/** Registers upstream's metrics of head chunks on disk, and two of our own. */
export function registerHeadDiskMetrics(registry: Registry, disk: HeadDisk): void {
  const { counters } = disk;
  gauge(
    registry,
    'prometheus_tsdb_head_chunks_storage_size_bytes',
    'Size of the chunks_head directory.',
    () => disk.sizeBytes(),
  );
  counter(
    registry,
    'prometheus_tsdb_mmap_chunks_total',
    'Total number of chunks that were memory-mapped.',
    () => counters.chunksWritten,
  );
  counter(
    registry,
    'prometheus_tsdb_mmap_chunk_corruptions_total',
    'Total number of memory-mapped chunk corruptions.',
    () => counters.corruptions,
  );
  counter(
    registry,
    'prometheus_tsdb_snapshot_replay_error_total',
    'Total number snapshot replays that failed.',
    () => counters.snapshotErrors,
  );
  counter(
    registry,
    'narthex_tsdb_head_chunk_writes_failed_total',
    'Attempts to write head chunks to disk that failed; the chunks stay in memory.',
    () => counters.writesFailed,
  );
  counter(
    registry,
    'narthex_tsdb_head_chunk_files_deleted_total',
    'Files of head chunks that were deleted because nothing in them is needed.',
    () => counters.filesDeleted,
  );
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function counter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
