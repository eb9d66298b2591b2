import { type Alert } from '../alerts/alert';
import { type IntegrationKey, type ReceiverData } from '../nflog/notification-log';
import { type FailureReason } from './errors';
import { type Notification } from './notification';

/** How one attempt to notify went. */
export type NotifyOutcome =
  | {
      readonly kind: 'sent';
      /** Kept in the notification log for the next notification of this group. */
      readonly receiverData?: ReceiverData;
    }
  | {
      readonly kind: 'failed';
      /** True when another attempt may succeed. */
      readonly retry: boolean;
      readonly reason: FailureReason;
      readonly error: Error;
    };

/** Speaks to one kind of receiver. Failures of the other side are outcomes; it throws only on mistakes of our own. */
export interface Notifier {
  notify(notification: Notification, alerts: readonly Alert[]): Promise<NotifyOutcome>;
}

/** A notifier in its place in the configuration. */
export interface Integration {
  readonly key: IntegrationKey;
  readonly sendResolved: boolean;
  readonly notifier: Notifier;
}

/** `slack[0]`, as log lines and errors name it. */
export function formatIntegration({ integration, index }: IntegrationKey): string {
  return `${integration}[${index}]`;
}
