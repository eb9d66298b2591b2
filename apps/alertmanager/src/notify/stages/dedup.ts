import { type Alert, isResolvedAt } from '../../alerts/alert';
import { type NotificationLog } from '../../nflog/notification-log';
import { type AlertHash } from '../alert-hash';
import { type Integration } from '../integration';
import { needsNotification } from '../needs-notification';
import { type Notification } from '../notification';
import { type NotificationMetrics } from '../notification-metrics';
import { type Stage, type Staged } from '../stage';

export interface DedupStageOptions {
  readonly integration: Integration;
  readonly log: NotificationLog;
  readonly hash: AlertHash;
  readonly metrics: NotificationMetrics;
}

/** Lets a group through only when the integration does not know yet what there is to tell. */
export class DedupStage implements Stage {
  readonly #options: DedupStageOptions;

  constructor(options: DedupStageOptions) {
    this.#options = options;
  }

  run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const { integration, log, hash, metrics } = this.#options;
    const { nowMs, repeatIntervalMs } = notification;
    const firing = new Set<bigint>();
    const resolved = new Set<bigint>();
    for (const alert of alerts) (isResolvedAt(alert, nowMs) ? resolved : firing).add(hash(alert.labels));
    const last = metrics.timeLogQuery(() => log.find(notification.groupKey, integration.key));
    const { sendResolved } = integration;
    const reason = needsNotification(last, { firing, resolved }, { sendResolved, repeatIntervalMs, nowMs });
    if (reason === undefined) return Promise.resolve({ notification, alerts: [] });
    const receiverData =
      reason === 'first notification' || last === undefined ? new Map() : last.receiverData;
    return Promise.resolve({
      notification: { ...notification, reason, firing, resolved, receiverData },
      alerts,
    });
  }
}
