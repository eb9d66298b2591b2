import { parseFloatGo, NumberError } from '@narthex/model';
import { DecodeError } from '../errors.js';

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = new Set([' ', '\n', '\t', '\r']);
const STRING_END = /["\\]/g;
/** How much of the text an error shows around its place. */
const SHOWN = 10;
const SHOWN_AROUND = 50;

/** Ranges of the integers of protobuf. */
export const INTEGER = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;
export type IntegerKind = keyof typeof INTEGER;

/**
 * Reads JSON from front to back, value by value, as the caller asks for them: nothing is made of what is not wanted, and
 * integers keep all their digits. As lenient as upstream's reader, and with words like its own
 * (https://github.com/json-iterator/go); `null` stands for nothing.
 *
 * Every method throws {@link DecodeError} when the text does not go on as it should.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next field of an object, whose value is to be read or skipped then; undefined behind the last. */
  field(): string | undefined {
    const found = this.#token();
    switch (found) {
      case 'n':
        this.#literal('null');
        return undefined;
      case '}':
        return undefined;
      case '{': {
        const next = this.#token();
        if (next === '}') return undefined;
        this.#at--;
        if (next !== '"') this.#fail('ReadObject', `expect " after {, but found ${next}`);
        return this.#fieldName();
      }
      case ',':
        return this.#fieldName();
      default:
        return this.#fail('ReadObject', `expect { or , or } or n, but found ${found}`);
    }
  }

  /** True when a list has a further element, which is to be read or skipped then. */
  element(): boolean {
    const found = this.#token();
    switch (found) {
      case 'n':
        this.#literal('null');
        return false;
      case ']':
        return false;
      case '[':
        if (this.#token() === ']') return false;
        this.#at--;
        return true;
      case ',':
        return true;
      default:
        return this.#fail('ReadArray', `expect [ or , or ] or n, but found ${found}`);
    }
  }

  /** A text; empty for null. */
  text(): string {
    const found = this.#token();
    if (found === 'n') {
      this.#literal('null');
      return '';
    }
    if (found !== '"') this.#fail('ReadString', `expects " or n, but found ${found}`);
    const start = this.#at - 1;
    const end = this.#stringEnd();
    const token = this.#text.slice(start, end);
    if (!token.includes('\\') && !/\p{Cc}/u.test(token)) return token.slice(1, -1);
    try {
      // Half a pair of surrogates has no UTF-8.
      return (JSON.parse(token) as string).replace(/\p{Surrogate}/gu, '\ufffd');
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw this.#error('ReadString', 'invalid escape sequence or control character', { cause });
    }
  }

  boolean(): boolean {
    const found = this.#token();
    if (found === 't') this.#literal('true');
    else if (found === 'f') this.#literal('false');
    else this.#fail('ReadBool', `expect t or f, but found ${found}`);
    return found === 't';
  }

  /** An integer, as a number or as digits in a text. */
  integer(kind: IntegerKind): bigint {
    const operation = `Read${kind[0]!.toUpperCase()}${kind.slice(1)}`;
    const digits = this.#digits(operation);
    if (!/^[+-]?\d+$/.test(digits)) this.#fail(operation, `parsing "${digits}": invalid syntax`);
    const value = BigInt(digits.replace(/^\+/, ''));
    const [least, greatest] = INTEGER[kind];
    if (value < least || value > greatest) {
      this.#fail(operation, `parsing "${digits}": value out of range`);
    }
    return value;
  }

  /** A double, as a number or in a text; `NaN` and `Infinity` among them. */
  double(): number {
    const digits = this.#digits('ReadFloat64');
    try {
      return parseFloatGo(digits);
    } catch (cause) {
      if (!(cause instanceof NumberError)) throw cause;
      throw this.#error('ReadFloat64', cause.message, { cause });
    }
  }

  /** An enumeration: its number, or one of its names. */
  enumeration(names: Readonly<Record<string, number>>): number {
    if (this.#peek() !== '"') return Number(this.integer('int32'));
    const name = this.text();
    if (!Object.hasOwn(names, name)) this.#fail('ReadEnumValue', 'unknown string value');
    return names[name]!;
  }

  /** Goes past a value, whatever it is. */
  skip(): void {
    let depth = 0;
    do {
      const found = this.#token();
      if (found === '{' || found === '[') depth++;
      else if ((found === '}' || found === ']') && depth > 0) depth--;
      else if (found === '"') this.#at = this.#stringEnd();
      else if (found === '' || found === '}' || found === ']') {
        this.#fail('Skip', `do not know how to skip: ${found === '' ? 'end of input' : found}`);
      } else if (found !== ',' && found !== ':') this.#skipWord();
    } while (depth > 0);
  }

  /** Ends the reading where something is wrong with a value. */
  refuse(operation: string, message: string): never {
    return this.#fail(operation, message);
  }

  #digits(operation: string): string {
    const next = this.#peek();
    if (next === '"') return this.text();
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) return this.#fail(operation, 'unsupported value type');
    this.#at = NUMBER.lastIndex;
    return match[0];
  }

  #fieldName(): string {
    const name = this.text();
    const found = this.#token();
    if (found !== ':') this.#fail('ReadObject', `expect : after object field, but found ${found}`);
    return name;
  }

  /** The next character that is no space; empty at the end. */
  #peek(): string {
    while (SPACE.has(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text[this.#at] ?? '';
  }

  #token(): string {
    const found = this.#peek();
    this.#at++;
    return found;
  }

  /** Behind the quote that ends the string whose first quote was read. */
  #stringEnd(): number {
    STRING_END.lastIndex = this.#at;
    for (let match = STRING_END.exec(this.#text); match !== null; match = STRING_END.exec(this.#text)) {
      if (match[0] === '"') {
        this.#at = STRING_END.lastIndex;
        return this.#at;
      }
      STRING_END.lastIndex++;
    }
    this.#at = this.#text.length;
    return this.#fail('ReadString', 'unexpected end of input');
  }

  /** Reads the rest of a word whose first letter was read. */
  #literal(word: string): void {
    if (this.#text.startsWith(word, this.#at - 1)) this.#at += word.length - 1;
    else this.#fail('ReadLiteral', `expect ${word}`);
  }

  #skipWord(): void {
    while (/[\w.+-]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #fail(operation: string, message: string): never {
    throw this.#error(operation, message);
  }

  #error(operation: string, message: string, options?: ErrorOptions): DecodeError {
    const at = Math.min(this.#at, this.#text.length);
    const around = (count: number): string => this.#text.slice(Math.max(0, at - count), at + count);
    const place = `error found in #${Math.min(at, SHOWN)} byte of ...|${around(SHOWN)}|...`;
    const text = `${operation}: ${message}, ${place}, bigger context ...|${around(SHOWN_AROUND)}|...`;
    return new DecodeError(text, options);
  }
}
