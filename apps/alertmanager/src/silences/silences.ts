import { randomUUID } from 'node:crypto';
import { type Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { meetsAll } from '../matchers/label-matcher';
import { InvalidSilenceError, SilenceNotFoundError } from './errors';
import { canUpdate, type Silence, type SilenceState, silenceState } from './silence';
import { checkSilence } from './silence-check';

/** A silence as a client asks for it: without an id it is new. A start of 0 means now. */
export type SilenceRequest = Omit<Silence, 'updatedAtMs'>;

/** A silence and when it may be forgotten. */
export interface StoredSilence {
  readonly silence: Silence;
  readonly expiresAtMs: number;
}

export interface SilencesOptions {
  readonly clock: Clock;
  /** How long a silence is kept after its end: `--data.retention`. */
  readonly retentionMs: number;
  /** Most silences there may be, expired ones included; 0 for no limit. */
  readonly maxSilences: number;
  /** Largest silence in bytes as a snapshot stores it; 0 for no limit. */
  readonly maxSilenceBytes: number;
  /** Size of a silence in a snapshot. */
  readonly sizeOf: (stored: StoredSilence) => number;
  readonly isValidLabelName: (name: string) => boolean;
}

/** For one alert: the silences up to `version` whose matchers it meets, whatever their state. */
interface CachedMatches {
  readonly version: number;
  readonly ids: readonly string[];
}

/** All silences: pending, active, and those that ended not longer ago than the retention. */
export class Silences {
  readonly #options: SilencesOptions;
  readonly #stored = new Map<string, StoredSilence>();
  /** Ids in the order in which they were added, with a version that grows. */
  #added: { readonly version: number; readonly id: string }[] = [];
  #version = 0;
  readonly #matchesByFingerprint = new Map<string, CachedMatches>();

  constructor(options: SilencesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#stored.size;
  }

  get(id: string): Silence | undefined {
    return this.#stored.get(id)?.silence;
  }

  all(): Iterable<StoredSilence> {
    return this.#stored.values();
  }

  state(silence: Silence): SilenceState {
    return silenceState(silence, this.#options.clock.nowMs());
  }

  count(state: SilenceState): number {
    let count = 0;
    for (const { silence } of this.#stored.values()) if (this.state(silence) === state) count++;
    return count;
  }

  /**
   * Makes or changes a silence and returns its id. A change that would falsify history ends the old one and makes a
   * new one.
   * @throws InvalidSilenceError, SilenceNotFoundError
   */
  set(request: SilenceRequest): string {
    const nowMs = this.#options.clock.nowMs();
    const wanted = { ...request, startsAtMs: request.startsAtMs === 0 ? nowMs : request.startsAtMs };
    checkSilence(wanted, this.#options.isValidLabelName);
    const old = this.get(wanted.id);
    if (wanted.id !== '' && old === undefined) throw new SilenceNotFoundError();
    if (old !== undefined && canUpdate(old, wanted, nowMs)) {
      this.#put({ ...wanted, updatedAtMs: nowMs });
      return wanted.id;
    }
    const { maxSilences } = this.#options;
    if (maxSilences > 0 && this.size + 1 > maxSilences) {
      throw new InvalidSilenceError(
        `exceeded maximum number of silences: ${this.size} (limit: ${maxSilences})`,
      );
    }
    const id = randomUUID();
    this.#put({ ...wanted, id, startsAtMs: Math.max(wanted.startsAtMs, nowMs), updatedAtMs: nowMs });
    if (old !== undefined && this.state(old) !== 'expired') this.expire(old.id);
    return id;
  }

  /**
   * Ends a silence now; a pending one is over before it begins, an expired one stays as it is.
   * @throws SilenceNotFoundError
   */
  expire(id: string): void {
    const nowMs = this.#options.clock.nowMs();
    const silence = this.get(id);
    if (silence === undefined) throw new SilenceNotFoundError();
    const state = silenceState(silence, nowMs);
    if (state === 'expired') return;
    const startsAtMs = state === 'pending' ? nowMs : silence.startsAtMs;
    this.#put({ ...silence, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs });
  }

  /** Takes a silence of a snapshot; the one changed last wins. */
  merge(stored: StoredSilence): void {
    if (stored.expiresAtMs < this.#options.clock.nowMs()) return;
    const known = this.get(stored.silence.id);
    if (known === undefined || known.updatedAtMs < stored.silence.updatedAtMs) this.#store(stored);
  }

  /** Ids of the active silences that alerts of these labels meet, in order. */
  activeFor(fingerprint: string, labels: Labels): string[] {
    const nowMs = this.#options.clock.nowMs();
    return this.#matching(fingerprint, labels)
      .filter((id) => silenceState(this.get(id)!, nowMs) === 'active')
      .sort();
  }

  /** Forgets what ended longer ago than the retention. Returns how many silences that were. */
  collectGarbage(): number {
    const nowMs = this.#options.clock.nowMs();
    const before = this.size;
    for (const [id, { expiresAtMs }] of this.#stored) if (expiresAtMs <= nowMs) this.#stored.delete(id);
    if (this.size === before) return 0;
    this.#added = this.#added.filter(({ id }) => this.#stored.has(id));
    this.#matchesByFingerprint.clear();
    return before - this.size;
  }

  /** Forgets what was worked out for alerts that are gone. */
  forgetAlerts(fingerprints: Iterable<string>): void {
    for (const fingerprint of fingerprints) this.#matchesByFingerprint.delete(fingerprint);
  }

  /** Tests only the silences that were added since the last time. */
  #matching(fingerprint: string, labels: Labels): readonly string[] {
    const cached = this.#matchesByFingerprint.get(fingerprint) ?? { version: 0, ids: [] };
    if (cached.version === this.#version) return cached.ids;
    const ids = [...cached.ids];
    for (let i = this.#added.length - 1; i >= 0 && this.#added[i]!.version > cached.version; i--) {
      const { id } = this.#added[i]!;
      if (this.get(id)!.matcherSets.some((matchers) => meetsAll(labels, matchers))) ids.push(id);
    }
    this.#matchesByFingerprint.set(fingerprint, { version: this.#version, ids });
    return ids;
  }

  #put(silence: Silence): void {
    const stored = { silence, expiresAtMs: silence.endsAtMs + this.#options.retentionMs };
    const { maxSilenceBytes, sizeOf } = this.#options;
    const sizeBytes = maxSilenceBytes > 0 ? sizeOf(stored) : 0;
    if (sizeBytes > maxSilenceBytes) {
      throw new InvalidSilenceError(
        `silence exceeded maximum size: ${sizeBytes} bytes (limit: ${maxSilenceBytes} bytes)`,
      );
    }
    this.#store(stored);
  }

  /** A silence that changes keeps its matchers, so only a new one is worth a version. */
  #store(stored: StoredSilence): void {
    const { id } = stored.silence;
    const isNew = !this.#stored.has(id);
    this.#stored.set(id, stored);
    if (isNew) this.#added.push({ version: ++this.#version, id });
  }
}
