import { type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import xxhash from 'xxhash-wasm';
import { type Alert } from './alerts/alert';
import { AlertStatuses } from './alerts/alert-status';
import { AlertStore } from './alerts/alert-store';
import { AppMetrics } from './app-metrics';
import { DispatcherMetrics } from './dispatch/dispatcher-metrics';
import { type MatcherParser } from './matchers/matcher-parser';
import { NotificationLog } from './nflog/notification-log';
import { alertHash, type AlertHash } from './notify/alert-hash';
import { GroupMutes } from './notify/group-mutes';
import { NotificationMetrics } from './notify/notification-metrics';
import { Silences } from './silences/silences';
import { encodeSilence } from './snapshot/silence-snapshot';

/** The engines that outlive a reload of the configuration. */
export interface Runtime {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alerts: AlertStore;
  readonly statuses: AlertStatuses;
  readonly groupMutes: GroupMutes;
  readonly silences: Silences;
  readonly log: NotificationLog;
  readonly hash: AlertHash;
  readonly metrics: AppMetrics;
  readonly notificationMetrics: NotificationMetrics;
  readonly dispatcherMetrics: DispatcherMetrics;
  /** Told of alerts that were dropped; the configuration in force sets it. */
  readonly onAlertsDeleted: Set<(alerts: readonly Alert[]) => void>;
}

export interface RuntimeOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly parser: MatcherParser;
  readonly retentionMs: number;
  readonly alertGcIntervalMs: number;
  readonly alertsPerName: number;
  readonly maxSilences: number;
  readonly maxSilenceBytes: number;
  readonly receiverNamesInMetrics: boolean;
}

export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { clock, logger, registry, parser, retentionMs } = options;
  const statuses = new AlertStatuses();
  const onAlertsDeleted = new Set<(alerts: readonly Alert[]) => void>();
  const silences = new Silences({
    clock,
    retentionMs,
    maxSilences: options.maxSilences,
    maxSilenceBytes: options.maxSilenceBytes,
    sizeOf: (stored) => encodeSilence(stored).length,
    isValidLabelName: (name) => parser.isValidLabelName(name),
  });
  const alerts: AlertStore = new AlertStore({
    clock,
    logger,
    gcIntervalMs: options.alertGcIntervalMs,
    perNameLimit: options.alertsPerName,
    onLimited: (alertName) => metrics.limited(alertName),
    onDeleted: (deleted) => {
      for (const { fingerprint } of deleted) statuses.delete(fingerprint);
      silences.forgetAlerts(deleted.map(({ fingerprint }) => fingerprint));
      for (const listener of onAlertsDeleted) listener(deleted);
    },
  });
  const metrics = new AppMetrics({
    registry,
    alerts,
    statuses,
    silences,
    clock,
    perNameLimit: options.alertsPerName,
  });
  return {
    clock,
    logger,
    alerts,
    statuses,
    groupMutes: new GroupMutes(),
    silences,
    log: new NotificationLog({ clock, retentionMs }),
    hash: alertHash(await xxhash()),
    metrics,
    notificationMetrics: new NotificationMetrics({
      registry,
      withReceiverNames: options.receiverNamesInMetrics,
    }),
    dispatcherMetrics: new DispatcherMetrics(registry),
    onAlertsDeleted,
  };
}
