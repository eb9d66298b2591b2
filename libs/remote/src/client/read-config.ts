import { type HttpClientConfig } from '@narthex/httpclient';
import { type Labels } from '@narthex/model';

/**
 * One element of `remote_read`
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#remote_read), checked and complete.
 */
export interface RemoteReadConfig extends HttpClientConfig {
  readonly url: string;
  readonly name: string;
  readonly remote_timeout: number;
  /** The most bytes of one frame of a streamed answer. */
  readonly chunked_read_limit: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly read_recent: boolean;
  readonly required_matchers: Labels;
  readonly filter_external_labels: boolean;
}

/** An element together with how it is printed: what names it where it has no name. */
export interface RemoteReadEntry {
  readonly config: RemoteReadConfig;
  /** As YAML, secrets hidden. */
  readonly yaml: string;
}

/** What of the configuration remote read follows. */
export interface RemoteReadSettings {
  readonly externalLabels: Labels;
  readonly remoteReads: readonly RemoteReadEntry[];
}
