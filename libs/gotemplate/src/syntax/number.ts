import { unquoteGo } from '../format/quote.js';

/** What an untyped numeric constant is as each type, where it can be. */
interface Constant {
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
}

/** A constant that cannot be, with Go's reason. */
interface ConstantFault {
  readonly fault: string;
}

const maxInt = 2n ** 63n - 1n;
const minInt = -(2n ** 63n);
const maxUint = 2n ** 64n - 1n;

export function readCharacterConstant(text: string): Constant | ConstantFault {
  const value = unquoteGo(text);
  if (value === undefined) {
    const one = unquoteGo(`"${text.slice(1, -1).replaceAll('"', '\\"').replaceAll("\\'", "'")}"`);
    return {
      fault: one === undefined || one === '' ? 'invalid syntax' : `malformed character constant: ${text}`,
    };
  }
  const point = BigInt(value.codePointAt(0) ?? 0);
  return { int: point, uint: point, float: Number(point) };
}

/**
 * A number by the rules of Go's literals: `12`, `1_000`, `0x1F`, `0b11`, `0o17`, `017`, `1.5`, `1e3`, `0x1p4`.
 * A float without a fraction is an integer as well, and an integer always a float.
 */
export function readNumber(text: string): Constant | ConstantFault {
  const integer = readInteger(text);
  let int = integer !== undefined && integer >= minInt && integer <= maxInt ? integer : undefined;
  let uint =
    integer !== undefined && integer >= 0n && integer <= maxUint && !/^[+-]/.test(text) ? integer : undefined;
  if (int === 0n) uint = 0n;
  let float: number | undefined;
  if (int !== undefined || uint !== undefined) {
    float = Number(int ?? uint);
  } else {
    float = readFloat(text);
    if (float === undefined) return { fault: `illegal number syntax: ${JSON.stringify(text)}` };
    if (!/[.eEpP]/.test(text)) return { fault: `integer overflow: ${JSON.stringify(text)}` };
    if (Number.isInteger(float)) {
      const whole = BigInt(float);
      if (whole >= minInt && whole <= maxInt) int = whole;
      if (whole >= 0n && whole <= maxUint) uint = whole;
    }
  }
  return { int, uint, float };
}

function readInteger(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const body = text.replace(/^[+-]/, '');
  if (!underscoresFit(body)) return undefined;
  let digits = body.replaceAll('_', '');
  if (/^0[0-7]+$/.test(digits)) digits = `0o${digits.slice(1)}`;
  if (!/^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[1-9]\d*|0)$/.test(digits)) return undefined;
  const value = BigInt(digits.toLowerCase());
  return negative ? -value : value;
}

/** Underscores stand only between digits or behind a base prefix. */
function underscoresFit(body: string): boolean {
  return !body.includes('_') || /^(?:0[xXoObB]_?)?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*$/.test(body);
}

function readFloat(text: string): number | undefined {
  const hex = /^([+-]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?\d+)$/.exec(text);
  if (hex !== null) {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex;
    const digits = (whole + fraction).replaceAll('_', '');
    if (digits === '') return undefined;
    const scale = Number(exponent) - 4 * fraction.replaceAll('_', '').length;
    return (sign === '-' ? -1 : 1) * parseInt(digits, 16) * 2 ** scale;
  }
  if (!/^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/.test(text))
    return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}
