import { describe, expect, test } from '@jest/globals';
import { GroupSchedule } from './schedule.js';

const UPSTREAM = [
  { file: 'r.yml', name: 'a', intervalMs: 1000, offsetMs: 525 },
  { file: 'r.yml', name: 'node.rules', intervalMs: 2000, offsetMs: 1_795_367_425_397 % 2000 },
  { file: 'r.yml', name: 'kubernetes-apps', intervalMs: 5000, offsetMs: 1_795_367_428_749 % 5000 },
  { file: 'r.yml', name: 'x y', intervalMs: 3000, offsetMs: 1_795_367_425_068 % 3000 },
  { file: 'r.yml', name: 'L'.repeat(300), intervalMs: 7000, offsetMs: 1_795_367_430_055 % 7000 },
  { file: 'regeln ü.yml', name: 'a', intervalMs: 1000, offsetMs: 369 },
  { file: 'regeln ü.yml', name: 'größe', intervalMs: 3000, offsetMs: 1_795_367_426_934 % 3000 },
];

describe('GroupSchedule', () => {
  // The times at which Prometheus 3.5 stored the series of such groups.
  test.each(UPSTREAM)('$file;$name every $intervalMs ms', ({ file, name, intervalMs, offsetMs }) => {
    const schedule = new GroupSchedule(file, name, intervalMs);
    expect(schedule.slotAt(1_700_000_000_000) % intervalMs).toBe(offsetMs);
  });

  test('a slot is never after the time asked for, and less than an interval before it', () => {
    const schedule = new GroupSchedule('a.yml', 'g', 15_000);
    for (let nowMs = 1_700_000_000_000; nowMs < 1_700_000_040_000; nowMs += 333) {
      const agoMs = nowMs - schedule.slotAt(nowMs);
      expect(agoMs).toBeGreaterThanOrEqual(0);
      expect(agoMs).toBeLessThan(15_000);
    }
  });
});
