import { compareText, type Labels } from '@narthex/model';
import { quoteMeta } from '@narthex/regexp';
import { type Alert, isResolvedAt } from '../alerts/alert';
import { type Notification } from '../notify/notification';

type Texts = Readonly<Record<string, string>>;

/** An alert as templates and webhooks see it. */
export interface AlertData {
  readonly status: 'firing' | 'resolved';
  readonly labels: Texts;
  readonly annotations: Texts;
  /** As RFC 3339 has it. */
  readonly startsAt: string;
  /** The first moment of year 1 while it fires. */
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** What there is to say, under the names of upstream's JSON (https://prometheus.io/docs/alerting/latest/notifications/). */
export interface NotificationData {
  /** The receiver's name, quoted as a regular expression: it goes into a link to the page of alerts. */
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly AlertData[];
  /** '' where it is not known. */
  readonly notification_reason: string;
  readonly groupLabels: Texts;
  readonly commonLabels: Texts;
  readonly commonAnnotations: Texts;
  readonly externalURL: string;
}

const NO_TIME = '0001-01-01T00:00:00Z';

/** Gathers what a notification says. */
export function notificationData(
  notification: Notification,
  alerts: readonly Alert[],
  externalURL: string,
): NotificationData {
  const { nowMs } = notification;
  const shown = alerts.map((alert) => alertData(alert, nowMs));
  return {
    receiver: quoteMeta(notification.receiver),
    status: shown.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts: shown,
    notification_reason: notification.reason ?? '',
    groupLabels: sortedTexts(notification.groupLabels),
    commonLabels: common(shown.map(({ labels }) => labels)),
    commonAnnotations: common(shown.map(({ annotations }) => annotations)),
    externalURL,
  };
}

function alertData(alert: Alert, nowMs: number): AlertData {
  return {
    status: isResolvedAt(alert, nowMs) ? 'resolved' : 'firing',
    labels: sortedTexts(alert.labels),
    annotations: sortedTexts(alert.annotations),
    startsAt: formatTime(alert.startsAtMs),
    endsAt: alert.endsAtMs === undefined ? NO_TIME : formatTime(alert.endsAtMs),
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

/** Go leaves out zeros at the end of the fraction. */
function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.?0*Z$/, 'Z');
}

function sortedTexts(entries: Labels | ReadonlyMap<string, string>): Texts {
  return Object.fromEntries([...entries].sort(([a], [b]) => compareText(a, b)));
}

/** What all of them share. */
function common([first = {}, ...others]: readonly Texts[]): Texts {
  const shared = Object.entries(first).filter(([name, value]) =>
    others.every((other) => other[name] === value),
  );
  return Object.fromEntries(shared);
}
