import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, runPromtool } from '../testing/run-promtool.js';
import { TEST_FILES } from './testing/test-files.js';

const work = temporaryFolder('promtool-rule-tests');
const path = (name: string): string => join(work.path, name);
afterAll(() => work.remove());
beforeAll(() => {
  for (const [name, text] of Object.entries(TEST_FILES)) writeFileSync(path(name), text);
});
const run = (...words: string[]): Promise<Ran> =>
  runPromtool(['test', 'rules', ...words.map((word) => (word.startsWith('-') ? word : path(word)))]);

describe('unit tests of rules', () => {
  test.each([['passing.yml'], ['empty.yml'], ['replaced.yml']])('%s passes', async (name) => {
    expect(await run(name)).toEqual({ code: 0, out: '  SUCCESS\n\n', error: '' });
  });

  test('what fails is told with what was expected and what came', async () => {
    const { code, error } = await run('all.yml');
    expect(code).toBe(1);
    expect(error).toContain('  WARNING: no file match pattern ');
    expect(error).toContain(
      '    expr: "job:x:sum", time: 3m,\n        exp: {__name__="job:x:sum", job="a"} 3E+00\n        got: {__name__="job:x:sum", job="a"} 5E+00\n',
    );
    expect(error).toContain(
      '    name: first,\n    alertname: Always, time: 9m, \n        exp:[], \n        got:[\n',
    );
    expect(error).not.toContain('"job:x:sum", time: 4m');
    expect(error).not.toContain('"h", time: 2m');
  });

  test('floats that are neighbours are the same only when asked for', async () => {
    const failures = async (name: string): Promise<number> =>
      (await run(name)).error.split('        exp:').length - 1;
    expect([await failures('fuzzy.yml'), await failures('exact.yml')]).toEqual([3, 4]);
  });

  test('a rule that fails ends the test', async () => {
    const { code, error } = await run('failing-rule.yml');
    expect(code).toBe(1);
    expect(error).toContain(
      '    rule: r, time: 0s, err: vector cannot contain metrics with the same labelset',
    );
  });

  test.each([
    ['"2021-01-01T00:00:00Z"', 1_609_459_200],
    ['1609459200', 1_609_459_200],
  ])('a test may begin at %s', async (start, seconds) => {
    writeFileSync(
      path('start.yml'),
      `tests:\n- start_timestamp: ${start}\n  interval: 1m\n  input_series: [{series: x, values: "1 2"}]\n  promql_expr_test:\n  - {expr: time() + x, eval_time: 1m, exp_samples: [{labels: '{}', value: ${seconds + 62}}]}\n`,
    );
    expect(await run('start.yml')).toEqual({ code: 0, out: '  SUCCESS\n\n', error: '' });
  });

  test('a report for continuous integration', async () => {
    await runPromtool(['test', '--junit', path('report.xml'), 'rules', path('failing-rule.yml')]);
    const report = readFileSync(path('report.xml'), 'utf8');
    expect(report).toMatch(
      /^<testsuites><testsuite name="[^"]*failing-rule.yml" tests="1" failures="1" errors="0" skipped="0" timestamp="[^"]+"><testcase name="unnamed#0"><failure> {4}rule: r, /,
    );
  });

  test('differing alerts in colours', async () => {
    const { error } = await run('--diff', 'differing.yml');
    expect(error).toContain('"a": \u001b[0;33m"z" => "b"\u001b[0m,\n');
    expect(error).toContain('\u001b[0;31m"e": "f"\u001b[0m\n');
    expect(error).toContain('\u001b[0;32m"inst": "1"\u001b[0m,\n');
  });

  test('a pattern for names that is none', async () => {
    const { code, error } = await run('--run=(', 'passing.yml');
    expect(code).toBe(1);
    expect(error).toContain('missing closing )');
  });
});
