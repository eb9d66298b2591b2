import { printConfig } from '@narthex/config';
import { type PrometheusConfig } from '../prometheus-section.js';
import { remoteReadSection } from './remote-read-section.js';
import { remoteWriteSection } from './remote-write-section.js';

/** An element of `remote_write` or `remote_read`, with its address. */
type Entry<K extends 'remote_write' | 'remote_read'> = PrometheusConfig[K][number] & { readonly url: string };

/** An element, and how it is printed, secrets hidden: what tells whether it changed between two configurations. */
export interface PrintedEntry<K extends 'remote_write' | 'remote_read'> {
  readonly config: Entry<K>;
  readonly yaml: string;
}

/** The receivers of a configuration. */
export function remoteWriteEntries(config: PrometheusConfig): readonly PrintedEntry<'remote_write'>[] {
  return config.remote_write.map((entry) => ({
    config: { ...entry, url: entry.url ?? '' },
    yaml: printConfig(remoteWriteSection, entry),
  }));
}

/** The stores to be read of a configuration. */
export function remoteReadEntries(config: PrometheusConfig): readonly PrintedEntry<'remote_read'>[] {
  return config.remote_read.map((entry) => ({
    config: { ...entry, url: entry.url ?? '' },
    yaml: printConfig(remoteReadSection, entry),
  }));
}
