import {
  type Binary,
  type BinaryOperator,
  type Expression,
  isSetOperator,
  typeOf,
  type VectorMatching,
} from './ast.js';
import { parseGrouping } from './parse-grouping.js';
import { numberOf } from './parse-literal.js';
import { type ParserOptions } from './parser-options.js';
import { startsExpression, type TokenStream } from './token-stream.js';

export interface BinaryModifiers {
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

/** Reads `bool`, `on`, `ignoring`, `group_left`, `group_right`, `fill` and its like, behind an operator. */
export function parseBinaryModifiers(tokens: TokenStream, options: ParserOptions): BinaryModifiers {
  const returnBool = tokens.accept('bool');
  let matching: VectorMatching = { cardinality: 'one-to-one', labels: [], on: false, include: [] };
  if (tokens.is('on') || tokens.is('ignoring')) {
    const on = tokens.take().word === 'on';
    matching = { ...matching, on, labels: parseGrouping(tokens) };
    if (tokens.is('group_left') || tokens.is('group_right')) {
      const cardinality = tokens.take().word === 'group_left' ? 'many-to-one' : 'one-to-many';
      const lists = tokens.is('(') || !(startsExpression(tokens) || startsFill(tokens));
      matching = { ...matching, cardinality, include: lists ? parseGrouping(tokens) : [] };
    }
  }
  return { returnBool, matching: { ...matching, ...parseFill(tokens, options) } };
}

export function newBinary(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  { returnBool, matching }: BinaryModifiers,
): Binary {
  const isScalar = typeOf(left) === 'scalar' && typeOf(right) === 'scalar';
  const many = isSetOperator(operator) && matching.cardinality === 'one-to-one';
  return {
    kind: 'binary',
    operator,
    left,
    right,
    returnBool,
    matching: many ? { ...matching, cardinality: 'many-to-many' } : matching,
    valueType: isScalar ? 'scalar' : 'vector',
    position: { start: left.position.start, end: right.position.end },
  };
}

function startsFill(tokens: TokenStream): boolean {
  return ['fill', 'fill_left', 'fill_right'].some((word) => tokens.is(word));
}

function parseFill(tokens: TokenStream, options: ParserOptions): { fillLeft?: number; fillRight?: number } {
  const start = tokens.current.start;
  const fill: { fillLeft?: number; fillRight?: number } = {};
  if (tokens.accept('fill')) fill.fillLeft = fill.fillRight = parseFillValue(tokens);
  else if (tokens.accept('fill_left')) {
    fill.fillLeft = parseFillValue(tokens);
    if (tokens.accept('fill_right')) fill.fillRight = parseFillValue(tokens);
  } else if (tokens.accept('fill_right')) {
    fill.fillRight = parseFillValue(tokens);
    if (tokens.accept('fill_left')) fill.fillLeft = parseFillValue(tokens);
  } else return fill;
  if (options.fillModifiers !== true)
    tokens.fail(start, 'binop fill modifiers are experimental and not enabled');
  return fill;
}

function parseFillValue(tokens: TokenStream): number {
  tokens.expect('(');
  const sign = tokens.is('-') ? -1 : 1;
  if (tokens.is('-') || tokens.is('+')) tokens.take();
  if (tokens.current.kind !== 'number') tokens.unexpected();
  const value = sign * numberOf(tokens, tokens.take());
  tokens.expect(')');
  return value;
}
