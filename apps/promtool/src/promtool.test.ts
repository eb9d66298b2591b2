import { afterAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, runPromtool } from './testing/run-promtool.js';

const run = (...argv: string[]): Promise<Ran> => runPromtool(argv);

describe('test promql', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  function script(name: string, text: string): string {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  }

  const good = script(
    'good.test',
    'load 1m\n  a_total 0+60x10\n\neval instant at 5m rate(a_total[5m])\n  {} 1\n',
  );
  const bad = script(
    'bad.test',
    'load 1m\n  a 1 2\n\neval instant at 1m a\n  a 2\n\neval instant at 1m a + 1\n  {} 4\n\neval_fail instant at 0 a\n\nfrob\n',
  );

  test('what passes', async () => {
    expect(await run('test', 'promql', good)).toEqual({
      code: 0,
      out: `${good}: 1 of 1\n1 passed, 0 failed\n`,
      error: '',
    });
  });

  test('what fails is shown with what was expected and what came', async () => {
    const { code, out } = await run('test', 'promql', good, bad);
    expect(code).toBe(1);
    expect(out).toContain(`${bad}:7: eval instant at 1m a + 1\n    expected {} 4, got {} 3\n`);
    expect(out).toContain(`${bad}:10: eval_fail instant at 0 a\n    expected an error, got none\n`);
    expect(out).toContain(`${bad}:12: frob\n`);
    expect(out).toContain(`${bad}: 1 of 4\n2 passed, 3 failed\n`);
  });

  test('a file that is not there', async () => {
    const { code, out } = await run('test', 'promql', join(folder.path, 'none.test'));
    expect(code).toBe(1);
    expect(out).toContain('ENOENT');
    expect(out).toContain('0 passed, 1 failed\n');
  });
});

describe('the command line', () => {
  test.each([
    [['--help'], 0, 'usage: promtool'],
    [['--version'], 0, 'promtool'],
    [[], 0, 'usage: promtool'],
    [['help', 'tsdb', 'list'], 0, 'usage: promtool tsdb list [<flags>] [<db path>]'],
    [['frobnicate'], 1, 'expected command but got "frobnicate"'],
    [['test'], 1, "must select a subcommand of 'test'"],
    [['test', 'everything'], 1, 'expected command but got "everything"'],
    [['test', 'promql'], 1, "required argument 'file' not provided"],
    [['test', 'promql', '--run', 'x'], 1, "unknown long flag '--run'"],
    [['-x'], 1, "unknown short flag '-x'"],
  ])('%j', async (argv, code, text) => {
    const answer = await run(...argv);
    expect(answer.code).toBe(code);
    expect(answer.out + answer.error).toContain(text);
  });
});
