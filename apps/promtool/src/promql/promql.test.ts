import { expect, test } from '@jest/globals';
import { hasOriginal, runOriginal } from '../testing/original.js';
import { runPromtool } from '../testing/run-promtool.js';

const testWithPeers = hasOriginal ? test : test.skip;
const LONG = 'a_metric_with_a_name_so_long_that_two_of_them_never_go_into_one_line';

const CASES: readonly (readonly [words: string[], out: string])[] = [
  [['format', 'sum(rate(x[5m])) by (a)'], 'sum by (a) (rate(x[5m]))\n'],
  [['format', `${LONG}+on(b)${LONG}`], `  ${LONG}\n+ on (b)\n  ${LONG}\n`],
  [
    ['format', `max_over_time(sum(${LONG} + ${LONG})[5m:1m] offset 3m)`],
    `max_over_time(\n  sum(\n      ${LONG}\n    +\n      ${LONG}\n  )[5m:1m] offset 3m\n)\n`,
  ],
  [['label-matchers', 'set', 'sum(a{b="c"} / d)', 'x', 'y"z'], 'sum(a{b="c",x="y\\"z"} / d{x="y\\"z"})\n'],
  [['label-matchers', 'set', '-t', '=~', 'rate(a{b="c"}[5m:])', 'b', 'y.*'], 'rate(a{b=~"y.*"}[5m:])\n'],
  [['label-matchers', 'set', 'a{b="c"}', '__name__', 'z'], 'a{__name__="z",b="c"}\n'],
  [
    ['label-matchers', 'delete', 'a{b="c",d=~"e",b!="f"} + rate(x{b="2"}[5m])', 'b'],
    'a{d=~"e"} + rate(x[5m])\n',
  ],
];

test.each(CASES)('%j', async (words, out) => {
  expect(await runPromtool(['--experimental', 'promql', ...words])).toEqual({ code: 0, out, error: '' });
});

testWithPeers.each(
  [
    ...CASES.map(([words]) => ['--experimental', 'promql', ...words]),
    ['promql', 'format', 'a'],
    ['--experimental', 'promql', 'format', 'sum('],
    ['--experimental', 'promql', 'label-matchers', 'set', '-t', '<', 'a', 'b', 'c'],
    ['--experimental', 'promql', 'label-matchers', 'delete', 'a(', 'b'],
  ].map((argv) => [argv] as const),
)('%j is answered as by the original', async (argv) => {
  expect(await runPromtool(argv)).toEqual(await runOriginal(argv));
});
