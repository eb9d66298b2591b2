import { describe, expect, test } from '@jest/globals';
import { parseExpression } from '../syntax/parser.js';
import { buildPlan } from './build.js';
import { addHints } from './hints.js';
import { markHistogramStats } from './histogram-stats.js';
import { planChildren, type PlanNode, type Selection } from './plan.js';
import { shareSelections } from './share-selections.js';

const MINUTE = 60_000;
const TIMES = { startMs: 60 * MINUTE, endMs: 70 * MINUTE, stepMs: MINUTE };

function planned(query: string): { plan: PlanNode; selections: readonly Selection[] } {
  const options = { experimentalFunctions: true, durationExpressions: true };
  const plan = buildPlan(parseExpression(query, options), { ...TIMES, defaultSubqueryStepMs: MINUTE });
  addHints(plan, TIMES, 5 * MINUTE);
  markHistogramStats(plan);
  return { plan, selections: shareSelections(plan) };
}

/** The times of each selection, in minutes. */
function minutes(query: string): string[] {
  return planned(query).selections.map(({ hints: { startMs, endMs, rangeMs } }) =>
    [startMs - 1, endMs, rangeMs].map((ms) => ms / MINUTE).join(' '),
  );
}

describe('a selection reads what its steps can see', () => {
  test.each([
    ['a', ['55 70 0']],
    ['a offset 10m', ['45 60 0']],
    ['a offset -10m', ['65 80 0']],
    ['a @ 600', ['5 10 0']],
    ['a @ end() offset 1m', ['64 69 0']],
    ['rate(a[10m])', ['50 70 10']],
    ['rate(a[step() * 3])', ['57 70 3']],
    ['max_over_time(a[20m:5m])', ['35 70 0']],
    ['max_over_time(rate(a[2m])[20m:5m] offset 3m)', ['35 67 2']],
    ['1 + 2', []],
  ])('%s', (query, expected) => {
    expect(minutes(query)).toEqual(expected);
  });
});

describe('equal selections are one', () => {
  test.each([
    ['a / a', 1],
    ['a{x="1", y="2"} + a{y="2", x="1"}', 1],
    ['rate(a[5m]) + rate(a[5m])', 1],
    ['a + a offset 5m', 2],
    ['a + b', 2],
    ['a{x="1"} + a{x!="1"}', 2],
  ])('%s', (query, count) => {
    expect(planned(query).selections).toHaveLength(count);
  });
});

describe('the hints name the function right around', () => {
  test.each([
    ['rate(a[5m])', { func: 'rate', grouping: [], by: false }],
    ['sum by (x, b) (a)', { func: 'sum', grouping: ['b', 'x'], by: true }],
    ['sum without (x) (a)', { func: 'sum', grouping: ['x'], by: false }],
    ['sum(rate(a[5m]))', { func: 'rate', grouping: [], by: false }],
    ['a', { func: '', grouping: [], by: false }],
  ])('%s', (query, hints) => {
    expect(planned(query).selections[0]!.hints).toMatchObject(hints);
  });
});

function kindsOf(node: PlanNode): string {
  const inner = planChildren(node).map(kindsOf).join(' ');
  return inner === '' ? node.kind : `${node.kind}(${inner})`;
}

describe('what is the same at every step is marked once, as far out as possible', () => {
  test.each([
    ['a @ 60', 'invariant(instantSelect)'],
    ['sum(rate(a[5m] @ 60)) + b', 'binary(invariant(aggregate(call(rangeSelect))) instantSelect)'],
    ['(a)', 'instantSelect'],
    ['timestamp(a @ 60)', 'call(instantSelect)'],
    ['vector(time())', 'call(call)'],
  ])('%s', (query, kinds) => {
    expect(kindsOf(planned(query).plan)).toBe(kinds);
  });
});

function statsOnly(node: PlanNode): boolean[] {
  if (node.kind === 'instantSelect' || node.kind === 'rangeSelect') return [node.statsOnly];
  return planChildren(node).flatMap(statsOnly);
}

describe('buckets are left out where only count and sum are looked at', () => {
  test.each([
    ['h', [false]],
    ['histogram_count(h)', [true]],
    ['sum(histogram_sum(rate(h[5m])))', [true]],
    ['histogram_avg(h) + h', [true, false]],
    ['histogram_count(h </ 5)', [false]],
    ['histogram_count(increase(h[5m:1m]))', [false]],
    ['histogram_quantile(0.9, h)', [false]],
  ])('%s', (query, expected) => {
    expect(statsOnly(planned(query).plan)).toEqual(expected);
  });
});
