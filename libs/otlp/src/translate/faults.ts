import { APPEND_OUTCOME, type AppendOutcome } from '@narthex/storage';

/** Why a sample was not taken, and whose fault that is. */
export interface Fault {
  /** 400 for data that will never be taken: then the sender must not try again. */
  readonly status: 400 | 500;
  readonly text: string;
}

const TEXTS: Readonly<Partial<Record<AppendOutcome, Fault>>> = {
  [APPEND_OUTCOME.outOfOrder]: { status: 400, text: 'out of order sample' },
  [APPEND_OUTCOME.outOfBounds]: { status: 400, text: 'out of bounds' },
  // Upstream's OTLP receiver does not know this one for the sender's fault.
  [APPEND_OUTCOME.tooOld]: { status: 500, text: 'too old sample' },
  [APPEND_OUTCOME.duplicate]: { status: 400, text: 'duplicate sample for timestamp' },
  [APPEND_OUTCOME.unsupported]: { status: 500, text: 'native histograms are disabled' },
};

/** A sample that lies further ahead of the clock than is taken. */
export const TOO_FAR_AHEAD: Fault = {
  status: 400,
  text: 'out of bounds: timestamp is too far in the future',
};

/** What upstream says of a sample that was not taken; undefined for one that was. */
export function faultOf(outcome: AppendOutcome): Fault | undefined {
  if (outcome === APPEND_OUTCOME.accepted) return undefined;
  return TEXTS[outcome] ?? { status: 500, text: 'not found' };
}
