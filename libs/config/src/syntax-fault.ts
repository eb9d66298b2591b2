import { type ErrorCode } from 'yaml';

/** Where libyaml, which upstream uses, would stop, and in which words. */
export interface SyntaxFault {
  readonly words: string;
  /** Into the text. */
  readonly offset: number;
  /** Where what it was reading began; undefined where that is told by nobody. */
  readonly context?: number | undefined;
  /**
   * Which half of libyaml notices: what its parser says is told with the number of the line before, as upstream counts,
   * and nothing that happens on the first line has a number.
   */
  readonly by: 'scanner' | 'parser';
}

interface YamlFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly pos: readonly [number, number];
}

const VALUES = 'mapping values are not allowed in this context';
const NO_COLON = "could not find expected ':'";
const NO_KEY = 'did not find expected key';
const NO_DASH = "did not find expected '-' indicator";
const NO_CONTENT = 'did not find expected node content';
const NO_TOKEN = 'found character that cannot start any token';

const scanner = (words: string, offset: number, context?: number): SyntaxFault => ({
  words,
  offset,
  context,
  by: 'scanner',
});
const parser = (words: string, offset: number, context?: number): SyntaxFault => ({
  words,
  offset,
  context,
  by: 'parser',
});

/** What our YAML parser found, as libyaml would tell it; in our parser's words where the two have nothing in common. */
export function syntaxFault(errors: readonly YamlFault[], text: string): SyntaxFault | undefined {
  const [error] = errors;
  if (error === undefined) return undefined;
  const { code, message, pos } = error;
  const [at, end] = pos;
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY': {
      if (/^\?\s/.test(text.slice(at))) return scanner('mapping keys are not allowed in this context', at);
      // A mapping nested by mistake is noticed at its colon, which may stand a line below where its key seems to begin.
      return scanner(VALUES, errors.find((other) => other.code === 'MULTILINE_IMPLICIT_KEY')?.pos[1] ?? at);
    }
    case 'MULTILINE_IMPLICIT_KEY':
      return multilineKey(errors, text, at, end);
    case 'BLOCK_IN_FLOW':
      return parser(NO_CONTENT, at);
    case 'TAB_AS_INDENT':
      return /(?::|^|-|\?)\s*$/.test(text.slice(0, at))
        ? scanner(NO_TOKEN, at)
        : scanner('found a tab character that violates indentation', at, lastScalar(text, at));
    case 'BAD_SCALAR_START':
      return text[at] === '%' && columnOf(text, at) === 0
        ? scanner('found unknown directive name', at)
        : scanner(NO_TOKEN, at);
    case 'BAD_ALIAS':
      return scanner('did not find expected alphabetic or numeric character', at);
    case 'ALIAS_PROPS':
      return parser(NO_KEY, at, mappingStart(text, at));
    case 'BAD_DQ_ESCAPE':
      return /^\\[xuU]/.test(text.slice(at))
        ? scanner('did not find expected hexdecimal number', at)
        : scanner('found unknown escape character', at);
    case 'KEY_OVER_1024_CHARS':
      return scanner(NO_COLON, at);
    case 'TAG_RESOLVE_FAILED':
      return message.startsWith('Verbatim')
        ? scanner("did not find the expected '>'", at)
        : parser('found undefined tag handle', at);
    case 'BAD_INDENT':
      return badIndent(message, text, at);
    case 'UNEXPECTED_TOKEN':
      return unexpectedToken(message, text, at);
    case 'MISSING_CHAR':
      return missingCharacter(message, text, at, end);
    default:
      return scanner(message, at);
  }
}

function multilineKey(errors: readonly YamlFault[], text: string, at: number, end: number): SyntaxFault {
  const isItem = /^-\s/.test(text.slice(at));
  if (errors.some(({ code }) => code === 'BLOCK_IN_FLOW')) {
    return isItem
      ? parser(NO_CONTENT, at)
      : parser(`did not find expected ',' or '}'`, end - 1, openBracket(text, at));
  }
  if (isItem) return parser(NO_KEY, at, mappingStart(text, at));
  return isSiblingKey(text, at) ? scanner(NO_COLON, end, at) : scanner(VALUES, end);
}

function badIndent(message: string, text: string, at: number): SyntaxFault {
  const closing = /end with a ([\]}])/.exec(message)?.[1];
  if (closing !== undefined) return unclosed(text, at, closing);
  return message.includes('sequence items') ? noDash(text, at) : noKey(text, at);
}

/** A bracket that is not closed: what is missed depends on what stands last behind it. */
function unclosed(text: string, at: number, closing: string): SyntaxFault {
  if (/[[{,]\s*$/.test(text.slice(0, at))) return parser(NO_CONTENT, at);
  return parser(`did not find expected ',' or '${closing}'`, at, openBracket(text, at));
}

function noKey(text: string, at: number): SyntaxFault {
  return parser(NO_KEY, at, mappingStart(text, at));
}

function noDash(text: string, at: number): SyntaxFault {
  return parser(NO_DASH, at, listStart(text, at));
}

function unexpectedToken(message: string, text: string, at: number): SyntaxFault {
  if (message.startsWith('Block scalar header')) {
    return /^[|>][-+]?0/.test(text.slice(at - 1))
      ? scanner('found an indentation indicator equal to 0', at)
      : scanner('did not find expected comment or line break', at);
  }
  if (message.includes('block-seq-ind on same line')) {
    return scanner('block sequence entries are not allowed in this context', at);
  }
  if (message.startsWith('Unexpected , in flow')) return parser(NO_CONTENT, at);
  if (/^[\]}]/.test(text.slice(at)) && /[:,-]\s*$/.test(text.slice(0, at))) return parser(NO_CONTENT, at);
  const line = lineAround(text, at);
  return /^\s*$/.test(line.before) && isBesideItems(text, at) ? noDash(text, at) : noKey(text, at);
}

function missingCharacter(message: string, text: string, at: number, end: number): SyntaxFault {
  if (message.startsWith('Sequence item without')) {
    return isIndentless(text, at) ? noKey(text, at) : noDash(text, at);
  }
  const closing = /must end with a ([\]}])/.exec(message)?.[1];
  if (closing !== undefined) return unclosed(text, at, closing);
  if (message.includes('flow sequence')) return parser("did not find expected ',' or ']'", at);
  if (message.includes('flow map')) return parser("did not find expected ',' or '}'", at);
  if (message.startsWith('Implicit map keys')) return scanner(NO_COLON, skipBlanks(text, end), at);
  if (message.includes('closing')) {
    const quote = message.includes("'") ? "'" : '"';
    return scanner('found unexpected end of stream', text.length, text.lastIndexOf(quote));
  }
  return scanner(message, at);
}

function skipBlanks(text: string, offset: number): number {
  return offset + (/^\s*/.exec(text.slice(offset))?.[0].length ?? 0);
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function lineAround(
  text: string,
  offset: number,
): { readonly before: string; readonly above: readonly string[] } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const above = text.slice(0, start).split('\n').slice(0, -1).reverse();
  return { before: text.slice(start, offset), above: above.filter((line) => /^\s*[^\s#]/.test(line)) };
}

/** The column at which the content of a line begins, behind the dashes of list items. */
function contentColumn(line: string): number {
  return /^(?:\s|-(?=\s))*/.exec(line)?.[0].length ?? 0;
}

/** Whether a key of the same mapping stands above. */
function isSiblingKey(text: string, offset: number): boolean {
  const column = columnOf(text, offset);
  const nearest = lineAround(text, offset).above.find((line) => contentColumn(line) <= column);
  return nearest !== undefined && contentColumn(nearest) === column;
}

/** Whether the nearest line above that is no deeper is an item of a list at that very column. */
function isBesideItems(text: string, offset: number): boolean {
  const column = columnOf(text, offset);
  const nearest = lineAround(text, offset).above.find((line) => line.search(/\S/) <= column);
  return nearest?.search(/\S/) === column && /^\s*-\s/.test(nearest);
}

/** Whether the list that the line should go on with stands at the column of its own key. */
function isIndentless(text: string, offset: number): boolean {
  const { above } = lineAround(text, offset);
  const item = above.find(
    (line) => /^\s*-\s/.test(line) && line.search(/\S/) < columnOf(text, skipBlanks(text, offset)),
  );
  if (item === undefined) return false;
  const column = item.search(/\S/);
  const key = above
    .slice(above.indexOf(item))
    .find((line) => !/^\s*-\s/.test(line) && contentColumn(line) <= column);
  return key !== undefined && contentColumn(key) === column;
}

/** Where the plain text above an offset begins. */
function lastScalar(text: string, offset: number): number {
  return text.slice(0, offset).trimEnd().search(/\S+$/);
}

/** The innermost bracket that is open at an offset; quoted brackets count, too, which misleads by a line at most. */
function openBracket(text: string, offset: number): number | undefined {
  let closed = 0;
  for (let at = offset - 1; at >= 0; at--) {
    if (/[\]}]/.test(text[at] ?? '')) closed++;
    else if (/[[{]/.test(text[at] ?? '') && closed-- === 0) return at;
  }
  return undefined;
}

/** Where the mapping begins that goes on, or should, at a place; lines further in belong to what it holds. */
function mappingStart(text: string, offset: number): number | undefined {
  return blockStart(text, offset, contentColumn, (line) => /^\s*-\s/.test(line));
}

/** Likewise of a list. */
function listStart(text: string, offset: number): number | undefined {
  const dashColumn = (line: string): number =>
    /^\s*-\s/.test(line) ? line.search(/\S/) : contentColumn(line);
  return blockStart(text, offset, dashColumn, () => false);
}

function blockStart(
  text: string,
  offset: number,
  columnIn: (line: string) => number,
  beginsAnew: (line: string) => boolean,
): number | undefined {
  const column = columnOf(text, skipBlanks(text, offset));
  const lines = text
    .slice(0, text.lastIndexOf('\n', offset - 1) + 1)
    .split('\n')
    .slice(0, -1);
  let end = text.lastIndexOf('\n', offset - 1) + 1;
  let start: number | undefined;
  let own: number | undefined;
  for (const line of lines.reverse()) {
    end -= line.length + 1;
    if (!/^\s*[^\s#]/.test(line)) continue;
    const at = columnIn(line);
    if (own === undefined && at >= column && column > 0) continue;
    own ??= at;
    if (at < own) return start;
    if (at === own) {
      start = end;
      if (beginsAnew(line)) return start;
    }
  }
  return start;
}
