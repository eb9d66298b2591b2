import { NumberError, parseFloatGo } from '@narthex/model';

/** A number as scripts write it: Go's floats, and whole numbers with a prefix; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const [, sign, digits] = /^([+-]?)(0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+))$/.exec(text) ?? [];
  if (digits !== undefined) {
    const value = Number(digits.replace(/^0o?(?=[0-7])/i, '0o'));
    return sign === '-' ? -value : value;
  }
  try {
    return parseFloatGo(text);
  } catch (error) {
    if (error instanceof NumberError) return undefined;
    throw error;
  }
}
