import { describe, expect, test } from '@jest/globals';
import { type Silence } from '../api/types';
import {
  type DraftForm,
  draftOf,
  faultsOf,
  formOf,
  newForm,
  withDuration,
  withEnd,
  withStart,
} from './silence-draft';

const HOUR_MS = 3_600_000;
const nowMs = Date.UTC(2026, 10, 22, 12);
const matchers = [{ name: 'a', value: 'b', isRegex: false, isEqual: true }];
const form = newForm(matchers, 'me', nowMs);

const silence: Silence = {
  id: 'x',
  status: { state: 'active' },
  updatedAt: '',
  matchers,
  startsAt: '2026-11-22T10:00:00.000Z',
  endsAt: '2026-11-22T13:00:00.000Z',
  createdBy: 'she',
  comment: 'c',
};

describe('start, duration and end follow each other', () => {
  test.each<[string, DraftForm, [number | undefined, string, number | undefined]]>([
    ['new', form, [nowMs, '2h', nowMs + 2 * HOUR_MS]],
    [
      'another start moves the end',
      withStart(form, nowMs + HOUR_MS),
      [nowMs + HOUR_MS, '2h', nowMs + 3 * HOUR_MS],
    ],
    ['another duration moves the end', withDuration(form, '1d 12h'), [nowMs, '1d 12h', nowMs + 36 * HOUR_MS]],
    ['no duration leaves the end', withDuration(form, 'x'), [nowMs, 'x', nowMs + 2 * HOUR_MS]],
    [
      'another end changes the duration',
      withEnd(form, nowMs + 90 * 60_000),
      [nowMs, '1h 30m', nowMs + 90 * 60_000],
    ],
    ['no end leaves the duration', withEnd(form, undefined), [nowMs, '2h', undefined]],
    ['no start leaves the end', withStart(form, undefined), [undefined, '2h', nowMs + 2 * HOUR_MS]],
  ])('%s', (_name, changed, [startsAtMs, duration, endsAtMs]) => {
    expect(changed).toMatchObject({ startsAtMs, duration, endsAtMs });
  });
});

test('a silence that lasts is changed, one that is over is made again from now on', () => {
  expect(formOf(silence, nowMs)).toMatchObject({
    id: 'x',
    startsAtMs: Date.parse(silence.startsAt),
    duration: '3h',
  });
  const over = formOf({ ...silence, status: { state: 'expired' } }, nowMs);
  expect(over).toMatchObject({
    id: undefined,
    startsAtMs: nowMs,
    endsAtMs: nowMs + 3 * HOUR_MS,
    createdBy: 'she',
  });
});

test.each<[string, Partial<DraftForm>, string[]]>([
  ['all there', { comment: 'c' }, []],
  ['no comment', {}, ['comment']],
  [
    'nothing',
    { matchers: [], createdBy: ' ', comment: '', startsAtMs: undefined, endsAtMs: undefined, duration: '' },
    ['matchers', 'startsAt', 'endsAt', 'duration', 'createdBy', 'comment'],
  ],
  ['an end before the start', { comment: 'c', endsAtMs: nowMs - 1 }, ['endsAt']],
])('faults: %s', (_name, changes, fields) => {
  const changed = { ...form, ...changes };
  expect(Object.keys(faultsOf(changed))).toEqual(fields);
  expect(draftOf(changed) === undefined).toBe(fields.length > 0);
});

test('what the API is asked for', () => {
  expect(draftOf({ ...form, comment: ' c ' })).toEqual({
    matchers,
    startsAt: '2026-11-22T12:00:00.000Z',
    endsAt: '2026-11-22T14:00:00.000Z',
    createdBy: 'me',
    comment: 'c',
  });
});
