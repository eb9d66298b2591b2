import { formatFloatG } from '@narthex/model';
import { APPEND_OUTCOME, type AppendOutcome } from '@narthex/storage';

/** A sample that lies further ahead than remote write takes. Beside {@link APPEND_OUTCOME}. */
export const TOO_FAR_AHEAD = 255;
/** How far ahead of the clock a sample may lie. */
export const MAX_AHEAD_MS = 600_000;

/** Why something was not taken, and whose fault that is. */
export interface WriteFault {
  /** 400 for data that will never be taken, 500 for what may go well another time. */
  readonly status: 400 | 500;
  readonly text: string;
}

const TEXTS: Readonly<Record<number, WriteFault>> = {
  [APPEND_OUTCOME.outOfOrder]: { status: 400, text: 'out of order sample' },
  [APPEND_OUTCOME.outOfBounds]: { status: 400, text: 'out of bounds' },
  [APPEND_OUTCOME.tooOld]: { status: 400, text: 'too old sample' },
  [APPEND_OUTCOME.duplicate]: { status: 400, text: 'duplicate sample for timestamp' },
  [TOO_FAR_AHEAD]: { status: 400, text: 'out of bounds: timestamp is too far in the future' },
};

/** What upstream says of a float that was not taken. */
export function floatFault(outcome: number): WriteFault {
  return TEXTS[outcome] ?? { status: 500, text: 'not found' };
}

/** A float that came at a time that its series has, by what that holds: as upstream, plain at time 0. */
export function duplicateFault(
  timestampMs: number,
  existing: number | 'histogram',
  value: number,
): WriteFault {
  const fault = floatFault(APPEND_OUTCOME.duplicate);
  if (timestampMs === 0) return fault;
  const found = existing === 'histogram' ? 'is a histogram' : formatFloatG(existing);
  const text = `${fault.text} ${timestampMs}; overrides not allowed: existing ${found}, new value ${formatFloatG(value)}`;
  return { ...fault, text };
}

/** What upstream says of a histogram that was not taken. */
export function histogramOutcomeFault(outcome: AppendOutcome | typeof TOO_FAR_AHEAD): WriteFault {
  if (outcome === APPEND_OUTCOME.unsupported) return { status: 500, text: 'native histograms are disabled' };
  return floatFault(outcome);
}
