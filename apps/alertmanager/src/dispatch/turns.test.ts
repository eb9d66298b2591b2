import { expect, test } from '@jest/globals';
import { Turns } from './turns';

test('a few begin at once, the others later and in their order, with room for everything else between', async () => {
  const turns = new Turns();
  const begun: number[] = [];
  const all = Array.from({ length: 30 }, (_, i) => turns.next().then(() => begun.push(i)));
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  let between = 0;
  const count = (): void => {
    between++;
    if (begun.length < 30) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(all);
  expect(begun).toEqual(Array.from({ length: 30 }, (_, i) => i));
  expect(between).toBeGreaterThan(1);
});

test('who comes when nobody waits begins at once', async () => {
  const turns = new Turns();
  for (let i = 0; i < 20; i++) {
    await turns.next();
    await new Promise((resolve) => setImmediate(resolve));
  }
  let begun = false;
  void turns.next().then(() => (begun = true));
  await Promise.resolve();
  expect(begun).toBe(true);
});
