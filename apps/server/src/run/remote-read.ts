import { MessageChannel } from 'node:worker_threads';
import { type Registry } from '@narthex/client';
import { type DialCounts } from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import {
  type RemotePortHandles,
  RemoteReadStorage,
  type RemoteReadSettings,
  serveReader,
} from '@narthex/remote';
import { remoteReadEntries, type ServerConfig } from '@narthex/server-config';
import { type ServerFlags } from '../flags/flags.js';
import { type DialerMetrics } from './dialer-metrics.js';

const DEFAULT_BLOCK_MS = 2 * 3_600_000;

export interface RemoteReadParts {
  readonly flags: ServerFlags;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly userAgent: string;
  readonly dialers: DialerMetrics;
  readonly database: { timeRange(): { readonly minTimeMs: number } | undefined };
}

/** Remote read, for the queries of all workers. */
export function createRemoteRead({ flags, database, dialers, ...parts }: RemoteReadParts): RemoteReadStorage {
  // As upstream: what began lately may not be complete yet.
  const marginMs = 2 * (flags['storage.tsdb.min-block-duration'] || DEFAULT_BLOCK_MS);
  const localStartMs = (): number => (database.timeRange()?.minTimeMs ?? Infinity) + marginMs;
  const dials = (): DialCounts => dialers.named('remote_storage_read_client');
  return new RemoteReadStorage({ ...parts, localStartMs, dials });
}

/** The way of one worker to the stores. */
export function connectReader(storage: RemoteReadStorage): {
  readonly handles: RemotePortHandles;
  readonly close: () => void;
} {
  const { port1, port2 } = new MessageChannel();
  const close = serveReader(port1, storage);
  port1.unref();
  return { handles: { port: port2, storeCount: storage.storeCount }, close };
}

/** What of the configuration remote read follows. */
export function remoteReadSettings({ config, externalLabels }: ServerConfig): RemoteReadSettings {
  return { externalLabels, remoteReads: remoteReadEntries(config) };
}
