import { statSync } from 'node:fs';
import { FlagValueError } from './errors.js';
import { type FlagDescription, type FlagSpec, listFlag, parsedFlag } from './flags.js';
import { parseGoDuration } from './go-duration.js';

/** Milliseconds, written as Go writes durations. */
export function durationFlag(defaultText: string, described: FlagDescription): FlagSpec<number> {
  return parsedFlag(defaultText, parseGoDuration, described);
}

/** A flag that may be left out: then its value is undefined. */
export function optionalFlag<T>(
  parse: (text: string) => T,
  described: FlagDescription,
): FlagSpec<T | undefined> {
  const parseLast = (texts: readonly string[]): T => valueOf(parse, texts[texts.length - 1] ?? '');
  return { kind: 'single', default: undefined, defaultText: '', parse: parseLast, ...described };
}

/** `KEY=VALUE`, repeated; a later one of the same key wins. */
export function mapFlag(
  defaults: readonly string[],
  described: FlagDescription,
): FlagSpec<ReadonlyMap<string, string>> {
  const parse = (texts: readonly string[]): ReadonlyMap<string, string> => new Map(texts.map(keyAndValue));
  return { ...listFlag(defaults, described), default: parse(defaults), parse };
}

function keyAndValue(text: string): readonly [string, string] {
  const match = /^(.*?)[:=](.*)$/s.exec(text);
  if (match === null) throw new FlagValueError(`expected KEY=VALUE got '${text}'`);
  return [match[1]!, match[2]!];
}

/** A whole number of 64 bits, with the words of Go's strconv when it is none. What a double cannot hold is rounded. */
export function parseInt64(text: string): number {
  if (!/^[+-]?(0|[1-9]\d*|0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/.test(text)) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const digits = BigInt(text.replace(/^[+-]/, '').replace(/^0(?=\d)/, '0o'));
  const value = text.startsWith('-') ? -digits : digits;
  if (BigInt.asIntN(64, value) !== value) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return Number(value);
}

/** The path of a file that is there, or an Error with upstream's words. */
export function parseExistingFile(text: string): string {
  const stat = statSync(text, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`path '${text}' does not exist`);
  if (stat.isDirectory()) throw new Error(`'${text}' is a directory`);
  return text;
}

/** Turns what a parser throws into a {@link FlagValueError}. */
export function valueOf<T>(parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (cause) {
    throw new FlagValueError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
