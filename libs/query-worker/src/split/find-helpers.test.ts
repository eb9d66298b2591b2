import { describe, expect, test } from '@jest/globals';
import { SeriesBoard, type SeriesOffer } from '@narthex/promql';
import { HelpFinder } from './find-helpers.js';
import { GivenHelps } from './given-helps.js';
import { type HelpMessage } from './messages.js';

const stopFlag = new SharedArrayBuffer(4);

function offered(): SeriesOffer {
  const board = new SharedArrayBuffer(1 << 20);
  SeriesBoard.create({ buffer: board, use: 7, first: 0, end: 100, stepCount: 10 });
  const times = { startMs: 0, endMs: 90, stepMs: 10, lookbackMs: 5, offsetMs: 0, fixedMs: undefined };
  return { work: { kind: 'instant', show: 'value', ...times }, board, use: 7, series: {} };
}

/** Workers with so many queries and helps; `asked` tells their places and seats. */
function workers(...busy: readonly (readonly [load: number, helps: number])[]) {
  const asked: (readonly [place: number, seat: number])[] = [];
  const helpers = busy.map(([load, helps], place) => ({
    load,
    helps,
    help: ({ seat }: HelpMessage) => void asked.push([place, seat]),
  }));
  return { asked, finder: new HelpFinder(() => helpers) };
}

describe('help is asked', () => {
  test.each<[string, [number, number][], [number, number][]]>([
    [
      'of nobody where all are busy',
      [
        [1, 0],
        [3, 0],
      ],
      [],
    ],
    [
      'of those without a query',
      [
        [1, 0],
        [0, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [2, 1],
      ],
    ],
    [
      'of those who do not help already',
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      [[2, 0]],
    ],
    [
      'of as many as there are seats',
      Array.from({ length: 40 }, () => [0, 0]),
      Array.from({ length: 16 }, (_, at) => [at, at]),
    ],
  ])('%s', (_name, busy, expected) => {
    const { asked, finder } = workers(...busy);
    expect(finder.find(offered(), stopFlag)).toBe(expected.length);
    expect(asked).toEqual(expected);
  });
});

describe('helps', () => {
  test('count until they end', () => {
    const helps = new GivenHelps();
    const offer = offered();
    for (const help of [1, 2]) helps.begin({ kind: 'help', help, offer, seat: help, stopFlag });
    expect(helps.count).toBe(2);
    helps.end(1);
    expect(helps.count).toBe(1);
  });

  test('of a dead worker hold up no query', async () => {
    const helps = new GivenHelps();
    const offer = offered();
    helps.begin({ kind: 'help', help: 1, offer, seat: 3, stopFlag });
    expect(SeriesBoard.takeSeat(offer.board, 3, 7)).toBe(true);
    const board = new SeriesBoard(offer.board);
    expect(board.shut()).toBe(false);
    const closed = board.deserted();
    expect(await Promise.race([closed.then(() => 'closed'), Promise.resolve('waits')])).toBe('waits');
    helps.abandon();
    await closed;
    expect(helps.count).toBe(0);
  });
});
