import { type HttpClientConfig } from '@narthex/httpclient';
import { type Labels, type RelabelRule } from '@narthex/model';

/** `queue_config`; durations in ms. */
export interface QueueConfig {
  readonly capacity: number;
  readonly max_shards: number;
  readonly min_shards: number;
  readonly max_samples_per_send: number;
  readonly batch_send_deadline: number;
  readonly min_backoff: number;
  readonly max_backoff: number;
  readonly retry_on_http_429: boolean;
  /** 0 for no limit. */
  readonly sample_age_limit: number;
}

/** `metadata_config`; durations in ms. */
export interface MetadataConfig {
  readonly send: boolean;
  readonly send_interval: number;
  readonly max_samples_per_send: number;
}

/**
 * One element of `remote_write`
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#remote_write), checked and complete.
 */
export interface RemoteWriteConfig extends HttpClientConfig {
  readonly url: string;
  readonly name: string;
  readonly remote_timeout: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly write_relabel_configs: readonly RelabelRule[];
  readonly send_exemplars: boolean;
  readonly send_native_histograms: boolean;
  readonly round_robin_dns: boolean;
  readonly protobuf_message: string;
  readonly queue_config: QueueConfig;
  readonly metadata_config: MetadataConfig;
}

/** An element together with how it is printed: what tells whether it changed, and names it where it has no name. */
export interface RemoteWriteEntry {
  readonly config: RemoteWriteConfig;
  /** As YAML, secrets hidden. */
  readonly yaml: string;
}

/** What of the configuration remote write follows. */
export interface RemoteWriteSettings {
  readonly externalLabels: Labels;
  readonly remoteWrites: readonly RemoteWriteEntry[];
}
