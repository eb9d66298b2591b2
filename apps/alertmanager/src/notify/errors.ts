/** Why a notification failed: the `reason` of `alertmanager_notifications_failed_total`. */
export const FAILURE_REASONS = [
  'other',
  'clientError',
  'serverError',
  'contextCanceled',
  'contextDeadlineExceeded',
  'authError',
  'rateLimited',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** An integration could not notify, for good. */
export class NotificationFailedError extends Error {
  readonly code = 'NOTIFICATION_FAILED';
  override readonly name = 'NotificationFailedError';
  readonly reason: FailureReason;

  constructor(message: string, reason: FailureReason, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The reason with which a notification's signal aborts: its time is up, or the pipeline stops. */
export class NotificationAbortedError extends Error {
  readonly code = 'NOTIFICATION_ABORTED';
  override readonly name = 'NotificationAbortedError';
  readonly reason: 'contextCanceled' | 'contextDeadlineExceeded';

  constructor(reason: 'contextCanceled' | 'contextDeadlineExceeded') {
    super(reason === 'contextCanceled' ? 'context canceled' : 'context deadline exceeded');
    this.reason = reason;
  }
}
