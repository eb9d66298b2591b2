import { ScriptError } from './errors.js';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;

/** What a Go string literal in double, single or back quotes stands for. */
export function unquote(literal: string): string {
  const quote = literal[0];
  if (literal.length < 2 || !'"\'`'.includes(quote ?? ' ') || !literal.endsWith(quote!)) {
    throw new ScriptError(`not a quoted string: ${literal}`);
  }
  const body = literal.slice(1, -1);
  if (quote === '`') return body;
  return body.replace(
    ESCAPE,
    (_, hex?: string, short?: string, long?: string, octal?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
      if (letter !== undefined) return SIMPLE[letter] ?? letter;
      return String.fromCodePoint(parseInt((hex ?? short ?? long)!, 16));
    },
  );
}
