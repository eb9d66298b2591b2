import { expect, test } from '@jest/globals';
import { Slices } from './slices.js';

/** Runs callbacks one at a time, when the test says so. */
class Turns {
  readonly #queue: (() => void)[] = [];
  readonly add = (callback: () => void): void => void this.#queue.push(callback);

  async run(): Promise<void> {
    this.#queue.shift()?.();
    // What the callback woke has several promises to go through.
    for (let i = 0; i < 10; i++) await Promise.resolve();
  }
}

test('each turn of the event loop goes to one who waits, in their order', async () => {
  const turns = new Turns();
  const slices = new Slices(turns.add);
  const ran: string[] = [];
  const work = async (name: string): Promise<void> => {
    for (let slice = 0; slice < 3; slice++) {
      await slices.turn();
      ran.push(`${name}${slice}`);
    }
  };
  const both = Promise.all([work('a'), work('b')]);
  const byTurn: number[] = [];
  for (let turn = 0; turn < 12; turn++) {
    const before = ran.length;
    await turns.run();
    byTurn.push(ran.length - before);
  }
  await both;
  expect(ran).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  expect(Math.max(...byTurn)).toBe(1);
});
