import { join } from 'node:path';
import { type Registry } from '@narthex/client';
import { type Runtime } from './runtime';
import { Maintenance } from './snapshot/maintenance';
import { MaintenanceMetrics } from './snapshot/maintenance-metrics';
import { readNotificationLog, writeNotificationLog } from './snapshot/nflog-snapshot';
import { readSilences, writeSilences } from './snapshot/silence-snapshot';
import { readIfThere } from './snapshot/snapshot-file';

export interface PersistenceOptions {
  /** `--storage.path`. */
  readonly folder: string;
  /** `--data.maintenance-interval`. */
  readonly intervalMs: number;
  readonly runtime: Runtime;
  readonly registry: Registry;
}

/**
 * Reads the silences and the notification log of the last run, and returns what writes them from time to time.
 * @throws SnapshotError, Error of the file system
 */
export async function restoreState(options: PersistenceOptions): Promise<readonly Maintenance[]> {
  const { folder, intervalMs, runtime, registry } = options;
  const { silences, log, clock, logger } = runtime;
  const logPath = join(folder, 'nflog');
  for (const entry of readNotificationLog((await readIfThere(logPath)) ?? NOTHING)) log.merge(entry);
  const silencesPath = join(folder, 'silences');
  for (const stored of readSilences((await readIfThere(silencesPath)) ?? NOTHING, logger))
    silences.merge(stored);
  return [
    new Maintenance({
      path: logPath,
      intervalMs,
      collectGarbage: () => log.collectGarbage(),
      snapshot: () => writeNotificationLog(log.all()),
      clock,
      logger: logger.with({ component: 'nflog' }),
      metrics: new MaintenanceMetrics(registry, 'alertmanager_nflog', 'notification log'),
    }),
    new Maintenance({
      path: silencesPath,
      intervalMs,
      collectGarbage: () => silences.collectGarbage(),
      snapshot: () => writeSilences(silences.all()),
      clock,
      logger: logger.with({ component: 'silences' }),
      metrics: new MaintenanceMetrics(registry, 'alertmanager_silences', 'silence'),
    }),
  ];
}

const NOTHING = new Uint8Array();
