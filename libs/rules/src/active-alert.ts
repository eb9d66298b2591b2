import { type Labels } from '@narthex/model';

export type AlertState = 'inactive' | 'pending' | 'firing';

/** One alert of a rule, from its first match until a while after it ended. Times in ms, undefined while not reached. */
export interface ActiveAlert {
  readonly labels: Labels;
  annotations: Labels;
  /** `inactive` means resolved: kept so that Alertmanager hears of it. */
  state: AlertState;
  value: number;
  /** When it began to match. */
  activeAtMs: number;
  firedAtMs: number | undefined;
  resolvedAtMs: number | undefined;
  keepFiringSinceMs: number | undefined;
  lastSentAtMs: number | undefined;
  /** Until when Alertmanager may hold it for firing without hearing again. */
  validUntilMs: number;
}

/** True when Alertmanager is to hear of the alert now. */
export function needsSending(alert: ActiveAlert, timestampMs: number, resendDelayMs: number): boolean {
  if (alert.state === 'pending') return false;
  const lastSentAtMs = alert.lastSentAtMs ?? -Infinity;
  if (alert.resolvedAtMs !== undefined && alert.resolvedAtMs > lastSentAtMs) return true;
  return lastSentAtMs + resendDelayMs < timestampMs;
}
