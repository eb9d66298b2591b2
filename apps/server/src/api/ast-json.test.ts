import { expect, test } from '@jest/globals';
import { parseExpression } from '@narthex/promql';
import { astJson } from './ast-json.js';

const a = {
  matchers: [{ name: '__name__', type: '=', value: 'a' }],
  name: 'a',
  offset: 0,
  startOrEnd: null,
  timestamp: null,
  type: 'vectorSelector',
};
const b = { ...a, matchers: [{ name: '__name__', type: '=', value: 'b' }], name: 'b' };

// Right-hand sides from the real server's /parse_query.
test.each<[string, unknown]>([
  ['-(a)', { expr: { expr: a, type: 'parenExpr' }, op: '-', type: 'unaryExpr' }],
  [
    'a[5m:1m] @ end() offset -1m',
    {
      expr: a,
      offset: -60_000,
      range: 300_000,
      startOrEnd: 'end',
      step: 60_000,
      timestamp: null,
      type: 'subquery',
    },
  ],
  ['a[5m] @ start()', { ...a, range: 300_000, startOrEnd: 'start', type: 'matrixSelector' }],
  ['b @ 5', { ...b, timestamp: 5000 }],
  [
    'a > bool ignoring(x) group_right b',
    {
      bool: true,
      lhs: a,
      matching: { card: 'one-to-many', include: [], labels: ['x'], on: false },
      op: '>',
      rhs: b,
      type: 'binaryExpr',
    },
  ],
  [
    'a and b',
    {
      bool: false,
      lhs: a,
      matching: { card: 'many-to-many', include: [], labels: [], on: false },
      op: 'and',
      rhs: b,
      type: 'binaryExpr',
    },
  ],
  [
    'a / 2',
    {
      bool: false,
      lhs: a,
      matching: null,
      op: '/',
      rhs: { type: 'numberLiteral', val: '2' },
      type: 'binaryExpr',
    },
  ],
  ['"s"', { type: 'stringLiteral', val: 's' }],
  ['1h30m', { type: 'numberLiteral', val: '5400' }],
  [
    'topk(5, a)',
    {
      expr: a,
      grouping: [],
      op: 'topk',
      param: { type: 'numberLiteral', val: '5' },
      type: 'aggregation',
      without: false,
    },
  ],
  [
    'sum without(c) (a)',
    { expr: a, grouping: ['c'], op: 'sum', param: null, type: 'aggregation', without: true },
  ],
  [
    'rate(a[5m])',
    {
      args: [{ ...a, range: 300_000, type: 'matrixSelector' }],
      func: { argTypes: ['matrix'], name: 'rate', returnType: 'vector', variadic: 0 },
      type: 'call',
    },
  ],
  ['{__name__="a"}', { ...a, name: '' }],
])('%s', (query, expected) => {
  expect(astJson(parseExpression(query))).toEqual(expected);
});
