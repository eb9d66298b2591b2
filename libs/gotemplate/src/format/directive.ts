import { characters } from './characters.js';

/** One directive of a format: `%[flags][width][.precision]verb`. */
export interface Directive {
  readonly verb: string;
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

export const plainValue: Directive = {
  verb: 'v',
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
};

/** Pads to the directive's width, counted in characters. */
export function pad(text: string, directive: Directive, fill = ' '): string {
  const missing = (directive.width ?? 0) - characters(text).length;
  if (missing <= 0) return text;
  return directive.minus ? text + ' '.repeat(missing) : fill.repeat(missing) + text;
}

/** Pads a number: zeros go between its sign (or base prefix) and its digits. */
export function padNumber(sign: string, digits: string, directive: Directive): string {
  const missing = (directive.width ?? 0) - sign.length - characters(digits).length;
  if (directive.zero && !directive.minus && missing > 0) return sign + '0'.repeat(missing) + digits;
  return pad(sign + digits, directive);
}
