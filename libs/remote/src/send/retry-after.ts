const SECOND_MS = 1000;

/**
 * What a header `Retry-After` asks for: seconds, or a moment as HTTP writes it (RFC 9110, section 10.2.3). Zero for
 * none and for what is neither; negative for a moment in the past.
 */
export function retryAfterMs(value: string, nowMs: number): number {
  if (/^[+-]?\d+$/.test(value)) return Number(value) * SECOND_MS;
  if (!/^[A-Z][a-z]+, /.test(value)) return 0;
  const momentMs = Date.parse(value);
  return Number.isNaN(momentMs) ? 0 : Math.trunc((momentMs - nowMs) / SECOND_MS) * SECOND_MS;
}
