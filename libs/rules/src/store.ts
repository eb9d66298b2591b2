import { type Labels } from '@narthex/model';
import { STALE_NAN } from '@narthex/bytes';
import { type Logger } from '@narthex/process';
import { APPEND_OUTCOME, type Appendable, type Appender, type AppendOutcome } from '@narthex/storage';
import { type VectorSample } from './query.js';

const REFUSALS: Partial<Record<AppendOutcome, string>> = {
  [APPEND_OUTCOME.outOfOrder]: 'Error on ingesting out-of-order result from rule evaluation',
  [APPEND_OUTCOME.outOfBounds]: 'Error on ingesting out-of-bounds result from rule evaluation',
  [APPEND_OUTCOME.tooOld]: 'Error on ingesting too old result from rule evaluation',
  [APPEND_OUTCOME.duplicate]:
    'Error on ingesting results from rule evaluation with different value but same timestamp',
};

/**
 * Stores what a rule gave, and ends the series that it gave the time before and not now.
 * @returns the series given now, by key.
 * @throws StorageError when nothing could be stored.
 */
export async function storeResult(
  storage: Appendable,
  samples: readonly VectorSample[],
  before: ReadonlyMap<string, Labels>,
  timestampMs: number,
  logger: Logger,
): Promise<ReadonlyMap<string, Labels>> {
  const appender = storage.appender({ rejectOutOfOrder: true });
  const now = new Map<string, Labels>();
  try {
    const refused = new Map<AppendOutcome, number>();
    for (const sample of samples) {
      const outcome = appendSample(appender, sample, timestampMs);
      if (outcome === APPEND_OUTCOME.accepted) now.set(sample.labels.key, sample.labels);
      else refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
    }
    endSeries(
      appender,
      [...before.values()].filter((labels) => !now.has(labels.key)),
      timestampMs,
    );
    await appender.commit();
    for (const [outcome, count] of refused)
      logger.warn(REFUSALS[outcome] ?? 'Rule result not stored', { num_dropped: count });
  } catch (error) {
    appender.rollback();
    throw error;
  }
  return now;
}

/** Marks series as ended. */
export async function storeEnds(
  storage: Appendable,
  ended: readonly Labels[],
  timestampMs: number,
): Promise<void> {
  if (ended.length === 0) return;
  const appender = storage.appender({ rejectOutOfOrder: true });
  try {
    endSeries(appender, ended, timestampMs);
    await appender.commit();
  } catch (error) {
    appender.rollback();
    throw error;
  }
}

function appendSample(appender: Appender, sample: VectorSample, timestampMs: number): AppendOutcome {
  const ref = appender.series(sample.labels);
  if (sample.histogram !== undefined) return appender.histogram(ref, timestampMs, sample.histogram, false);
  return appender.float(ref, timestampMs, sample.value);
}

function endSeries(appender: Appender, ended: readonly Labels[], timestampMs: number): void {
  // A series that some target writes as well may be ahead already; its refusal is no fault.
  for (const labels of ended) appender.float(appender.series(labels), timestampMs, STALE_NAN);
}
