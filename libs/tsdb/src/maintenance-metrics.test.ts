import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { temporaryFolder } from '@narthex/testkit';
import { BLOCK_MS, fill, MaintenanceRig, START_MS } from './testing/maintenance-rig.js';

let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('tsdb-metrics');
  rig = new MaintenanceRig(folder.path);
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

async function values(registry: Registry): Promise<Map<string, string>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('prometheus_tsdb_'));
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

/** The families of Prometheus 3.5.3 without samples yet, and their types. */
const UPSTREAM = `
blocks_loaded gauge, checkpoint_creations_failed_total counter, checkpoint_creations_total counter,
checkpoint_deletions_failed_total counter, checkpoint_deletions_total counter, clean_start gauge,
compaction_chunk_range_seconds histogram, compaction_chunk_samples histogram, compaction_chunk_size_bytes histogram,
compaction_duration_seconds histogram, compaction_populating_block gauge, compactions_failed_total counter,
compactions_skipped_total counter, compactions_total counter, compactions_triggered_total counter,
data_replay_duration_seconds gauge, exemplar_exemplars_appended_total counter, exemplar_exemplars_in_storage gauge,
exemplar_last_exemplars_timestamp_seconds gauge, exemplar_max_exemplars gauge,
exemplar_out_of_order_exemplars_total counter, exemplar_series_with_exemplars_in_storage gauge,
head_active_appenders gauge, head_chunks gauge, head_chunks_created_total counter, head_chunks_removed_total counter,
head_chunks_storage_size_bytes gauge, head_gc_duration_seconds summary, head_max_time gauge,
head_max_time_seconds gauge, head_min_time gauge, head_min_time_seconds gauge, head_series gauge,
head_series_created_total counter, head_series_not_found_total counter, head_series_removed_total counter,
head_truncations_failed_total counter, head_truncations_total counter, isolation_high_watermark gauge,
isolation_low_watermark gauge, lowest_timestamp gauge, lowest_timestamp_seconds gauge,
mmap_chunk_corruptions_total counter, mmap_chunks_total counter, reloads_failures_total counter, reloads_total counter,
retention_limit_bytes gauge, retention_limit_seconds gauge, size_retentions_total counter,
storage_blocks_bytes gauge, symbol_table_size_bytes gauge, time_retentions_total counter,
tombstone_cleanup_seconds histogram, vertical_compactions_total counter, wal_completed_pages_total counter,
wal_corruptions_total counter, wal_fsync_duration_seconds summary, wal_page_flushes_total counter,
wal_record_part_writes_total counter, wal_record_parts_bytes_written_total counter, wal_segment_current gauge,
wal_storage_size_bytes gauge, wal_truncate_duration_seconds summary, wal_truncations_failed_total counter,
wal_truncations_total counter, wal_writes_failed_total counter`;

test('every family of upstream is there, with its type', async () => {
  const registry = new Registry();
  await rig.open({ registry });
  const text = await registry.metrics();
  const types = new Set([...text.matchAll(/^# TYPE prometheus_tsdb_(.*)$/gm)].map(([, family]) => family));
  const missing = UPSTREAM.split(',')
    .map((family) => family.trim())
    .filter((family) => !types.has(family));
  expect(missing).toEqual([]);
});

test('they count what was done', async () => {
  const registry = new Registry();
  const db = await rig.open({ registry, retention: { timeMs: 3_600_000, sizeBytes: 1e9, percentage: 0 } });
  const before = await values(registry);
  expect(before.get('prometheus_tsdb_reloads_total')).toBe('1');
  expect(Number(before.get('prometheus_tsdb_head_min_time'))).toBe(2 ** 63);
  expect(Number(before.get('prometheus_tsdb_head_max_time'))).toBe(-(2 ** 63));
  await fill(db, 0, 60);
  await db.compact();
  const after = await values(registry);
  const read = (name: string): number => Number(after.get(`prometheus_tsdb_${name}`));
  expect(read('blocks_loaded')).toBe(3);
  expect(read('compactions_total')).toBe(6);
  expect(read('compactions_failed_total')).toBe(0);
  expect(read('compaction_duration_seconds_count')).toBe(6);
  expect(read('compaction_chunk_samples_count')).toBe(10);
  expect(read('compaction_chunk_samples_sum')).toBe(100);
  expect(read('compaction_chunk_samples_bucket{le="9"}')).toBe(0);
  expect(read('compaction_chunk_samples_bucket{le="13.5"}')).toBe(10);
  expect(read('compaction_chunk_range_seconds_sum')).toBe(10 * 540_000);
  expect(read('head_truncations_total')).toBe(5);
  expect(read('head_gc_duration_seconds_count')).toBe(5);
  expect(read('storage_blocks_bytes')).toBeGreaterThan(1000);
  expect(read('symbol_table_size_bytes')).toBeGreaterThan(0);
  expect(read('lowest_timestamp')).toBe(START_MS);
  expect(read('head_min_time')).toBe(START_MS + 5 * BLOCK_MS);
  expect(read('retention_limit_seconds')).toBe(3600);
  expect(read('retention_limit_bytes')).toBe(1e9);
});
