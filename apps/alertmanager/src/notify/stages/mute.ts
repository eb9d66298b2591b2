import { type Alert } from '../../alerts/alert';
import { type NotificationMetrics } from '../notification-metrics';
import { type Muter } from '../muter';
import { type Notification } from '../notification';
import { type Stage, type Staged } from '../stage';

/** Lets through the alerts that the muter does not mute. */
export class MuteStage implements Stage {
  readonly #muter: Muter;
  readonly #metrics: NotificationMetrics;

  constructor(options: { readonly muter: Muter; readonly metrics: NotificationMetrics }) {
    this.#muter = options.muter;
    this.#metrics = options.metrics;
  }

  run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const heard = alerts.filter((alert) => !this.#muter.mutes(alert.labels));
    this.#metrics.suppressed(this.#muter.reason, alerts.length - heard.length);
    return Promise.resolve({ notification, alerts: heard });
  }
}
