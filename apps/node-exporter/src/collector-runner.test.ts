import { expect, test } from '@jest/globals';
import { silentLogger } from '@narthex/testkit';
import { type Collector } from './collector.js';
import { CollectorRunner } from './collector-runner.js';

test('the time of a collector is its own', async () => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => undefined };
  const busy = (ms: number): Collector => ({
    collect: () => {
      nowMs += ms;
      return undefined;
    },
  });
  const waiting: Collector = {
    collect: async () => {
      await Promise.resolve();
      nowMs += 5;
      return undefined;
    },
  };
  const collectors = new Map([
    ['waiting', waiting],
    ['one', busy(100)],
    ['two', busy(7)],
  ]);
  const runner = new CollectorRunner({ collectors, clock, logger: silentLogger() });
  const [outcomes] = await runner.run(() => true);
  const durations = [...outcomes!.families()].find(({ name }) => name.endsWith('duration_seconds'))!;
  const seconds = new Map(
    durations.metrics.map(({ labels, samples }) => [labels.get('collector'), samples[0]!.value]),
  );
  expect(Object.fromEntries(seconds)).toEqual({ one: 0.1, two: 0.007, waiting: 0.112 });
});
