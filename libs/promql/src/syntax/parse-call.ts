import { quoteGo } from '@narthex/model';
import { type Call, type Expression } from './ast.js';
import { FUNCTIONS } from './functions.js';
import { type ExpressionParser, type ParserOptions } from './parser-options.js';
import { startsExpression, type TokenStream } from './token-stream.js';

/** True before a name that is called. */
export function startsCall(tokens: TokenStream): boolean {
  const { kind } = tokens.current;
  return (kind === 'identifier' || kind === 'preprocessor') && tokens.following.word === '(';
}

/** Reads `name(argument, …)`. */
export function parseCall(
  tokens: TokenStream,
  options: ParserOptions,
  parseArgument: ExpressionParser,
): Call {
  const token = tokens.take();
  const args = tokens.nested(() => parseArguments(tokens, options, parseArgument));
  const signature = FUNCTIONS.get(token.text);
  if (signature === undefined) tokens.fail(token.start, `unknown function with name ${quoteGo(token.text)}`);
  if (signature.experimental && options.experimentalFunctions !== true) {
    tokens.fail(token.start, `function ${quoteGo(signature.name)} is not enabled`);
  }
  return { kind: 'call', function: signature, args, position: { start: token.start, end: tokens.lastEnd } };
}

/** Reads the arguments from the opening parenthesis to the closing one. */
export function parseArguments(
  tokens: TokenStream,
  options: ParserOptions,
  parseArgument: ExpressionParser,
): readonly Expression[] {
  tokens.expect('(');
  const args: Expression[] = [];
  if (tokens.accept(')')) return args;
  for (;;) {
    args.push(parseArgument(tokens, options));
    if (tokens.accept(')')) return args;
    if (!tokens.is(',')) tokens.unexpected();
    const comma = tokens.take();
    if (!startsExpression(tokens))
      tokens.fail(comma.start, 'trailing commas not allowed in function call args');
  }
}
