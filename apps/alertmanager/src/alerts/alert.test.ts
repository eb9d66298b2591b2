import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { type Alert, compareAlerts, compareLabelSets, mergeAlerts, rangesOverlap } from './alert';
import { fingerprintOf } from './fingerprint';

function alert(changes: Partial<Alert> & { readonly of?: Record<string, string> } = {}): Alert {
  const { of = { alertname: 'a' }, ...rest } = changes;
  const labels = Labels.of(of);
  return {
    labels,
    fingerprint: fingerprintOf(labels),
    annotations: new Map(),
    startsAtMs: 1000,
    endsAtMs: 2000,
    updatedAtMs: 1000,
    generatorUrl: '',
    timesOut: false,
    ...rest,
  };
}

describe('rangesOverlap', () => {
  // The known alert lasts from 1000 to 2000.
  test.each([
    [500, 900, false],
    [500, 1500, true],
    [1500, 3000, true],
    [1200, 1800, true],
    [2000, 3000, false],
    [2500, 3000, false],
    // As upstream has it: a range that covers the known one does not count as overlapping.
    [500, 3000, false],
  ])('%d to %d: %s', (startsAtMs, endsAtMs, overlap) => {
    expect(rangesOverlap(alert(), alert({ startsAtMs, endsAtMs }))).toBe(overlap);
  });
});

describe('mergeAlerts', () => {
  const nowMs = 10_000;
  const newer = { updatedAtMs: 5000 };
  test.each<[string, Partial<Alert>, Partial<Alert>, Partial<Alert>]>([
    ['the earliest start', { startsAtMs: 500 }, { ...newer, startsAtMs: 700 }, { startsAtMs: 500 }],
    [
      'a named end that is later stays while the newer one fires',
      { endsAtMs: 50_000 },
      { ...newer, endsAtMs: 20_000, timesOut: true },
      { endsAtMs: 50_000 },
    ],
    [
      'an end by timeout gives way',
      { endsAtMs: 50_000, timesOut: true },
      { ...newer, endsAtMs: 20_000 },
      { endsAtMs: 20_000 },
    ],
    ['resolved ends what fired', { endsAtMs: 50_000 }, { ...newer, endsAtMs: 9000 }, { endsAtMs: 9000 }],
    [
      'of two resolved ones the later end',
      { endsAtMs: 9500 },
      { ...newer, endsAtMs: 9000 },
      { endsAtMs: 9500 },
    ],
  ])('%s', (_name, known, received, merged) => {
    expect(mergeAlerts(alert(known), alert(received), nowMs)).toMatchObject(merged);
    // The order in which they are given does not matter.
    expect(mergeAlerts(alert(received), alert(known), nowMs)).toMatchObject(merged);
  });
});

test('notifications list alerts by job, instance, then labels', () => {
  const sets = [
    { alertname: 'z' },
    { alertname: 'a', job: 'b', instance: '2' },
    { alertname: 'a', job: 'b', instance: '1' },
    { alertname: 'a', job: 'a' },
    { alertname: 'a', b: 'c' },
  ];
  const sorted = sets.map((of) => alert({ of })).sort(compareAlerts);
  expect(sorted.map(({ labels }) => labels.toObject())).toEqual([
    { alertname: 'a', job: 'a' },
    { alertname: 'a', instance: '1', job: 'b' },
    { alertname: 'a', instance: '2', job: 'b' },
    { alertname: 'z' },
    { alertname: 'a', b: 'c' },
  ]);
});

test.each([
  [{}, { a: '1' }, -1],
  [{ a: '2' }, { a: '1', b: '1' }, -1],
  [{ a: '1' }, { a: '2' }, -1],
  [{ b: '1' }, { a: '1' }, -1],
  [{ a: '1' }, { a: '1' }, 0],
])('compareLabelSets %j %j', (a, b, order) => {
  expect(Math.sign(compareLabelSets(Labels.of(a), Labels.of(b)))).toBe(order);
  expect(Math.sign(compareLabelSets(Labels.of(b), Labels.of(a)))).toBe(order === 0 ? 0 : -order);
});
