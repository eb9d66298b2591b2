import { describe, expect, test } from '@jest/globals';
import { parseExpression } from './parser.js';
import { prettyExpression } from './pretty.js';

const long = 'a_metric_with_a_name_so_long_that_two_of_them_never_go_into_one_line';

describe('expressions over several lines', () => {
  test.each([
    ['sum(rate(x[5m]))', 'sum(rate(x[5m]))'],
    [`${long} + ${long}`, `  ${long}\n+\n  ${long}`],
    [
      `sum by (a) (${long} / on (b) group_left () ${long})`,
      `sum by (a) (\n    ${long}\n  / on (b) group_left ()\n    ${long}\n)`,
    ],
    [`topk(3, ${long} + ${long})`, `topk(\n  3,\n    ${long}\n  +\n    ${long}\n)`],
    [`-(${long} + ${long})`, `-(\n    ${long}\n  +\n    ${long}\n)`],
    [
      `label_replace(${long}, "destination_label", "$1-replacement", "source", "(.*)")`,
      `label_replace(\n  ${long},\n  "destination_label",\n  "$1-replacement",\n  "source",\n  "(.*)"\n)`,
    ],
  ])('%s', (query, text) => {
    expect(prettyExpression(parseExpression(query))).toBe(text);
  });
});
