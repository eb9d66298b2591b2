import { type PrometheusConfig, type ScrapeJob } from './prometheus-section.js';
import { unfollowedDiscoveries } from './discovery/discovery-fields.js';

/** Something in the configuration that this version does not do. */
export interface Unsupported {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Settings without which samples would be lost or answers wrong: these end the loading. */
export function refusedSettings(config: PrometheusConfig): readonly Unsupported[] {
  const refused: Unsupported[] = [];
  for (const [index, entry] of config.remote_write.entries()) {
    for (const name of ['sigv4', 'azuread', 'google_iam'] as const) {
      if (entry[name] !== undefined) refused.push(unsupported(['remote_write', index, name]));
    }
  }
  for (const [index, job] of config.scrape_configs.entries()) {
    refused.push(...refusedJobSettings(job, ['scrape_configs', index]));
  }
  for (const [index, entry] of config.alerting.alertmanagers.entries()) {
    const path = ['alerting', 'alertmanagers', index];
    refused.push(...unfollowedDiscoveries(entry).map((name) => unsupported([...path, name])));
    if (entry.sigv4 !== undefined) refused.push(unsupported([...path, 'sigv4']));
  }
  return refused;
}

/** Likewise, of one job that stands at `path`. */
export function refusedJobSettings(job: ScrapeJob, path: Unsupported['path']): readonly Unsupported[] {
  return unfollowedDiscoveries(job).map((name) => unsupported([...path, name]));
}

function unsupported(path: Unsupported['path']): Unsupported {
  return { path, message: `${String(path.at(-1))} is not available in this version of the server` };
}

/** Settings that are read and not followed, though nothing is stored or answered wrong for it. */
export function ignoredSettings({ remote_write }: PrometheusConfig): readonly string[] {
  const ignored: string[] = [];
  if (remote_write.some((entry) => entry.failed_request_logging)) {
    ignored.push('remote_write.failed_request_logging');
  }
  return ignored;
}
