import { type Alert } from './alert';

/** Bounds the number of alerts of one name. One that has ended makes room for another. */
export class AlertLimiter {
  readonly #limit: number;
  readonly #endsByName = new Map<string, Map<string, number>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when the alert is known or there is room for it; it then counts. */
  admits(alert: Alert, nowMs: number): boolean {
    const alertName = alert.labels.get('alertname');
    const ends = this.#endsByName.get(alertName) ?? new Map<string, number>();
    this.#endsByName.set(alertName, ends);
    if (!ends.has(alert.fingerprint) && ends.size >= this.#limit) {
      const ended = [...ends].find(([, endsAtMs]) => endsAtMs <= nowMs);
      if (ended === undefined) return false;
      ends.delete(ended[0]);
    }
    ends.set(alert.fingerprint, alert.endsAtMs ?? Infinity);
    return true;
  }

  /** Forgets names of which nothing is left. */
  forget(nowMs: number): void {
    for (const [alertName, ends] of this.#endsByName) {
      if ([...ends.values()].every((endsAtMs) => endsAtMs <= nowMs)) this.#endsByName.delete(alertName);
    }
  }
}
