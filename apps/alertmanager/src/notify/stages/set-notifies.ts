import { type Alert } from '../../alerts/alert';
import { type NotificationLog } from '../../nflog/notification-log';
import { type Integration } from '../integration';
import { type Notification } from '../notification';
import { type Stage, type Staged } from '../stage';

const NOTHING: ReadonlySet<bigint> = new Set();

/** Writes into the notification log what the integration was just told. */
export class SetNotifiesStage implements Stage {
  readonly #integration: Integration;
  readonly #log: NotificationLog;

  constructor(options: { readonly integration: Integration; readonly log: NotificationLog }) {
    this.#integration = options.integration;
    this.#log = options.log;
  }

  run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const { groupKey, repeatIntervalMs } = notification;
    const { firing = NOTHING, resolved = NOTHING, receiverData = new Map() } = notification;
    const entry = { groupKey, key: this.#integration.key, firing, resolved, receiverData };
    this.#log.record(entry, 2 * repeatIntervalMs);
    return Promise.resolve({ notification, alerts });
  }
}
