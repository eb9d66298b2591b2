import { expect, test } from '@jest/globals';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { type StatsFs, statfsSync } from 'node:fs';
import { MOUNT_STUCK, MountProbe } from './mount-probe.js';

const stats = statfsSync('/');

function probe(statfs: (path: string) => Promise<StatsFs>): { probe: MountProbe; clock: ManualClock } {
  const clock = new ManualClock();
  return { probe: new MountProbe({ clock, logger: silentLogger(), timeoutMs: 5000, statfs }), clock };
}

test('an answer, and nothing left waiting', async () => {
  const { probe: asked, clock } = probe(() => Promise.resolve(stats));
  expect(await asked.ask('/data')).toEqual({ stats });
  expect(clock.pending).toBe(0);
});

test.each([
  [Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' }), 'no such file or directory'],
  [Object.assign(new Error('ESTALE'), { code: 'ESTALE' }), 'stale NFS file handle'],
  [new Error('something else'), 'something else'],
])('an error: %s', async (error, text) => {
  const { probe: asked } = probe(() => Promise.reject(error));
  expect(await asked.ask('/data')).toEqual({ error: text });
});

test('a mount that does not answer is not asked again until it has', async () => {
  const answers: ((value: StatsFs) => void)[] = [];
  const { probe: asked, clock } = probe(() => new Promise((resolve) => answers.push(resolve)));
  const first = asked.ask('/dead');
  await clock.advance(5000);
  expect(await first).toBe(MOUNT_STUCK);
  expect(await asked.ask('/dead')).toBe(MOUNT_STUCK);
  expect(answers).toHaveLength(1);
  answers[0]!(stats);
  await clock.advance(0);
  const again = asked.ask('/dead');
  expect(answers).toHaveLength(2);
  answers[1]!(stats);
  expect(await again).toEqual({ stats });
});
