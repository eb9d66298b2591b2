import { NumberError, parseFloatGo } from '@narthex/model';

/** A number as scripts write it: Go's floats, and whole numbers with a prefix; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  if (/^[+-]?0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
  try {
    return parseFloatGo(text);
  } catch (error) {
    if (error instanceof NumberError) return undefined;
    throw error;
  }
}
