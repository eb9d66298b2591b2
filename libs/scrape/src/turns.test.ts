import { expect, test } from '@jest/globals';
import { Turns } from './turns.js';

test('one a round of the event loop, in the order of asking', async () => {
  const turns = new Turns();
  let round = 0;
  let counting = true;
  const count = (): void => {
    round++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const seen: [string, number][] = [];
  const work = async (name: string, pieces: number): Promise<void> => {
    for (let piece = 0; piece < pieces; piece++) {
      await turns.next();
      seen.push([name, round]);
    }
  };
  await Promise.all([work('a', 3), work('b', 2), work('c', 1)]);
  counting = false;
  expect(seen.map(([name]) => name).join('')).toBe('abcaba');
  expect(new Set(seen.map(([, at]) => at)).size).toBe(seen.length);
});
