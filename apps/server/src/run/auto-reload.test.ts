import { expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, ManualClock, temporaryFolder } from '@narthex/testkit';
import { reloadOnChange } from './auto-reload.js';

test('reloads when the content changed, and follows the files that are named then', async () => {
  const folder = temporaryFolder();
  const first = join(folder.path, 'a.yml');
  const second = join(folder.path, 'b.yml');
  writeFileSync(first, 'one');
  const clock = new ManualClock();
  const abort = new AbortController();
  let files = [first, second];
  let reloads = 0;
  const watching = reloadOnChange(
    {
      clock,
      intervalMs: 1000,
      files: () => files,
      reload: () => {
        reloads++;
        return Promise.resolve();
      },
    },
    abort.signal,
  );
  const tick = async (): Promise<number> => {
    await eventually('the next look', () => clock.pending === 1);
    await clock.advance(1000);
    await eventually('the look to end', () => clock.pending === 1);
    return reloads;
  };
  expect(await tick()).toBe(0);
  writeFileSync(first, 'two');
  expect(await tick()).toBe(1);
  expect(await tick()).toBe(1);
  writeFileSync(second, 'appears');
  expect(await tick()).toBe(2);
  files = [first];
  expect(await tick()).toBe(3);
  writeFileSync(second, 'no longer counts');
  expect(await tick()).toBe(3);
  abort.abort();
  await watching;
  folder.remove();
});
