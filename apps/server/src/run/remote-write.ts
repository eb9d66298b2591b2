import { type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import {
  type Received,
  RemoteWriteStorage,
  type RemoteWriteSettings,
  type WrittenMetadata,
} from '@narthex/remote';
import { remoteWriteEntries, type ServerConfig } from '@narthex/server-config';
import { type ServerFlags } from '../flags/flags.js';
import { type DialerMetrics } from './dialer-metrics.js';

export interface RemoteWriteParts {
  readonly flags: ServerFlags;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly userAgent: string;
  readonly walDirectory: string;
  readonly received: () => Received;
  readonly metadata: () => Iterable<WrittenMetadata>;
  readonly dialers: DialerMetrics;
}

/** Remote write of what a storage writes to its log. */
export function createRemoteWrite({
  flags,
  logger,
  dialers,
  ...parts
}: RemoteWriteParts): RemoteWriteStorage {
  return new RemoteWriteStorage({
    ...parts,
    logger: logger.with({ component: 'remote' }),
    dials: () => dialers.named('remote_storage_write_client'),
    flushDeadlineMs: flags['storage.remote.flush-deadline'],
  });
}

/** What of the configuration remote write follows. */
export function remoteWriteSettings({ config, externalLabels }: ServerConfig): RemoteWriteSettings {
  return { externalLabels, remoteWrites: remoteWriteEntries(config) };
}
