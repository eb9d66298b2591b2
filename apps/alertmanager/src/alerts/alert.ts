import { compareText, type Labels } from '@narthex/model';

/** An alert as it was received, its times filled in. Immutable. Times are milliseconds since the Unix epoch. */
export interface Alert {
  readonly labels: Labels;
  /** Sixteen hex digits that two alerts share exactly when their labels are equal. */
  readonly fingerprint: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly startsAtMs: number;
  /** Undefined only in a notification of an alert that still fires. */
  readonly endsAtMs: number | undefined;
  readonly updatedAtMs: number;
  readonly generatorUrl: string;
  /** True when nobody said when it ends, so that it ends by resolve_timeout unless it is sent again. */
  readonly timesOut: boolean;
}

/** An alert is resolved from its end on. */
export function isResolvedAt(alert: Alert, nowMs: number): boolean {
  return alert.endsAtMs !== undefined && alert.endsAtMs <= nowMs;
}

/** True when the time ranges of two alerts of the same labels touch, so that they are one. */
export function rangesOverlap(older: Alert, newer: Alert): boolean {
  const oldEndMs = older.endsAtMs ?? Infinity;
  const newEndMs = newer.endsAtMs ?? Infinity;
  return (
    (newEndMs > older.startsAtMs && newEndMs < oldEndMs) ||
    (newer.startsAtMs > older.startsAtMs && newer.startsAtMs < oldEndMs)
  );
}

/**
 * One alert out of two of the same labels: the newer one's text, the earliest start, and the latest end that somebody
 * named; an end by timeout never takes the place of a named one that is later.
 */
export function mergeAlerts(one: Alert, other: Alert, nowMs: number): Alert {
  const [older, newer] = other.updatedAtMs < one.updatedAtMs ? [other, one] : [one, other];
  const startsAtMs = Math.min(older.startsAtMs, newer.startsAtMs);
  const oldEndMs = older.endsAtMs ?? 0;
  const oldEndCounts = isResolvedAt(newer, nowMs) ? isResolvedAt(older, nowMs) : !older.timesOut;
  const endsAtMs = oldEndCounts && oldEndMs > (newer.endsAtMs ?? 0) ? oldEndMs : newer.endsAtMs;
  return { ...newer, startsAtMs, endsAtMs };
}

/** The order of alerts in a notification: by job, by instance (those without one last), then by labels. */
export function compareAlerts(a: Alert, b: Alert): number {
  for (const name of ['job', 'instance']) {
    const [x, y] = [a.labels.get(name), b.labels.get(name)];
    if (x === y) continue;
    if (x === '') return 1;
    if (y === '') return -1;
    return compareText(x, y);
  }
  return compareLabelSets(a.labels, b.labels);
}

/** Upstream's order of label sets: the smaller set first, then by the first label, in order of names, that differs. */
export function compareLabelSets(a: Labels, b: Labels): number {
  if (a.size !== b.size) return a.size - b.size;
  for (let i = 0; i < a.size; i++) {
    const byName = compareText(a.nameAt(i), b.nameAt(i));
    // The set that lacks the smaller name comes first.
    if (byName !== 0) return -byName;
    const byValue = compareText(a.valueAt(i), b.valueAt(i));
    if (byValue !== 0) return byValue;
  }
  return 0;
}
