import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatTimestamp, formatTimestampWithZone, parseServerTime, parseTimeInput } from './time';

const now = Date.UTC(2026, 2, 1, 12, 0, 0);

describe('parseTimeInput', () => {
  test.each([
    ['2026-03-01 09:05:07', Date.UTC(2026, 2, 1, 9, 5, 7)],
    ['2026-03-01T09:05:07', Date.UTC(2026, 2, 1, 9, 5, 7)],
    ['2026-03-01 09:05', Date.UTC(2026, 2, 1, 9, 5)],
    ['2026-3-1 9:05', Date.UTC(2026, 2, 1, 9, 5)],
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['2026-03-01 09:05:07.25', Date.UTC(2026, 2, 1, 9, 5, 7, 250)],
    ['2026-03-01T09:05:07Z', Date.UTC(2026, 2, 1, 9, 5, 7)],
    ['2026-03-01 09:05:07 UTC', Date.UTC(2026, 2, 1, 9, 5, 7)],
    ['2026-03-01T09:05:07+02:00', Date.UTC(2026, 2, 1, 7, 5, 7)],
    ['2026-03-01T09:05:07-0530', Date.UTC(2026, 2, 1, 14, 35, 7)],
    ['1772355600', 1_772_355_600_000],
    ['1772355600.5', 1_772_355_600_500],
    ['now', now],
    ['now-1h', now - 3_600_000],
    ['Now + 30m', now + 1_800_000],
  ])('%s', (text, expected) => expect(parseTimeInput(text, 'utc', now)).toBe(expected));

  test.each([
    '',
    'soon',
    '2026-02-30',
    '2026-13-01',
    '2026-03-01 24:00',
    '2026-03-01 10:60',
    'now-',
    'now-1x',
    '12',
  ])('refuses %p', (text) => expect(parseTimeInput(text, 'utc', now)).toBeUndefined());

  test('reads local times on the local clock', () => {
    expect(parseTimeInput('2026-03-01 09:05:07', 'local', now)).toBe(new Date(2026, 2, 1, 9, 5, 7).getTime());
  });

  test('reads back what formatTimestamp writes, to the millisecond', () => {
    const times = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(times, (timestampMs) => {
        expect(parseTimeInput(formatTimestamp(timestampMs, 'utc'), 'utc', now)).toBe(timestampMs);
      }),
    );
  });
});

test.each([
  [Date.UTC(2026, 2, 1, 9, 5, 7), '2026-03-01 09:05:07'],
  [Date.UTC(2026, 2, 1, 9, 5, 7, 50), '2026-03-01 09:05:07.050'],
])('formatTimestamp(%d)', (timestampMs, expected) => {
  expect(formatTimestamp(timestampMs, 'utc')).toBe(expected);
  expect(formatTimestampWithZone(timestampMs, 'utc')).toBe(`${expected} UTC`);
});

test.each([
  ['2026-11-22T10:37:16.39352819Z', Date.UTC(2026, 10, 22, 10, 37, 16, 393)],
  ['0001-01-01T00:00:00Z', undefined],
  ['nonsense', undefined],
  [undefined, undefined],
])('parseServerTime(%p)', (text, expected) => expect(parseServerTime(text)).toBe(expected));
