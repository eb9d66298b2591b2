import { expect, test } from '@jest/globals';
import { ManualClock } from '@narthex/testkit';
import { Ticker } from './ticker';

test('keeps to its grid, gives a missed tick at once, and misses those after it', async () => {
  const clock = new ManualClock();
  const ticker = new Ticker(clock, 100);
  const never = new AbortController().signal;
  const times: number[] = [];
  const tick = async () => {
    await ticker.tick(never);
    times.push(clock.nowMs());
  };
  void tick().then(tick);
  await clock.advance(250);
  expect(times).toEqual([100, 200]);
  await clock.advance(210);
  void tick().then(tick);
  await clock.advance(140);
  expect(times).toEqual([100, 200, 460, 500]);
});

test('a tick that was given up is still to come', async () => {
  const clock = new ManualClock();
  const ticker = new Ticker(clock, 100);
  const stop = new AbortController();
  const first = ticker.tick(stop.signal);
  await clock.advance(50);
  stop.abort();
  expect(await first).toBe(false);
  let passedMs = 0;
  void ticker.tick(new AbortController().signal).then(() => (passedMs = clock.nowMs()));
  await clock.advance(60);
  expect(passedMs).toBe(100);
});
