import { type Clock } from '@narthex/process';

/** One integration of a receiver, the place in its list included. */
export interface IntegrationKey {
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
}

/** Data that an integration keeps from one notification of a group to the next. */
export type ReceiverData = ReadonlyMap<string, string | number | bigint>;

/** What an integration was last told about a group. */
export interface LogEntry {
  readonly groupKey: string;
  readonly key: IntegrationKey;
  readonly timestampMs: number;
  /** Hashes of the alerts that fired. */
  readonly firing: ReadonlySet<bigint>;
  readonly resolved: ReadonlySet<bigint>;
  readonly receiverData: ReceiverData;
  readonly expiresAtMs: number;
}

export interface NotificationLogOptions {
  readonly clock: Clock;
  /** The longest an entry is kept: `--data.retention`. */
  readonly retentionMs: number;
}

/** Remembers per group and integration what was notified, so that nothing is sent twice. */
export class NotificationLog {
  readonly #clock: Clock;
  readonly #retentionMs: number;
  readonly #entries = new Map<string, LogEntry>();

  constructor(options: NotificationLogOptions) {
    this.#clock = options.clock;
    this.#retentionMs = options.retentionMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The last notification, if one is remembered. */
  find(groupKey: string, key: IntegrationKey): LogEntry | undefined {
    return this.#entries.get(entryKey(groupKey, key));
  }

  /** Writes down a notification that was just made; it is forgotten after `expiryMs` or the retention. */
  record(entry: Omit<LogEntry, 'timestampMs' | 'expiresAtMs'>, expiryMs: number): void {
    const nowMs = this.#clock.nowMs();
    const known = this.find(entry.groupKey, entry.key);
    // A clock set back must not replace what was said later.
    if (known !== undefined && known.timestampMs > nowMs) return;
    const keptMs = expiryMs > 0 ? Math.min(expiryMs, this.#retentionMs) : this.#retentionMs;
    this.#set({ ...entry, timestampMs: nowMs, expiresAtMs: nowMs + keptMs });
  }

  /** Takes an entry of a snapshot; the newer one wins. */
  merge(entry: LogEntry): void {
    if (entry.expiresAtMs < this.#clock.nowMs()) return;
    const known = this.find(entry.groupKey, entry.key);
    if (known === undefined || known.timestampMs < entry.timestampMs) this.#set(entry);
  }

  all(): Iterable<LogEntry> {
    return this.#entries.values();
  }

  /** Forgets what has expired. Returns how many entries that were. */
  collectGarbage(): number {
    const nowMs = this.#clock.nowMs();
    let count = 0;
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAtMs > nowMs) continue;
      this.#entries.delete(key);
      count++;
    }
    return count;
  }

  #set(entry: LogEntry): void {
    this.#entries.set(entryKey(entry.groupKey, entry.key), entry);
  }
}

function entryKey(groupKey: string, { receiver, integration, index }: IntegrationKey): string {
  return `${groupKey}:${receiver}/${integration}/${index}`;
}
