import { formatFloat } from '@narthex/model';
import {
  type DurationExpression,
  type Expression,
  type MatrixSelector,
  type Subquery,
  type TimeModifiers,
  type VectorSelector,
} from './ast.js';
import { parseBracketDuration, parseOffsetDuration } from './parse-duration.js';
import { durationSecondsOf, numberOf } from './parse-literal.js';
import { type ParserOptions } from './parser-options.js';
import { type TokenStream } from './token-stream.js';

/** Reads what may stand behind an operand: `[…]`, `offset`, `@`, `anchored`, `smoothed`. */
export function parsePostfix(tokens: TokenStream, options: ParserOptions, operand: Expression): Expression {
  let expression = operand;
  for (;;) {
    if (tokens.is('[')) expression = parseBrackets(tokens, options, expression);
    else if (tokens.is('offset')) expression = parseOffset(tokens, options, expression);
    else if (tokens.is('@')) expression = parseAt(tokens, expression);
    else if (tokens.is('anchored') || tokens.is('smoothed'))
      expression = parseExtension(tokens, options, expression);
    else return expression;
  }
}

function parseBrackets(tokens: TokenStream, options: ParserOptions, expression: Expression): Expression {
  const bracket = tokens.take();
  const range = parseBracketDuration(tokens, options, {
    context: 'subquery or range selector',
    expected: 'number, duration, step(), or range()',
  });
  if (tokens.is(']')) {
    const end = tokens.take().end;
    return newMatrixSelector(tokens, expression, range, bracket.start, end);
  }
  if (!tokens.is(':')) tokens.unexpected('subquery or range', '":" or "]"');
  tokens.take();
  const step = tokens.is(']')
    ? undefined
    : parseBracketDuration(tokens, options, {
        context: 'subquery selector',
        expected: 'number, duration, step(), range(), or "]"',
      });
  if (!tokens.is(']')) tokens.unexpected('subquery selector', '"]"');
  tokens.take();
  const subquery: Subquery = {
    kind: 'subquery',
    expression,
    ...literalOrExpression('range', range),
    ...literalOrExpression('step', step),
    offsetMs: 0,
    offsetExpression: undefined,
    timestampMs: undefined,
    startOrEnd: undefined,
    position: { start: expression.position.start, end: tokens.lastEnd },
  };
  return subquery;
}

type Field = 'range' | 'step';
type DurationFields<F extends Field> = Record<`${F}Ms`, number> &
  Record<`${F}Expression`, DurationExpression | undefined>;

/** A plain literal becomes milliseconds; anything else is worked out when the query runs. */
function literalOrExpression<F extends Field>(
  field: F,
  duration: DurationExpression | undefined,
): DurationFields<F> {
  const literal = duration?.kind === 'durationNumber' ? Math.round(duration.seconds * 1000) : 0;
  const computed = duration?.kind === 'durationNumber' ? undefined : duration;
  return { [`${field}Ms`]: literal, [`${field}Expression`]: computed } as DurationFields<F>;
}

function newMatrixSelector(
  tokens: TokenStream,
  expression: Expression,
  range: DurationExpression,
  bracketStart: number,
  end: number,
): MatrixSelector {
  if (expression.kind !== 'vectorSelector')
    tokens.fail(bracketStart, 'ranges only allowed for vector selectors');
  if (hasOffset(expression)) tokens.fail(bracketStart, 'no offset modifiers allowed before range');
  if (hasTimestamp(expression)) tokens.fail(bracketStart, 'no @ modifiers allowed before range');
  return {
    kind: 'matrixSelector',
    selector: expression,
    ...literalOrExpression('range', range),
    position: { start: expression.position.start, end },
  };
}

function parseOffset(tokens: TokenStream, options: ParserOptions, expression: Expression): Expression {
  tokens.take();
  const duration = parseOffsetDuration(tokens, options);
  // Behind parentheses upstream looks ahead: what cannot be read there comes first.
  if (tokens.current.kind === 'error' && tokens.last?.word === ')') tokens.unexpected();
  const modifiers =
    duration.kind === 'durationNumber'
      ? { offsetMs: Math.round(duration.seconds * 1000), offsetExpression: undefined }
      : { offsetMs: 0, offsetExpression: duration };
  return modify(
    tokens,
    expression,
    'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    (present) => {
      if (hasOffset(present)) tokens.fail(expression.position.start, 'offset may not be set multiple times');
      return modifiers;
    },
  );
}

function parseAt(tokens: TokenStream, expression: Expression): Expression {
  tokens.take();
  const modifiers = parseTimestamp(tokens, expression);
  return modify(
    tokens,
    expression,
    '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    (present) => {
      if (hasTimestamp(present))
        tokens.fail(expression.position.start, '@ <timestamp> may not be set multiple times');
      return modifiers;
    },
  );
}

function parseTimestamp(tokens: TokenStream, expression: Expression): Partial<TimeModifiers> {
  if (tokens.is('start') || tokens.is('end')) {
    const startOrEnd = tokens.take().word === 'start' ? 'start' : 'end';
    if (!tokens.is('(')) tokens.unexpected('@', 'timestamp');
    tokens.take();
    if (!tokens.is(')')) tokens.unexpected('@', 'timestamp');
    tokens.take();
    return { startOrEnd };
  }
  const sign = tokens.is('-') ? -1 : 1;
  if (tokens.is('-') || tokens.is('+')) tokens.take();
  const token = tokens.current;
  if (token.kind !== 'number' && token.kind !== 'duration') tokens.unexpected('@', 'timestamp');
  tokens.take();
  const seconds =
    sign * (token.kind === 'number' ? numberOf(tokens, token) : durationSecondsOf(tokens, token));
  if (!(Math.abs(seconds) < 2 ** 63)) {
    const shown = Number.isFinite(seconds) ? seconds.toFixed(6) : formatFloat(seconds);
    tokens.fail(expression.position.start, `timestamp out of bounds for @ modifier: ${shown}`);
  }
  return { timestampMs: Math.round(seconds * 1000) };
}

function hasOffset(modifiers: TimeModifiers): boolean {
  return modifiers.offsetMs !== 0 || modifiers.offsetExpression !== undefined;
}

function hasTimestamp(modifiers: TimeModifiers): boolean {
  return modifiers.timestampMs !== undefined || modifiers.startOrEnd !== undefined;
}

/** Sets modifiers of a selector or subquery, which a further modifier may follow. */
function modify(
  tokens: TokenStream,
  expression: Expression,
  misplaced: string,
  change: (present: TimeModifiers) => Partial<TimeModifiers>,
): Expression {
  const position = { start: expression.position.start, end: tokens.lastEnd };
  switch (expression.kind) {
    case 'vectorSelector':
    case 'subquery':
      return { ...expression, ...change(expression), position };
    case 'matrixSelector':
      return {
        ...expression,
        selector: { ...expression.selector, ...change(expression.selector) },
        position,
      };
    default:
      tokens.fail(expression.position.start, misplaced);
  }
}

function parseExtension(tokens: TokenStream, options: ParserOptions, expression: Expression): Expression {
  const word = tokens.take().word as 'anchored' | 'smoothed';
  const { start } = expression.position;
  if (options.extendedRangeSelectors !== true) {
    tokens.fail(start, `${word} modifier is experimental and not enabled`);
  }
  const extend = (selector: VectorSelector): VectorSelector => {
    if (word === 'anchored' ? selector.smoothed : selector.anchored) {
      tokens.fail(start, 'anchored and smoothed modifiers cannot be used together');
    }
    return { ...selector, [word]: true };
  };
  switch (expression.kind) {
    case 'vectorSelector':
      return extend(expression);
    case 'matrixSelector':
      return { ...expression, selector: extend(expression.selector) };
    case 'subquery':
      return tokens.fail(start, `${word} modifier is not supported for subqueries`);
    default:
      return tokens.fail(start, `${word} modifier not implemented`);
  }
}
