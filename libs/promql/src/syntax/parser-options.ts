import { type Expression } from './ast.js';
import { type TokenStream } from './token-stream.js';

/** Which parts of the language are on. What is not given is off. */
export interface ParserOptions {
  readonly experimentalFunctions?: boolean;
  readonly durationExpressions?: boolean;
  /** `anchored` and `smoothed`. */
  readonly extendedRangeSelectors?: boolean;
  /** `fill`, `fill_left`, `fill_right`. */
  readonly fillModifiers?: boolean;
}

/** Reads an expression up to where it ends: given to the parts that hold expressions themselves. */
export type ExpressionParser = (tokens: TokenStream, options: ParserOptions) => Expression;
