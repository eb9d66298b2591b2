import { COUNTER_RESET_HINT, type CounterResetHint } from '@narthex/model';

/** A chunk of histograms begins with the number of its samples, 16 bits, and a byte of flags. */
export const HISTOGRAM_HEADER_BYTES = 3;

/** Where the flags are, in a chunk without start timestamps. */
export const HISTOGRAM_FLAGS_AT = 2;

/** Where a chunk that keeps start timestamps has the byte about them. */
export const HISTOGRAM_STARTS_AT = 2;

/** Where the flags are: start timestamps take their place, and they share a byte with the count then. */
export function flagsAt(withStarts: boolean): number {
  return withStarts ? 0 : HISTOGRAM_FLAGS_AT;
}

/** The most histograms of a chunk: 16 bits count them, or 14 beside the flags. */
export function mostHistograms(withStarts: boolean): number {
  return withStarts ? 0x3fff : 0xffff;
}

/** The two upper bits of the flags: what lies between the chunk and the one before. */
export const RESET_HEADER = {
  unknown: 0,
  notReset: 0b0100_0000,
  reset: 0b1000_0000,
  gauge: 0b1100_0000,
} as const;
export type ResetHeader = (typeof RESET_HEADER)[keyof typeof RESET_HEADER];

export function resetHeaderOf(flags: number): ResetHeader {
  const bits = flags & RESET_HEADER.gauge;
  return Object.values(RESET_HEADER).find((header) => header === bits) ?? RESET_HEADER.unknown;
}

/**
 * The hint of a histogram read from a chunk, `at` counting from 0. What the header says of the first one holds only
 * while the chunk before is the one it was written behind, so nothing is said of it, as in upstream.
 */
export function hintAt(header: ResetHeader, at: number): CounterResetHint {
  if (header === RESET_HEADER.gauge) return COUNTER_RESET_HINT.gauge;
  return at > 0 ? COUNTER_RESET_HINT.notReset : COUNTER_RESET_HINT.unknown;
}
