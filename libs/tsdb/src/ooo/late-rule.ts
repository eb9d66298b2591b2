import { APPEND_OUTCOME, type AppendOutcome } from '@narthex/storage';

/** What decides about samples that are not newer than their series' newest, the same for a whole transaction. */
export interface LateRule {
  /** The head's newest sample when the transaction began. */
  readonly newestMs: number;
  /** Earlier samples cannot go in order: what they belong to may be in a block already. */
  readonly minValidMs: number;
  /** How far behind {@link newestMs} samples may be; 0 where none are taken out of order. */
  readonly windowMs: number;
}

/** What becomes of a sample that cannot go behind the others of its series. */
export function judgeLate({ newestMs, minValidMs, windowMs }: LateRule, timestampMs: number): AppendOutcome {
  if (windowMs > 0)
    return timestampMs >= newestMs - windowMs ? APPEND_OUTCOME.accepted : APPEND_OUTCOME.tooOld;
  return timestampMs < minValidMs ? APPEND_OUTCOME.outOfBounds : APPEND_OUTCOME.outOfOrder;
}
