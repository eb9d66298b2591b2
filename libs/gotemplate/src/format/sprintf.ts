import { kindOf, shapeOf, type Operand } from '../values/reflect.js';
import { type Directive, plainValue } from './directive.js';
import { formatOperand } from './value-format.js';

/** Widths and precisions beyond this are errors, as in Go, where they are a way to exhaust memory. */
const maxWidth = 1_000_000;

/** Go's `fmt.Sprintf`. Never fails: what does not fit shows in the text, as `%!d(string=x)` and the like. */
export function sprintf(format: string, args: readonly Operand[]): string {
  return new Formatter(format, args).run();
}

/** Go's `fmt.Sprint`: a space stands between two operands where neither is a string. */
export function sprint(args: readonly Operand[]): string {
  let result = '';
  let spaced = false;
  for (const arg of args) {
    const isString = kindOf(arg) === 'string';
    if (spaced && !isString) result += ' ';
    result += formatOperand(arg, plainValue);
    spaced = !isString;
  }
  return result;
}

/** Go's `fmt.Sprintln`. */
export function sprintln(args: readonly Operand[]): string {
  return `${args.map((arg) => formatOperand(arg, plainValue)).join(' ')}\n`;
}

class Formatter {
  readonly #format: string;
  readonly #args: readonly Operand[];
  #position = 0;
  #argument = 0;
  #reordered = false;
  #goodIndex = true;

  constructor(format: string, args: readonly Operand[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    let result = '';
    while (this.#position < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#position);
      if (percent < 0) {
        result += this.#format.slice(this.#position);
        break;
      }
      result += this.#format.slice(this.#position, percent);
      this.#position = percent + 1;
      result += this.#directive();
    }
    if (!this.#reordered && this.#argument < this.#args.length) {
      const extra = this.#args.slice(this.#argument).map(describeExtra);
      result += `%!(EXTRA ${extra.join(', ')})`;
    }
    return result;
  }

  #directive(): string {
    this.#goodIndex = true;
    let prefix = '';
    const flags = this.#flags();
    let minus = flags.includes('-');
    let zero = flags.includes('0');

    let afterIndex = this.#argumentNumber();
    let width: number | undefined;
    if (this.#accept('*')) {
      width = this.#numberArgument();
      if (width === undefined) prefix += '%!(BADWIDTH)';
      else if (width < 0) {
        width = -width;
        minus = true;
        zero = false;
      }
      afterIndex = false;
    } else {
      width = this.#number();
      if (afterIndex && width !== undefined) this.#goodIndex = false;
    }

    let precision: number | undefined;
    if (this.#accept('.')) {
      if (afterIndex) this.#goodIndex = false;
      afterIndex = this.#argumentNumber();
      if (this.#accept('*')) {
        precision = this.#numberArgument();
        if (precision === undefined || precision < 0) {
          if (precision === undefined) prefix += '%!(BADPREC)';
          precision = undefined;
        }
        afterIndex = false;
      } else {
        precision = this.#number() ?? 0;
      }
    }
    if (!afterIndex) this.#argumentNumber();
    return (
      prefix + this.#verb({ ...plainValue, ...flagSet(flags), minus, zero: zero && !minus, width, precision })
    );
  }

  #verb(directive: Omit<Directive, 'verb'>): string {
    const point = this.#format.codePointAt(this.#position);
    if (point === undefined) return '%!(NOVERB)';
    const verb = String.fromCodePoint(point);
    this.#position += verb.length;
    if (verb === '%') return '%';
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`;
    if (this.#argument >= this.#args.length) return `%!${verb}(MISSING)`;
    const value = this.#args[this.#argument++];
    return formatOperand(value, { ...directive, verb });
  }

  #flags(): string {
    const start = this.#position;
    while ('+-# 0'.includes(this.#format.charAt(this.#position) || 'x')) this.#position++;
    return this.#format.slice(start, this.#position);
  }

  #accept(character: string): boolean {
    if (this.#format.charAt(this.#position) !== character) return false;
    this.#position++;
    return true;
  }

  #number(): number | undefined {
    const start = this.#position;
    while (/^\d$/.test(this.#format.charAt(this.#position))) this.#position++;
    if (start === this.#position) return undefined;
    const value = Number(this.#format.slice(start, this.#position));
    return value > maxWidth ? undefined : value;
  }

  /** `[n]`: the next operand is the n-th. True where there was such a number. */
  #argumentNumber(): boolean {
    if (this.#format.charAt(this.#position) !== '[') return false;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#position);
    if (close < 0) {
      this.#goodIndex = false;
      this.#position++;
      return false;
    }
    const text = this.#format.slice(this.#position + 1, close);
    this.#position = close + 1;
    const index = /^\d+$/.test(text) ? Number(text) : 0;
    if (index < 1 || index > this.#args.length) {
      this.#goodIndex = false;
      return false;
    }
    this.#argument = index - 1;
    return true;
  }

  #numberArgument(): number | undefined {
    if (this.#argument >= this.#args.length) return undefined;
    const shape = shapeOf(this.#args[this.#argument++]);
    if (shape.kind !== 'int' && shape.kind !== 'uint') return undefined;
    const value = Number(shape.value);
    return Math.abs(value) > maxWidth ? undefined : value;
  }
}

function flagSet(flags: string): Pick<Directive, 'plus' | 'sharp' | 'space'> {
  return { plus: flags.includes('+'), sharp: flags.includes('#'), space: flags.includes(' ') };
}

function describeExtra(value: Operand): string {
  if (value === undefined || value === null) return '<nil>';
  const type = formatOperand(value, { ...plainValue, verb: 'T' });
  return `${type}=${formatOperand(value, plainValue)}`;
}
