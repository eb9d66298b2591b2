export type AlertState = 'unprocessed' | 'active' | 'suppressed';

/** What keeps an alert from being notified, as of the last time it was looked at. */
export interface AlertStatus {
  readonly state: AlertState;
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
  /** Fingerprints of inhibiting alerts. */
  readonly inhibitedBy: readonly string[];
}

const UNPROCESSED: AlertStatus = { state: 'unprocessed', silencedBy: [], inhibitedBy: [] };

/** Remembers by fingerprint what the pipeline, or an API request, last found out about each alert. */
export class AlertStatuses {
  readonly #byFingerprint = new Map<string, AlertStatus>();

  get(fingerprint: string): AlertStatus {
    return this.#byFingerprint.get(fingerprint) ?? UNPROCESSED;
  }

  setSilencedBy(fingerprint: string, silencedBy: readonly string[]): void {
    this.#set(fingerprint, silencedBy, this.get(fingerprint).inhibitedBy);
  }

  setInhibitedBy(fingerprint: string, inhibitedBy: readonly string[]): void {
    this.#set(fingerprint, this.get(fingerprint).silencedBy, inhibitedBy);
  }

  delete(fingerprint: string): void {
    this.#byFingerprint.delete(fingerprint);
  }

  #set(fingerprint: string, silencedBy: readonly string[], inhibitedBy: readonly string[]): void {
    const state = silencedBy.length + inhibitedBy.length > 0 ? 'suppressed' : 'active';
    this.#byFingerprint.set(fingerprint, { state, silencedBy, inhibitedBy });
  }
}
