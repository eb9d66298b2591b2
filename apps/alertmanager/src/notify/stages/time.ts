import { type Alert } from '../../alerts/alert';
import { type NamedIntervals } from '../../intervals/named-intervals';
import { type GroupMutes } from '../group-mutes';
import { type NotificationMetrics } from '../notification-metrics';
import { type Notification } from '../notification';
import { type Stage, type Staged } from '../stage';

export interface TimeStageOptions {
  readonly intervals: NamedIntervals;
  readonly groupMutes: GroupMutes;
  readonly metrics: NotificationMetrics;
}

/** Holds a group back while none of its route's active time intervals holds. */
export class ActiveTimeStage implements Stage {
  readonly #options: TimeStageOptions;

  constructor(options: TimeStageOptions) {
    this.#options = options;
  }

  run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const { activeTimeIntervals: names, nowMs } = notification;
    const { intervals, groupMutes, metrics } = this.#options;
    const isActive = names.length === 0 || intervals.holding(names, nowMs).length > 0;
    groupMutes.set(notification.routeId, notification.groupKey, isActive ? [] : names);
    if (isActive) return Promise.resolve({ notification, alerts });
    metrics.suppressed('active_time_interval', alerts.length);
    return Promise.resolve({ notification, alerts: [] });
  }
}

/** Holds a group back while one of its route's mute time intervals holds. */
export class MuteTimeStage implements Stage {
  readonly #options: TimeStageOptions;

  constructor(options: TimeStageOptions) {
    this.#options = options;
  }

  run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const { muteTimeIntervals: names, nowMs } = notification;
    if (names.length === 0) return Promise.resolve({ notification, alerts });
    const { intervals, groupMutes, metrics } = this.#options;
    const mutedBy = intervals.holding(names, nowMs);
    groupMutes.set(notification.routeId, notification.groupKey, mutedBy);
    if (mutedBy.length === 0) return Promise.resolve({ notification, alerts });
    metrics.suppressed('mute_time_interval', alerts.length);
    return Promise.resolve({ notification, alerts: [] });
  }
}
