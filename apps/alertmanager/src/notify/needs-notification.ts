import { type LogEntry } from '../nflog/notification-log';
import { type NotificationReason } from './notification';

export interface GroupState {
  readonly firing: ReadonlySet<bigint>;
  readonly resolved: ReadonlySet<bigint>;
}

/**
 * Whether an integration has to hear of a group, and why: what fires and what is resolved now, against what the
 * notification log says it was told last. Undefined for no.
 */
export function needsNotification(
  last: Pick<LogEntry, 'firing' | 'resolved' | 'timestampMs'> | undefined,
  { firing, resolved }: GroupState,
  options: { readonly sendResolved: boolean; readonly repeatIntervalMs: number; readonly nowMs: number },
): NotificationReason | undefined {
  if (last === undefined) return firing.size > 0 ? 'first notification' : undefined;
  if (!includesAll(last.firing, firing)) {
    // After everything was resolved a new story begins.
    return last.firing.size === 0 ? 'first notification' : 'new alerts added';
  }
  // Also where resolved alerts are not sent: the log has to be cleared of what fired.
  if (firing.size === 0) return last.firing.size > 0 ? 'all alerts resolved' : undefined;
  if (options.sendResolved && !includesAll(last.resolved, resolved)) return 'some alerts resolved';
  return last.timestampMs < options.nowMs - options.repeatIntervalMs ? 'repeat interval elapsed' : undefined;
}

function includesAll(all: ReadonlySet<bigint>, some: ReadonlySet<bigint>): boolean {
  for (const hash of some) if (!all.has(hash)) return false;
  return true;
}
