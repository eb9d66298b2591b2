import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@narthex/testkit';
import { type LogEntry, NotificationLog } from './notification-log';

const key = { receiver: 'r', integration: 'webhook', index: 0 };
const entry = {
  groupKey: 'g',
  key,
  firing: new Set([1n]),
  resolved: new Set<bigint>(),
  receiverData: new Map(),
};

describe('NotificationLog', () => {
  test('tells what was notified last, by group, receiver, integration and place', async () => {
    const clock = new ManualClock(5000);
    const log = new NotificationLog({ clock, retentionMs: 10_000 });
    log.record(entry, 4000);
    expect(log.find('g', key)).toEqual({ ...entry, timestampMs: 5000, expiresAtMs: 9000 });
    expect(log.find('h', key)).toBeUndefined();
    expect(log.find('g', { ...key, index: 1 })).toBeUndefined();
    expect(log.find('g', { ...key, integration: 'email' })).toBeUndefined();
    await clock.advance(1000);
    log.record({ ...entry, firing: new Set() }, 100_000);
    expect(log.find('g', key)).toMatchObject({ timestampMs: 6000, expiresAtMs: 16_000 });
  });

  test('forgets what has expired', async () => {
    const clock = new ManualClock(0);
    const log = new NotificationLog({ clock, retentionMs: 1000 });
    log.record(entry, 500);
    await clock.advance(499);
    expect(log.collectGarbage()).toBe(0);
    await clock.advance(1);
    expect(log.collectGarbage()).toBe(1);
    expect(log.size).toBe(0);
  });

  test.each<[string, Partial<LogEntry>, number]>([
    ['a newer one wins', { timestampMs: 2000 }, 2000],
    ['an older one does not', { timestampMs: 500 }, 1000],
    ['one that has expired is left out', { timestampMs: 2000, expiresAtMs: 999 }, 1000],
  ])('merging: %s', (_name, changes, timestampMs) => {
    const log = new NotificationLog({ clock: new ManualClock(1000), retentionMs: 10_000 });
    log.record(entry, 0);
    log.merge({ ...entry, timestampMs: 0, expiresAtMs: 20_000, ...changes });
    expect(log.find('g', key)?.timestampMs).toBe(timestampMs);
  });
});
