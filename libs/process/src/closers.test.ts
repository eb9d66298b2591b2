import { expect, test } from '@jest/globals';
import { ManualClock } from '@narthex/testkit';
import { sleep } from './clock.js';
import { Closers } from './closers.js';

test('what was opened last closes first, and a failure stops nothing', async () => {
  const order: string[] = [];
  const closers = new Closers();
  closers.add('a', () => order.push('a'));
  closers.add('b', () => Promise.reject(new Error('stuck')));
  closers.add('c', () => order.push('c'));
  await expect(closers.closeAll()).rejects.toThrow('closing b: Error: stuck');
  expect(order).toEqual(['c', 'a']);
  await closers.closeAll();
  expect(order).toHaveLength(2);
});

test('sleep ends with the time or with the signal', async () => {
  const clock = new ManualClock();
  const whole = sleep(clock, 100);
  await clock.advance(100);
  expect(await whole).toBe(true);
  const controller = new AbortController();
  const cut = sleep(clock, 100, controller.signal);
  controller.abort();
  expect(await cut).toBe(false);
  expect(clock.pending).toBe(0);
  expect(await sleep(clock, 100, controller.signal)).toBe(false);
});
