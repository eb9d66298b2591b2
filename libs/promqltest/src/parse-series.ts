import { Labels, METRIC_NAME } from '@narthex/model';
import { ScriptError } from './errors.js';
import { parsePoints } from './parse-points.js';
import { type ScriptSeries } from './script.js';

/** Reads `metric{label="value"} points…`; the name may be missing or stand quoted inside the braces. */
export function parseSeries(line: string): ScriptSeries {
  const cursor = new Cursor(line);
  const entries: [string, string][] = [];
  const name = cursor.take(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
  if (name !== undefined) entries.push([METRIC_NAME, name]);
  if (cursor.take(/\{(?!\{)\s*/y) !== undefined) {
    while (cursor.take(/\}/y) === undefined) {
      entries.push(readLabel(cursor));
      if (cursor.take(/\s*,\s*/y) === undefined && !cursor.looksAt('}')) {
        throw new ScriptError(`labels of a series end in "${cursor.rest()}"`);
      }
      cursor.take(/\s+/y);
    }
  } else if (name === undefined) {
    throw new ScriptError(`"${line}" is no series`);
  }
  return { labels: Labels.of(entries), points: parsePoints(cursor.rest()) };
}

function readLabel(cursor: Cursor): [string, string] {
  const quoted = cursor.quoted();
  const name = quoted ?? cursor.take(/[a-zA-Z_:.][a-zA-Z0-9_:.]*/y);
  if (name === undefined) throw new ScriptError(`no label at "${cursor.rest()}"`);
  if (cursor.take(/\s*=\s*/y) === undefined) {
    if (quoted === undefined) throw new ScriptError(`label ${name} has no value`);
    return [METRIC_NAME, quoted];
  }
  const value = cursor.quoted();
  if (value === undefined) throw new ScriptError(`the value of label ${name} stands in quotes`);
  return [name, value];
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** The text of a quoted string with Go's escapes; backquotes take everything as it is. */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replace(
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2})|(.))/g,
    (_all, four?: string, eight?: string, two?: string, single?: string) => {
      const code = four ?? eight ?? two;
      if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
      return ESCAPES[single ?? ''] ?? single ?? '';
    },
  );
}

class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Moves behind what the sticky pattern matches here; undefined when it does not. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  quoted(): string | undefined {
    const literal = this.take(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/y);
    return literal === undefined ? undefined : unquote(literal);
  }

  looksAt(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  rest(): string {
    return this.#text.slice(this.#at);
  }
}
