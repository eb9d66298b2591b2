import { describe, expect, test } from '@jest/globals';
import { MovingRate } from './moving-rate.js';
import { redactedUrl } from './redacted-url.js';
import { retryAfterMs } from './retry-after.js';
import { chooseShards, type ShardLoad } from './shard-count.js';

describe('moving rate', () => {
  test('the first interval counts in full, later ones by a fifth', () => {
    const rate = new MovingRate(10_000);
    expect(rate.perSecond).toBe(0);
    rate.add(100);
    rate.tick();
    expect(rate.perSecond).toBe(10);
    rate.add(200);
    rate.add(400);
    rate.tick();
    expect(rate.perSecond).toBe(10 + 0.2 * 50);
    rate.tick();
    expect(rate.perSecond).toBe(16);
  });
});

describe('number of shards', () => {
  const idle: ShardLoad = {
    inRate: 1000,
    outRate: 1000,
    droppedRate: 0,
    secondsSendingRate: 1,
    delaySeconds: 0,
    current: 1,
    min: 1,
    max: 50,
  };
  test.each<[string, Partial<ShardLoad>, number | undefined, number]>([
    ['nothing was sent', { outRate: 0 }, undefined, 1],
    ['one is busy all the time', {}, 1, 1],
    ['four seconds of sending in each', { secondsSendingRate: 4 }, 4, 4],
    ['a part is dropped', { inRate: 4000, droppedRate: 3000, secondsSendingRate: 2 }, 2, 2],
    ['ten seconds behind: half as much again', { secondsSendingRate: 4, delaySeconds: 10 }, 6, 6],
    ['a change within the tolerance', { secondsSendingRate: 12, current: 10 }, 12, 10],
    ['fewer', { secondsSendingRate: 2, current: 10 }, 2, 2],
    ['fewer, but too far behind', { secondsSendingRate: 2, current: 10, delaySeconds: 11 }, 3.1, 10],
    ['more than may be', { secondsSendingRate: 400 }, 400, 50],
    ['fewer than may be', { secondsSendingRate: 1, current: 10, min: 3 }, 1, 3],
  ])('%s', (_case, load, desired, shards) => {
    const choice = chooseShards({ ...idle, ...load });
    expect(choice.shards).toBe(shards);
    if (desired === undefined) expect(choice.desired).toBeUndefined();
    else expect(choice.desired).toBeCloseTo(desired, 9);
  });
});

describe('Retry-After', () => {
  const nowMs = Date.UTC(2026, 0, 1, 0, 0, 0, 500);
  test.each([
    ['120', 120_000],
    ['-3', -3000],
    ['', 0],
    ['soon', 0],
    ['1.5', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 59_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', -60_000],
    ['Thu, what', 0],
  ])('%j', (value, expected) => {
    expect(retryAfterMs(value, nowMs)).toBe(expected);
  });
});

test.each([
  ['http://h/w', 'http://h/w'],
  ['http://u:secret@h:1/w?x=y@z', 'http://u:xxxxx@h:1/w?x=y@z'],
  ['http://u@h/w', 'http://u@h/w'],
  ['https://:p@h', 'https://:xxxxx@h'],
])('%s without its password', (url, expected) => {
  expect(redactedUrl(url)).toBe(expected);
});
