import { type LabelMatcher } from '../matchers/label-matcher';

export type SilenceState = 'pending' | 'active' | 'expired';

/** Alerts that meet all matchers of one of the sets are not notified while it is active. Immutable. */
export interface Silence {
  /** A UUID. */
  readonly id: string;
  /** At least one set; the API makes only one, snapshots may hold more. */
  readonly matcherSets: readonly (readonly LabelMatcher[])[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: ReadonlyMap<string, string>;
}

export function silenceState(silence: Silence, nowMs: number): SilenceState {
  if (nowMs < silence.startsAtMs) return 'pending';
  return nowMs >= silence.endsAtMs ? 'expired' : 'active';
}

/**
 * True when the changed silence may take the old one's place without falsifying what it did: the matchers are the
 * same, an active one keeps its start and does not end in the past, a pending one does not start in the past.
 */
export function canUpdate(old: Silence, changed: Omit<Silence, 'updatedAtMs'>, nowMs: number): boolean {
  if (!sameSets(old.matcherSets, changed.matcherSets)) return false;
  switch (silenceState(old, nowMs)) {
    case 'active':
      return sameSecond(changed.startsAtMs, old.startsAtMs) && changed.endsAtMs >= nowMs;
    case 'pending':
      return changed.startsAtMs >= nowMs;
    case 'expired':
      return false;
  }
}

function sameSets(a: Silence['matcherSets'], b: Silence['matcherSets']): boolean {
  return a.length === b.length && a.every((set, i) => sameMatchers(set, b[i]!));
}

function sameMatchers(a: readonly LabelMatcher[], b: readonly LabelMatcher[]): boolean {
  return a.length === b.length && a.every((matcher, i) => matcher.equals(b[i]!));
}

/** Clients send times back with fewer digits than they got. */
function sameSecond(aMs: number, bMs: number): boolean {
  return Math.floor(aMs / 1000) === Math.floor(bMs / 1000);
}
