const DEFAULT_MS = 2 * 3600 * 1000;
/** Upstream's blocks grow threefold from level to level. */
const LONGEST_MS = DEFAULT_MS * 3 ** 9;

/** The longest length that blocks have in upstream's levels and that is not beyond what was asked for; 2h at least. */
export function blockDurationFor(maxMs: number): number {
  let durationMs = DEFAULT_MS;
  while (durationMs < LONGEST_MS && 3 * durationMs <= maxMs) durationMs *= 3;
  return durationMs;
}

/** Where the block that a time belongs to begins; as upstream, rounded towards 1970. */
export function blockStart(timestampMs: number, durationMs: number): number {
  return Math.trunc(timestampMs / durationMs) * durationMs;
}
