import { describe, expect, test } from '@jest/globals';
import { needsNotification } from './needs-notification';

type Hashes = readonly number[];
const hashes = (of: Hashes): Set<bigint> => new Set(of.map(BigInt));

/** Firing and resolved at the last notification and how long ago; firing and resolved now; send_resolved; the reason. */
const table: readonly [
  string,
  [Hashes, Hashes, number] | undefined,
  Hashes,
  Hashes,
  boolean,
  string | undefined,
][] = [
  ['nothing told, one fires', undefined, [1], [], true, 'first notification'],
  ['nothing told, all resolved', undefined, [], [1], true, undefined],
  ['another fires', [[1], [], 1], [1, 2], [], true, 'new alerts added'],
  ['another fires while one is resolved', [[1], [], 1], [2], [1], true, 'new alerts added'],
  ['fires again after all was over', [[], [1], 1], [1], [], true, 'first notification'],
  ['all resolved', [[1], [], 1], [], [1], true, 'all alerts resolved'],
  ['all resolved, nobody wants to know', [[1], [], 1], [], [1], false, 'all alerts resolved'],
  ['came and went unseen', [[], [1], 1], [], [2], true, undefined],
  ['one of two resolved', [[1, 2], [], 1], [1], [2], true, 'some alerts resolved'],
  ['one of two resolved, nobody wants to know', [[1, 2], [], 1], [1], [2], false, undefined],
  ['resolved one told already', [[1, 2], [2], 1], [1], [2], true, undefined],
  ['nothing new', [[1], [], 99], [1], [], true, undefined],
  ['nothing new for exactly the interval', [[1], [], 100], [1], [], true, undefined],
  ['nothing new for longer', [[1], [], 101], [1], [], true, 'repeat interval elapsed'],
  ['fewer fire, and it was long ago', [[1, 2], [], 101], [1], [2], false, 'repeat interval elapsed'],
];

describe('needsNotification', () => {
  test.each(table)('%s', (_name, last, firing, resolved, sendResolved, reason) => {
    const nowMs = 1000;
    const entry = last && {
      firing: hashes(last[0]),
      resolved: hashes(last[1]),
      timestampMs: nowMs - last[2],
    };
    const state = { firing: hashes(firing), resolved: hashes(resolved) };
    expect(needsNotification(entry, state, { sendResolved, repeatIntervalMs: 100, nowMs })).toBe(reason);
  });
});
