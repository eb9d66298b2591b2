import { formatFloat, parseFloatGo } from '@narthex/model';
import { ToolError } from './errors.js';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds of a time given as seconds since 1970 or as RFC 3339. @throws ToolError with upstream's words */
export function parseTime(text: string): number {
  const seconds = secondsOf(text);
  if (seconds !== undefined) return Math.round(seconds * 1000);
  const timestampMs = RFC3339.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(timestampMs)) {
    throw new ToolError(`cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  }
  return timestampMs;
}

/** A time or duration as the API takes it: seconds without an exponent. */
export function secondsText(timeMs: number): string {
  return formatFloat(timeMs / 1000);
}

function secondsOf(text: string): number | undefined {
  try {
    const seconds = parseFloatGo(text);
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    return undefined;
  }
}
