import { ExpositionError } from '@narthex/exposition';
import { sprintf } from '@narthex/gotemplate';
import { parseFloatGo, quoteGo } from '@narthex/model';

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /[ \t]*/y;
const WORD = /[^ \t\n]*/y;
const METRIC_TYPES = /^(?:counter|gauge|summary|untyped|histogram|gauge_histogram)$/i;

interface Family {
  type: string | undefined;
  hasHelp: boolean;
}

/**
 * Refuses what upstream's parser of expositions that are to be checked or pushed refuses, in its words, which are not
 * those of the parser for scrapes (https://pkg.go.dev/github.com/prometheus/common/expfmt#TextParser). Lines with names
 * in quotes are left to the other parser.
 * @throws ExpositionError
 */
export function checkTextFormat(exposition: Uint8Array): void {
  new Reader(exposition).read();
}

class Reader {
  /** A letter for each byte. */
  readonly #text: string;
  readonly #families = new Map<string, Family>();
  #at = 0;
  #line = 0;

  constructor(exposition: Uint8Array) {
    this.#text = Buffer.from(exposition.buffer, exposition.byteOffset, exposition.length).toString('latin1');
  }

  read(): void {
    for (;;) {
      this.#line++;
      this.#take(BLANKS);
      if (this.#at >= this.#text.length) return;
      if (this.#byte() === '\n') this.#at++;
      else if (this.#byte() === '#') this.#comment();
      else this.#sample();
    }
  }

  #comment(): void {
    this.#at++;
    this.#take(BLANKS);
    const keyword = this.#take(WORD);
    if (keyword !== 'HELP' && keyword !== 'TYPE') {
      this.#restOfLine();
      return;
    }
    this.#take(BLANKS);
    if (this.#byte() === '\n' || this.#byte() === '"') {
      this.#restOfLine();
      return;
    }
    const name = this.#take(METRIC_NAME);
    if (this.#byte() === '\n') {
      this.#restOfLine();
      return;
    }
    if (!isBlank(this.#byte())) this.#refuse('invalid metric name in comment');
    const { key, family } = this.#family(name);
    this.#take(BLANKS);
    if (this.#byte() === '\n') {
      this.#restOfLine();
      return;
    }
    if (keyword === 'HELP') this.#help(key, family);
    else this.#type(key, family);
  }

  #help(name: string, family: Family): void {
    if (family.hasHelp) this.#refuse(`second HELP line for metric name ${quoted(name)}`);
    family.hasHelp = true;
    while (this.#byte() !== '\n') {
      if (this.#byte() === '\\') {
        this.#at++;
        if (!'\\n'.includes(this.#byte())) this.#refuse(`invalid escape sequence '\\${this.#byte()}'`);
      }
      this.#at++;
    }
    this.#at++;
  }

  #type(name: string, family: Family): void {
    if (family.type !== undefined) {
      this.#refuse(`second TYPE line for metric name ${quoted(name)}, or TYPE reported after samples`);
    }
    const from = this.#at;
    this.#restOfLine();
    const type = this.#text.slice(from, this.#at - 1);
    if (!METRIC_TYPES.test(type)) this.#refuse(`unknown metric type ${quoted(type)}`);
    family.type = type.toLowerCase();
  }

  #sample(): void {
    // A name in quotes, in front of the braces or in them.
    if (/[{"]/.test(this.#byte())) {
      this.#restOfLine();
      return;
    }
    const name = this.#take(METRIC_NAME);
    if (name === '') this.#refuse('invalid metric name');
    const { key, family } = this.#family(name);
    family.type ??= 'untyped';
    this.#take(BLANKS);
    if (this.#byte() === '{') {
      this.#at++;
      if (!this.#labels(key, family)) {
        this.#restOfLine();
        return;
      }
    }
    this.#value();
  }

  /** True behind the closing brace, false at a quoted name. */
  #labels(metric: string, { type }: Family): boolean {
    const names = new Set<string>();
    for (;;) {
      this.#take(BLANKS);
      if (this.#byte() === '}') break;
      if (this.#byte() === '"') return false;
      const name = this.#take(LABEL_NAME);
      if (name === '') this.#refuse(`invalid label name for metric ${quoted(metric)}`);
      if (name === '__name__') this.#refuse(`label name ${quoted(name)} is reserved`);
      this.#take(BLANKS);
      if (this.#byte() !== '=') this.#refuse(`expected '=' after label name, found ${this.#quotedByte()}`);
      this.#at++;
      if (names.has(name)) this.#refuse(`duplicate label names for metric ${quoted(metric)}`);
      const isBound = (type === 'summary' && name === 'quantile') || (type === 'histogram' && name === 'le');
      if (!isBound) names.add(name);
      const value = this.#labelValue();
      if (isBound && !isFloat(value)) {
        this.#refuse(`expected float as value for '${name}' label, got ${quoted(value)}`);
      }
      this.#take(BLANKS);
      if (this.#byte() === '}') break;
      if (this.#byte() !== ',') this.#refuse(`unexpected end of label value ${quoted(value)}`);
      this.#at++;
    }
    this.#at++;
    return true;
  }

  #labelValue(): string {
    this.#take(BLANKS);
    if (this.#byte() !== '"') {
      this.#refuse(`expected '"' at start of label value, found ${this.#quotedByte()}`);
    }
    this.#at++;
    let value = '';
    while (this.#byte() !== '"') {
      if (this.#byte() === '\n') this.#refuse(`label value ${quoted(value)} contains unescaped new-line`);
      if (this.#byte() === '\\') {
        this.#at++;
        if (!'"\\n'.includes(this.#byte())) this.#refuse(`invalid escape sequence '\\${this.#byte()}'`);
        value += this.#byte() === 'n' ? '\n' : this.#byte();
      } else value += this.#byte();
      this.#at++;
    }
    this.#at++;
    if (utf8(value) === undefined) this.#refuse(`invalid label value ${quoted(value)}`);
    return value;
  }

  #value(): void {
    this.#take(BLANKS);
    const value = this.#take(WORD);
    if (this.#at >= this.#text.length) this.#byte();
    if (!isFloat(value)) this.#refuse(`expected float as value, got ${quoted(value)}`);
    if (this.#byte() === '\n') {
      this.#restOfLine();
      return;
    }
    this.#take(BLANKS);
    const timestamp = this.#take(WORD);
    if (!isInteger(timestamp)) this.#refuse(`expected integer as timestamp, got ${quoted(timestamp)}`);
    const from = this.#at;
    this.#restOfLine();
    const rest = this.#text.slice(from, this.#at - 1);
    if (rest !== '') this.#refuse(`spurious string after timestamp: ${quoted(rest)}`);
  }

  /** The family that a name belongs to: lines of histograms and summaries have a suffix. */
  #family(name: string): { readonly key: string; readonly family: Family } {
    const suffix = /_(?:bucket|count|sum)$/.exec(name)?.[0] ?? '';
    const base = name.slice(0, name.length - suffix.length);
    const own = this.#families.get(name);
    const owner = suffix === '' ? undefined : this.#families.get(base);
    const takes = owner?.type === 'histogram' || (owner?.type === 'summary' && suffix !== '_bucket');
    if (own === undefined && owner !== undefined && takes) return { key: base, family: owner };
    const family = own ?? { type: undefined, hasHelp: false };
    this.#families.set(name, family);
    return { key: name, family };
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  /** Goes to the start of the next line. */
  #restOfLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
    this.#byte();
    this.#at++;
  }

  #byte(): string {
    return this.#text[this.#at] ?? this.#refuse('unexpected end of input stream');
  }

  #quotedByte(): string {
    return sprintf('%q', [BigInt(this.#byte().charCodeAt(0))]);
  }

  #refuse(reason: string): never {
    throw new ExpositionError(`text format parsing error in line ${this.#line}: ${reason}`);
  }
}

function isBlank(byte: string): boolean {
  return byte === ' ' || byte === '\t';
}

function isFloat(text: string): boolean {
  // Hexadecimal floats and digits in groups are Go's, not those of expositions.
  if (/[pP_]/.test(text)) return false;
  try {
    parseFloatGo(text);
    return true;
  } catch {
    return false;
  }
}

function isInteger(text: string): boolean {
  return /^[-+]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function utf8(letters: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(letters, 'latin1'));
  } catch {
    return undefined;
  }
}

function quoted(letters: string): string {
  return quoteGo(utf8(letters) ?? letters);
}
