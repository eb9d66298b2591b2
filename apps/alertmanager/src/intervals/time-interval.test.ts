import { describe, expect, test } from '@jest/globals';
import { containsTime, isKnownLocation, type TimeInterval } from './time-interval';

const range = (begin: number, end = begin): { begin: number; end: number } => ({ begin, end });

describe('containsTime', () => {
  test.each<[string, TimeInterval, string, boolean]>([
    ['nothing given holds always', {}, '2026-11-22T11:00:00Z', true],
    ['from the first minute on', { times: [range(540, 1020)] }, '2026-11-22T09:00:00Z', true],
    ['the end is exclusive', { times: [range(540, 1020)] }, '2026-11-22T17:00:00Z', false],
    ['until midnight', { times: [range(1020, 1440)] }, '2026-11-22T23:59:59Z', true],
    ['a Sunday', { weekdays: [range(0)] }, '2026-11-22T11:00:00Z', true],
    ['no weekday', { weekdays: [range(1, 5)] }, '2026-11-22T11:00:00Z', false],
    ['a day of the month', { daysOfMonth: [range(1, 5), range(22)] }, '2026-11-22T11:00:00Z', true],
    ['the last day', { daysOfMonth: [range(-1)] }, '2026-11-30T11:00:00Z', true],
    ['the last day of a leap February', { daysOfMonth: [range(-1)] }, '2028-02-29T11:00:00Z', true],
    ['not the last day', { daysOfMonth: [range(-1)] }, '2026-11-29T11:00:00Z', false],
    ['days the month has not', { daysOfMonth: [range(31)] }, '2026-11-30T11:00:00Z', false],
    ['an end beyond the month', { daysOfMonth: [range(25, 31)] }, '2026-11-30T11:00:00Z', true],
    [
      'months and years',
      { months: [range(11, 12)], years: [range(2020, 2026)] },
      '2026-11-22T11:00:00Z',
      true,
    ],
    ['another year', { years: [range(2020, 2025)] }, '2026-11-22T11:00:00Z', false],
    ['summer time', { times: [range(540, 600)], location: 'Europe/Berlin' }, '2026-07-01T07:30:00Z', true],
    ['winter time', { times: [range(540, 600)], location: 'Europe/Berlin' }, '2026-12-01T08:30:00Z', true],
    ['tomorrow elsewhere', { weekdays: [range(1)], location: 'Asia/Tokyo' }, '2026-11-22T20:00:00Z', true],
    ['midnight elsewhere', { times: [range(0, 1)], location: 'Asia/Tokyo' }, '2026-11-22T15:00:30Z', true],
  ])('%s', (_name, interval, time, holds) => {
    expect(containsTime(interval, Date.parse(time))).toBe(holds);
  });
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Foo/Bar', false],
])('isKnownLocation %s', (name, known) => {
  expect(isKnownLocation(name)).toBe(known);
});
