import { firstCharacters } from './characters.js';
import { pad, padNumber, type Directive } from './directive.js';
import { formatGoFloat } from './float.js';
import { describeRune, quoteGo, quoteRune } from './quote.js';

/** Each function gives undefined where Go does not know the verb for the kind. */

export function formatBool(value: boolean, directive: Directive): string | undefined {
  return 'tv'.includes(directive.verb) ? pad(String(value), directive) : undefined;
}

const bases: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, v: 10, x: 16, X: 16 };
const prefixes: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

export function formatInteger(value: bigint, directive: Directive): string | undefined {
  const { verb } = directive;
  if (verb === 'c') return pad(character(value), directive);
  if (verb === 'q') return pad(quoteRune(Number(value), directive.plus), directive);
  if (verb === 'U') {
    const point = Number(value);
    return pad(directive.sharp ? describeRune(point) : (describeRune(point).split(' ')[0] ?? ''), directive);
  }
  const base = bases[verb];
  if (base === undefined) return undefined;
  let digits = (value < 0n ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  if (directive.precision !== undefined) {
    digits = directive.precision === 0 && value === 0n ? '' : digits.padStart(directive.precision, '0');
  }
  const prefix = verb === 'O' ? '0o' : directive.sharp ? (prefixes[verb] ?? '') : '';
  // `%#o` does not double a leading zero.
  const shown = prefix === '0' && digits.startsWith('0') ? '' : prefix;
  const zero = directive.zero && directive.precision === undefined;
  return padNumber(signOf(value < 0n, directive) + shown, digits, { ...directive, zero });
}

function character(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return String.fromCodePoint(valid ? Number(value) : 0xfffd);
}

function signOf(negative: boolean, directive: Directive): string {
  if (negative) return '-';
  // `%+v` asks for field names, not for signs.
  if (directive.plus && directive.verb !== 'v') return '+';
  return directive.space ? ' ' : '';
}

export function formatFloat(value: number, directive: Directive): string | undefined {
  const { verb, sharp } = directive;
  let text: string;
  switch (verb) {
    case 'v':
    case 'g':
    case 'G': {
      const keepZeros = sharp && verb !== 'v';
      text = formatGoFloat(value, verb === 'G' ? 'G' : 'g', directive.precision ?? -1, keepZeros);
      break;
    }
    case 'b':
    case 'x':
    case 'X':
      text = formatGoFloat(value, verb, directive.precision ?? -1);
      break;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
      text = formatGoFloat(value, verb, directive.precision ?? 6);
      break;
    default:
      return undefined;
  }
  const negative = text.startsWith('-');
  const magnitude = text.replace(/^[+-]/, '');
  const finite = Number.isFinite(value);
  const sign = text === '+Inf' ? '+' : signOf(negative, directive);
  // Infinity and NaN are never padded with zeros.
  return padNumber(sign, magnitude, { ...directive, zero: directive.zero && finite });
}

export function formatString(value: string, directive: Directive): string | undefined {
  const { verb, precision } = directive;
  const cut = precision === undefined ? value : firstCharacters(value, precision);
  // Zeros in front of strings are honoured, as Go does.
  const fill = directive.zero ? '0' : ' ';
  switch (verb) {
    case 'v':
      return pad(directive.sharp ? quoteGo(value) : cut, directive, fill);
    case 's':
      return pad(cut, directive, fill);
    case 'q': {
      const raw = directive.sharp && canBackquote(cut);
      return pad(raw ? `\`${cut}\`` : quoteGo(cut, directive.plus), directive, fill);
    }
    case 'x':
    case 'X':
      return pad(hex(value, directive), directive, fill);
    default:
      return undefined;
  }
}

function canBackquote(text: string): boolean {
  return !/[`\p{Cc}\ufeff]/u.test(text.replaceAll('\t', ''));
}

function hex(value: string, directive: Directive): string {
  const bytes = new TextEncoder().encode(value).subarray(0, directive.precision);
  const prefix = directive.sharp ? `0${directive.verb}` : '';
  const pairs = Array.from(bytes, (byte) => {
    const digits = byte.toString(16).padStart(2, '0');
    return directive.verb === 'X' ? digits.toUpperCase() : digits;
  });
  if (pairs.length === 0) return '';
  return directive.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join('');
}
