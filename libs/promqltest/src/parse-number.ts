import { NumberError, parseDuration, parseFloatGo } from '@narthex/model';
import { ScriptError } from './errors.js';

/** A number of a script; spelled as in PromQL. */
export function parseNumber(text: string): number {
  try {
    return parseFloatGo(text.replace(/^\+(?=nan$)/i, ''));
  } catch (error) {
    if (error instanceof NumberError) throw new ScriptError(`"${text}" is no number`, { cause: error });
    throw error;
  }
}

/** A duration such as `5m`, or seconds as a plain number; in ms. A sign may stand in front. */
export function parseTime(text: string): number {
  if (/^[+-]?[\d.]+$/.test(text)) return Number(text) * 1000;
  const negative = text.startsWith('-');
  try {
    const durationMs = parseDuration(negative ? text.slice(1) : text);
    return negative ? -durationMs : durationMs;
  } catch (cause) {
    throw new ScriptError(`"${text}" is no duration`, { cause });
  }
}
