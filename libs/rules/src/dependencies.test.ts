import { describe, expect, test } from '@jest/globals';
import { evaluationBatches } from './dependencies.js';

describe('evaluationBatches', () => {
  test.each([
    { what: 'nothing in common', rules: ['a = up', 'b = sum(up)', 'c = vector(1)'], batches: [[0, 1, 2]] },
    { what: 'one reads another', rules: ['a = up', 'b = rate(a[5m])', 'c = up'], batches: [[0, 2], [1]] },
    {
      what: 'a chain',
      rules: ['a = up', 'b = a', 'c = sum(b) / a', 'd = c', 'e = up'],
      batches: [[0, 4], [1], [2], [3]],
    },
    { what: 'two that nobody reads', rules: ['a = up', 'b = a', 'c = -a'], batches: [[0], [1, 2]] },
    { what: 'in a subquery', rules: ['a = up', 'b = max_over_time((a + 1)[5m:1m])'], batches: [[0], [1]] },
    { what: 'a rule that reads itself', rules: ['a = a offset 1m', 'b = up'], batches: [[1], [0]] },
    {
      what: 'a name as a matcher',
      rules: ['a = up', 'b = {"a"}', 'c = {__name__="up"}'],
      batches: [[0, 2], [1]],
    },
    { what: 'names by expression', rules: ['job:a = up', 'b = {__name__=~"job:.*"}'], batches: [[0], [1]] },
    { what: 'any name', rules: ['a = up', 'b = {job="x"}', 'c = up'], batches: [[0], [1], [2]] },
    { what: 'the series of alerts', rules: ['a = up', 'b = ALERTS', 'c = up'], batches: [[0], [1], [2]] },
    { what: 'no selector at all', rules: ['a = time()', 'b = 1'], batches: [[0, 1]] },
  ])('$what', ({ rules, batches }) => {
    const parsed = rules.map((rule) => {
      const [name = '', expression = ''] = rule.split(/ = (.*)/);
      return { name, expression };
    });
    expect(evaluationBatches(parsed)).toEqual(batches);
  });
});
