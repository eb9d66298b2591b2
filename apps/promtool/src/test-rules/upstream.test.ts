import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasOriginal, runOriginal } from '../testing/original.js';
import { runPromtool } from '../testing/run-promtool.js';
import { TEST_FILES } from './testing/test-files.js';

/*
 * Unit tests of rules, run by ours and by the original. Needs the folder of its programs.
 */

const describeWithPeers = hasOriginal ? describe : describe.skip;
const work = temporaryFolder('promtool-test-rules');
const path = (name: string): string => join(work.path, name);
afterAll(() => work.remove());
beforeAll(() => {
  for (const [name, text] of Object.entries(TEST_FILES)) writeFileSync(path(name), text);
});

describeWithPeers('test rules', () => {
  test.each([
    [['all.yml']],
    [['--diff', 'all.yml']],
    [['--run=^fir', 'all.yml', 'passing.yml']],
    [['--run=nothing', 'all.yml']],
    [['passing.yml']],
    [['unknown-field.yml', 'bad-rules.yml', 'nameless.yml', 'repeated-order.yml', 'no-rules.yml']],
    [['fuzzy.yml', 'exact.yml']],
    [['failing-rule.yml']],
    [['differing.yml']],
    [['--diff', 'differing.yml']],
    [['--ignore-unknown-fields', 'extended.yml']],
    [['extended.yml']],
    [['empty.yml', 'replaced.yml']],
  ])('%j', async (words) => {
    const argv = ['test', 'rules', ...words.map((word) => (word.startsWith('-') ? word : path(word)))];
    const [ours, theirs] = await Promise.all([runPromtool(argv), runOriginal(argv)]);
    expect(ours).toEqual(theirs);
  });

  test('--debug', async () => {
    const argv = ['test', 'rules', '--debug', path('passing.yml')];
    const [ours, theirs] = await Promise.all([runPromtool(argv), runOriginal(argv)]);
    const untimed = (text: string): string => text.replace(/took .*/g, 'took');
    expect({ ...ours, out: untimed(ours.out) }).toEqual({ ...theirs, out: untimed(theirs.out) });
  });

  test('--junit', async () => {
    const report = async (run: typeof runOriginal, name: string): Promise<string> => {
      const files = ['all.yml', 'passing.yml', 'unknown-field.yml'].map(path);
      await run(['test', '--junit', path(name), 'rules', ...files]);
      return readFileSync(path(name), 'utf8').replace(/timestamp="[^"]+"/g, 'timestamp');
    };
    expect(await report((argv) => runPromtool(argv), 'ours.xml')).toBe(
      await report(runOriginal, 'theirs.xml'),
    );
  });
});
