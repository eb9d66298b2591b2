import { expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import { append, openAgent } from './testing/open-agent.js';

/** Names, types and labels as an agent of Prometheus 3.5.3 shows them after the first samples. */
const SHOWN = `
prometheus_agent_active_series gauge
prometheus_agent_checkpoint_creations_failed_total counter
prometheus_agent_checkpoint_creations_total counter
prometheus_agent_checkpoint_deletions_failed_total counter
prometheus_agent_checkpoint_deletions_total counter
prometheus_agent_clean_start gauge
prometheus_agent_corruptions_total counter
prometheus_agent_data_replay_duration_seconds gauge
prometheus_agent_deleted_series gauge
prometheus_agent_exemplars_appended_total counter
prometheus_agent_out_of_order_samples_total counter
prometheus_agent_samples_appended_total counter type=float
prometheus_agent_truncate_duration_seconds summary
prometheus_tsdb_wal_completed_pages_total counter
prometheus_tsdb_wal_fsync_duration_seconds summary quantile=0.5,0.9,0.99
prometheus_tsdb_wal_page_flushes_total counter
prometheus_tsdb_wal_record_bytes_saved_total counter compression=snappy
prometheus_tsdb_wal_record_part_writes_total counter
prometheus_tsdb_wal_record_parts_bytes_written_total counter
prometheus_tsdb_wal_segment_current gauge
prometheus_tsdb_wal_storage_size_bytes gauge
prometheus_tsdb_wal_truncations_failed_total counter
prometheus_tsdb_wal_truncations_total counter
prometheus_tsdb_wal_writes_failed_total counter`;

test('metrics have the names, types and labels of upstream', async () => {
  const folder = temporaryFolder('agent-metrics');
  const { agent, registry } = await openAgent(folder.path);
  const many = Array.from({ length: 100 }, (_, i) => Labels.of({ __name__: 'm', i: String(i) }));
  await append(agent, many, 1000);
  const families = await registry.getMetricsAsJSON();
  const lines = families.map(({ name, type, values }) => {
    const labels = new Map<string, Set<string>>();
    for (const value of values) {
      for (const [label, text] of Object.entries(value.labels)) {
        labels.set(label, (labels.get(label) ?? new Set()).add(String(text)));
      }
    }
    const shown = [...labels].map(([label, texts]) => ` ${label}=${[...texts].join()}`);
    return `${name} ${String(type)}${shown.join('')}`;
  });
  expect(lines.sort().join('\n')).toBe(SHOWN.trim());
  await agent.close();
  folder.remove();
});
