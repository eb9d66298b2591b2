import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@narthex/testkit';
import { type QueryNotes, type RangeTask } from './protocol.js';
import { SeenQueries } from './seen-queries.js';

const task: RangeTask = { form: 'range', query: 'up', startMs: 0, endMs: 60_000, stepMs: 1_000, limit: 0 };
const notesAfter = (seconds: number): QueryNotes => ({
  warnings: [],
  infos: [],
  samples: { totalQueryableSamples: 1, peakSamples: 1 },
  timings: { preparation: seconds, evaluation: 0, sorting: 0 },
});
const later = (ms: number): RangeTask => ({ ...task, startMs: task.startMs + ms, endMs: task.endMs + ms });

describe('queries that were seen', () => {
  test.each<[string, RangeTask, boolean]>([
    ['the same', task, true],
    ['a little later', later(15_000), true],
    ['much later', later(61_000), false],
    ['earlier', later(-1_000), false],
    ['longer', { ...task, startMs: -1 }, false],
    ['another expression', { ...task, query: 'down' }, false],
    ['other steps', { ...task, stepMs: 500 }, false],
    ['another look-back', { ...task, lookbackMs: 1 }, false],
    ['another limit', { ...task, limit: 1 }, false],
  ])('%s', (_what, asked, expected) => {
    const seen = new SeenQueries(new ManualClock());
    expect(seen.knows(task)).toBe(false);
    seen.learn(task, notesAfter(0.001), 100);
    expect(seen.knows(asked)).toBe(expected);
  });

  test('are known for a minute', async () => {
    const clock = new ManualClock();
    const seen = new SeenQueries(clock);
    seen.learn(task, notesAfter(0), 0);
    await clock.advance(60_000);
    expect(seen.knows(task)).toBe(true);
    await clock.advance(1);
    expect(seen.knows(task)).toBe(false);
  });

  test('are forgotten when they take longer, or say more', () => {
    const seen = new SeenQueries(new ManualClock());
    for (const [notes, bytes] of [
      [notesAfter(0.003), 1],
      [notesAfter(0), 40_000],
    ] as const) {
      seen.learn(task, notesAfter(0), 1);
      expect(seen.knows(task)).toBe(true);
      seen.learn(task, notes, bytes);
      expect(seen.knows(task)).toBe(false);
    }
    seen.learn(task, notesAfter(0), 1);
    seen.forget(task);
    expect(seen.knows(task)).toBe(false);
  });

  test('the oldest go where there are too many', () => {
    const seen = new SeenQueries(new ManualClock());
    for (let i = 0; i < 513; i++) seen.learn({ ...task, query: `q${i}` }, notesAfter(0), 1);
    expect([0, 1, 512].map((i) => seen.knows({ ...task, query: `q${i}` }))).toEqual([false, true, true]);
  });
});
