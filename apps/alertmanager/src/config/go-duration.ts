import { formatGoDuration as formatNanoseconds } from '@narthex/gotemplate';
import { parseGoDuration } from '@narthex/process';

/** Prints a duration as Go does: `1h30m0s`, `1.5s`, `300ms`, `0s`. */
export function formatGoDuration(durationMs: number): string {
  return formatNanoseconds(BigInt(Math.round(durationMs * 1e6)));
}

export function isGoDuration(text: string): boolean {
  try {
    parseGoDuration(text);
    return true;
  } catch {
    return false;
  }
}
