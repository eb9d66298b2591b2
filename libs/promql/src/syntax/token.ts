import { quoteGo } from '@narthex/model';
import { AGGREGATION_OPERATORS } from './ast.js';

export type TokenKind =
  | 'end'
  | 'error'
  | 'identifier'
  | 'metricIdentifier'
  | 'number'
  | 'duration'
  | 'string'
  | 'operator'
  | 'aggregator'
  | 'keyword'
  | 'preprocessor'
  | 'punctuation';

/** One word or sign of a query. Offsets are in UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  /** As written; for `error` the message. */
  readonly text: string;
  /** The sign, or the keyword in lower case; empty for names, literals and the end. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const WORDS: Readonly<Record<string, TokenKind>> = Object.assign(
  Object.create(null) as Record<string, TokenKind>,
  {
    ...Object.fromEntries(['and', 'or', 'unless', 'atan2'].map((word) => [word, 'operator'])),
    ...Object.fromEntries(AGGREGATION_OPERATORS.map((word) => [word, 'aggregator'])),
    ...Object.fromEntries(
      [
        'offset',
        'smoothed',
        'anchored',
        'by',
        'without',
        'on',
        'ignoring',
        'group_left',
        'group_right',
        'fill',
        'fill_left',
        'fill_right',
        'bool',
      ].map((word) => [word, 'keyword']),
    ),
    ...Object.fromEntries(
      ['start', 'end', 'step', 'range', 'min_of', 'max_of'].map((word) => [word, 'preprocessor']),
    ),
    inf: 'number',
    nan: 'number',
  },
);

/** The kind of a reserved word, whatever its case; undefined for any other word. */
export function wordKind(word: string): TokenKind | undefined {
  return WORDS[word.toLowerCase()];
}

/** How upstream names a token in an error message. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input';
    case 'identifier':
      return `identifier ${quoteGo(token.text)}`;
    case 'metricIdentifier':
      return `metric identifier ${quoteGo(token.text)}`;
    case 'number':
    case 'duration':
    case 'string':
      return `${token.kind} ${shortQuote(token.text)}`;
    case 'keyword':
      return `<${token.text}>`;
    case 'operator':
      return `<op:${token.text}>`;
    case 'aggregator':
      return `<aggr:${token.text}>`;
    default:
      return shortQuote(token.text);
  }
}

/** The first ten characters in quotes. */
function shortQuote(text: string): string {
  const characters = Array.from(text);
  return characters.length > 10 ? `${quoteGo(characters.slice(0, 10).join(''))}...` : quoteGo(text);
}

/** Reserved words that may also name a metric. */
export function canNameMetric(token: Token): boolean {
  switch (token.kind) {
    case 'identifier':
    case 'metricIdentifier':
    case 'aggregator':
    case 'preprocessor':
      return true;
    case 'operator':
      return token.word === 'and' || token.word === 'or' || token.word === 'unless';
    case 'keyword':
      switch (token.word) {
        case 'bool':
        case 'on':
        case 'ignoring':
        case 'group_left':
        case 'group_right':
          return false;
        default:
          return true;
      }
    default:
      return false;
  }
}

/** Reserved words that may also name a label in a grouping list. */
export function canNameLabel(token: Token): boolean {
  switch (token.kind) {
    case 'identifier':
    case 'metricIdentifier':
    case 'aggregator':
    case 'preprocessor':
    case 'keyword':
      return true;
    case 'operator':
      return /^[a-z]/.test(token.word);
    default:
      return false;
  }
}
