import { type Labels } from '@narthex/model';
import { type ReceiverData } from '../nflog/notification-log';

/** Why a notification is made: what templates see as `.NotificationReason`. */
export type NotificationReason =
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed';

/** What a flush of one group carries through the stages of the pipeline. */
export interface Notification {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly receiver: string;
  readonly routeId: string;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** The moment of the flush. */
  readonly nowMs: number;
  /** Aborts when the group's time is up or the pipeline is stopped; see `NotificationAborted`. */
  readonly signal: AbortSignal;
  /** From here on known behind the dedup stage. */
  readonly reason?: NotificationReason;
  readonly firing?: ReadonlySet<bigint>;
  readonly resolved?: ReadonlySet<bigint>;
  readonly receiverData?: ReceiverData;
}
