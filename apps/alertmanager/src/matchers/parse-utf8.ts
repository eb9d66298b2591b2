import { type MatchType } from '@narthex/model';
import { RegexpError } from '@narthex/regexp';
import { MatcherSyntaxError } from './errors';
import { LabelMatcher } from './label-matcher';
import { MatcherLexer, type Token, type TokenKind } from './utf8-lexer';
import { unquote } from './unquote';

const END = 'end of input';

/**
 * Reads `{a="b", "c d"=~e}`: zero or more matchers, braces optional.
 * @throws MatcherSyntaxError, RegexpError
 */
export function parseMatchersUtf8(input: string): LabelMatcher[] {
  const lexer = new MatcherLexer(input);
  const matchers: LabelMatcher[] = [];
  const braced = lexer.peek().kind === '{';
  if (braced) lexer.next();
  while (lexer.peek().kind !== 'end' && lexer.peek().kind !== '}') {
    matchers.push(parseOne(lexer));
    const next = peek(lexer, 'expected a comma or close brace');
    if (next.kind === 'end' || next.kind === '}') break;
    expect(lexer, [','], 'expected a comma or close brace');
    const following = lexer.peek();
    if (!(['end', '}', 'quoted', 'unquoted'] as TokenKind[]).includes(following.kind)) {
      throw unexpected(following, 'expected a matcher or close brace after comma');
    }
  }
  if (braced) {
    const close = lexer.peek();
    if (close.kind !== '}')
      throw new MatcherSyntaxError(`0:${close.end}: ${described(close)}: expected close brace`);
    lexer.next();
  } else if (lexer.peek().kind === '}') {
    throw new MatcherSyntaxError(`0:${lexer.peek().end}: }: expected opening brace`);
  }
  const rest = lexer.next();
  if (rest.kind !== 'end')
    throw new MatcherSyntaxError(`${rest.start}:${rest.end}: ${rest.text}: expected end of input`);
  return matchers;
}

function parseOne(lexer: MatcherLexer): LabelMatcher {
  const name = unquoteToken(expect(lexer, ['quoted', 'unquoted'], 'expected label name'));
  const operators = "expected an operator such as '=', '!=', '=~' or '!~'";
  const type = expect(lexer, ['=', '!=', '=~', '!~'], operators).kind as MatchType;
  const value = unquoteToken(expect(lexer, ['quoted', 'unquoted'], 'expected label value'));
  try {
    return new LabelMatcher(type, name, value);
  } catch (cause) {
    if (!(cause instanceof RegexpError)) throw cause;
    throw new MatcherSyntaxError(`failed to create matcher: ${cause.message}`, { cause });
  }
}

function expect(lexer: MatcherLexer, kinds: readonly TokenKind[], wanted: string): Token {
  const token = peek(lexer, wanted);
  if (!kinds.includes(token.kind)) throw unexpected(token, wanted);
  return lexer.next();
}

/** A complaint of the lexer says what was wanted in its place, too. */
function peek(lexer: MatcherLexer, wanted: string): Token {
  try {
    return lexer.peek();
  } catch (cause) {
    if (!(cause instanceof MatcherSyntaxError)) throw cause;
    throw new MatcherSyntaxError(`${cause.message}: ${wanted}`, { cause });
  }
}

function unexpected(token: Token, wanted: string): MatcherSyntaxError {
  return new MatcherSyntaxError(`${described(token)}: ${wanted}`);
}

function described(token: Token): string {
  return token.kind === 'end' ? END : `${token.start}:${token.end}: unexpected ${token.text}`;
}

function unquoteToken(token: Token): string {
  if (token.kind === 'unquoted') return token.text;
  const text = unquote(token.text);
  if (text === undefined)
    throw new MatcherSyntaxError(`${token.start}:${token.end}: ${token.text}: invalid input`);
  return text;
}
