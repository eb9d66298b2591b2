import { isStaleNaN } from '@narthex/bytes';
import { LabelsBuilder, Matcher, METRIC_NAME } from '@narthex/model';
import { type Queryable, SampleColumns } from '@narthex/storage';
import { ALERTS_FOR_STATE } from './alert-series.js';
import { type AlertingRule } from './alerting-rule.js';

export interface RestoreOptions {
  readonly nowMs: number;
  /** How long an outage may have been for the state to count (`--rules.alert.for-outage-tolerance`). */
  readonly outageToleranceMs: number;
  /** The least time an alert stays pending after a restart (`--rules.alert.for-grace-period`). */
  readonly gracePeriodMs: number;
}

/**
 * Gives the pending alerts of a rule back the time that they had matched before a restart, from the stored
 * `ALERTS_FOR_STATE`. The outage itself does not count as matching.
 */
export async function restoreForState(
  rule: AlertingRule,
  storage: Queryable,
  options: RestoreOptions,
): Promise<void> {
  const { nowMs, outageToleranceMs, gracePeriodMs } = options;
  if (rule.forMs >= gracePeriodMs) {
    const stored = await lastForStates(rule, storage, nowMs - outageToleranceMs, nowMs);
    for (const alert of rule.activeAlerts()) {
      const last = stored.get(alert.labels.key);
      if (last === undefined) continue;
      const remainingMs = rule.forMs - (last.timestampMs - last.activeAtMs);
      if (remainingMs <= 0) alert.activeAtMs = last.activeAtMs;
      else if (remainingMs < gracePeriodMs) alert.activeAtMs = nowMs - rule.forMs + gracePeriodMs;
      else alert.activeAtMs = last.activeAtMs + (nowMs - last.timestampMs);
    }
  }
  rule.restored = true;
}

interface StoredForState {
  readonly timestampMs: number;
  readonly activeAtMs: number;
}

async function lastForStates(
  rule: AlertingRule,
  storage: Queryable,
  startMs: number,
  endMs: number,
): Promise<ReadonlyMap<string, StoredForState>> {
  const found = new Map<string, StoredForState>();
  const querier = storage.querier(startMs, endMs);
  try {
    const matchers = [
      new Matcher('=', METRIC_NAME, ALERTS_FOR_STATE),
      new Matcher('=', 'alertname', rule.name),
    ];
    const hints = { startMs, endMs, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
    const series = await querier.select(false, hints, matchers);
    const columns = new SampleColumns();
    for (let i = 0; i < series.length; i++) {
      columns.clear();
      series.read(i, columns);
      const last = columns.length - 1;
      if (last < 0 || isStaleNaN(columns.values[last]!)) continue;
      const labels = new LabelsBuilder(series.labels(i)).delete(METRIC_NAME).labels();
      found.set(labels.key, {
        timestampMs: columns.timestampsMs[last]!,
        activeAtMs: columns.values[last]! * 1000,
      });
    }
  } finally {
    querier.close();
  }
  return found;
}
