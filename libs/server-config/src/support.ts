import { type PrometheusConfig } from './prometheus-section.js';

/** Something in the configuration that this version does not do. */
export interface Unsupported {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Settings without which samples would be lost or answers wrong: these end the loading. */
export function refusedSettings({ storage, scrape_configs }: PrometheusConfig): readonly Unsupported[] {
  const refused: Unsupported[] = [];
  if ((storage.tsdb?.out_of_order_time_window ?? 0) > 0) {
    refused.push({
      path: ['storage', 'tsdb', 'out_of_order_time_window'],
      message: 'storage.tsdb.out_of_order_time_window is not available in this version of the server',
    });
  }
  for (const [index, job] of scrape_configs.entries()) {
    if (job.convert_classic_histograms_to_nhcb !== true) continue;
    refused.push({
      path: ['scrape_configs', index, 'convert_classic_histograms_to_nhcb'],
      message: 'convert_classic_histograms_to_nhcb is not available in this version of the server',
    });
  }
  return refused;
}

/** Settings that are read and not followed, though nothing is stored or answered wrong for it. */
export function ignoredSettings({
  global,
  storage,
  tracing,
  scrape_configs,
}: PrometheusConfig): readonly string[] {
  const ignored: string[] = [];
  if (storage.tsdb?.retention !== undefined) ignored.push('storage.tsdb.retention');
  if ((storage.tsdb?.stale_series_compaction_threshold ?? 0) > 0) {
    ignored.push('storage.tsdb.stale_series_compaction_threshold');
  }
  if ((storage.tsdb?.chunk_encoding?.floats ?? 'xor') !== 'xor') ignored.push('storage.tsdb.chunk_encoding');
  if (storage.exemplars !== undefined) ignored.push('storage.exemplars');
  if (tracing !== undefined) ignored.push('tracing');
  if (global.query_log_file !== '') ignored.push('global.query_log_file');
  if (global.scrape_failure_log_file !== '') ignored.push('global.scrape_failure_log_file');
  if (scrape_configs.some((job) => job.scrape_failure_log_file !== '')) {
    ignored.push('scrape_configs.scrape_failure_log_file');
  }
  if (scrape_configs.some((job) => job.scrape_native_histograms === true)) {
    ignored.push('scrape_configs.scrape_native_histograms');
  }
  return [...new Set(ignored)];
}
