import { firstCharacters } from '../format/characters.js';
import { quoteGo } from '../format/quote.js';

export type TokenKind =
  | 'error'
  | 'bool'
  | 'char'
  | 'characterConstant'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelimiter'
  | 'leftParenthesis'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelimiter'
  | 'rightParenthesis'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | 'nil'
  | Keyword;

const keywords = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
] as const;
type Keyword = (typeof keywords)[number];

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in the template's text, in UTF-16 code units. */
  readonly position: number;
  /** The line on which it begins, from 1. */
  readonly line: number;
}

export function isKeyword(word: string): word is Keyword {
  return (keywords as readonly string[]).includes(word);
}

/** A token as Go's parser shows it in errors. */
export function tokenText(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'error') return token.text;
  if (isKeyword(token.kind) || token.kind === 'dot' || token.kind === 'nil') return `<${token.text}>`;
  if (new TextEncoder().encode(token.text).length > 10)
    return `${quoteGo(firstCharacters(token.text, 10))}...`;
  return quoteGo(token.text);
}
