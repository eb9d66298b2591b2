import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkGlob, matchingFiles } from './index.js';

const folder = temporaryFolder();

beforeAll(() => {
  for (const name of ['rules/a', 'rules/b', 'other']) mkdirSync(join(folder.path, name), { recursive: true });
  for (const name of [
    'x.yml',
    'rules/a/1.yml',
    'rules/b/2.yml',
    'rules/b/.3.yml',
    'rules/b/{4}.yml',
    'other/5.json',
  ]) {
    writeFileSync(join(folder.path, name), '');
  }
});
afterAll(folder.remove);

test.each<[string, string[]]>([
  ['x.yml', ['x.yml']],
  ['none.yml', []],
  ['none/*.yml', []],
  ['*.yml', ['x.yml']],
  ['rules/*/*.yml', ['rules/a/1.yml', 'rules/b/.3.yml', 'rules/b/2.yml', 'rules/b/{4}.yml']],
  ['rules/[^a]/?.yml', ['rules/b/2.yml']],
  ['rules/b/{4}.*', ['rules/b/{4}.yml']],
  ['rules/b/\\{4}.yml', ['rules/b/{4}.yml']],
  ['**/1.yml', []],
])('%s', async (pattern, expected) => {
  const found = await matchingFiles(join(folder.path, '/').concat(pattern));
  expect(found).toEqual(expected.map((name) => join(folder.path, name)));
});

test.each(['a[', 'a[]b', 'x/a[.yml', 'a\\'])('%s is broken', (pattern) => {
  expect(() => checkGlob(pattern)).toThrow('syntax error in pattern');
});
