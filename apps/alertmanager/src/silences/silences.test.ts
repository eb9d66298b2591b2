import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { ManualClock } from '@narthex/testkit';
import { fingerprintOf } from '../alerts/fingerprint';
import { LabelMatcher } from '../matchers/label-matcher';
import { encodeSilence } from '../snapshot/silence-snapshot';
import { type SilenceRequest, Silences } from './silences';

const HOUR_MS = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);

function silences(
  clock: ManualClock,
  limits: { maxSilences?: number; maxSilenceBytes?: number } = {},
): Silences {
  return new Silences({
    clock,
    retentionMs: 10 * HOUR_MS,
    maxSilences: 0,
    maxSilenceBytes: 0,
    sizeOf: (stored) => encodeSilence(stored).length,
    isValidLabelName: (name) => name !== '',
    ...limits,
  });
}

function request(changes: Partial<SilenceRequest> = {}): SilenceRequest {
  return {
    id: '',
    matcherSets: [[new LabelMatcher('=', 'a', 'b')]],
    startsAtMs: startMs,
    endsAtMs: startMs + HOUR_MS,
    createdBy: 'me',
    comment: 'because',
    annotations: new Map(),
    ...changes,
  };
}

const labels = Labels.of({ a: 'b', c: 'd' });
const fingerprint = fingerprintOf(labels);

describe('Silences', () => {
  test('go from pending to active to expired to forgotten', async () => {
    const clock = new ManualClock(startMs);
    const all = silences(clock);
    const id = all.set(request({ startsAtMs: startMs + HOUR_MS, endsAtMs: startMs + 2 * HOUR_MS }));
    const seen = async (): Promise<[string, number]> => {
      await clock.advance(HOUR_MS);
      return [all.state(all.get(id)!), all.activeFor(fingerprint, labels).length];
    };
    expect(all.state(all.get(id)!)).toBe('pending');
    expect(await seen()).toEqual(['active', 1]);
    expect(await seen()).toEqual(['expired', 0]);
    expect(all.collectGarbage()).toBe(0);
    await clock.advance(10 * HOUR_MS);
    expect(all.collectGarbage()).toBe(1);
    expect(all.get(id)).toBeUndefined();
  });

  test('hold back the alerts that meet all matchers, newer silences included', () => {
    const clock = new ManualClock(startMs);
    const all = silences(clock);
    const matching = (...matchers: LabelMatcher[]): string => all.set(request({ matcherSets: [matchers] }));
    const first = matching(new LabelMatcher('=', 'a', 'b'));
    expect(all.activeFor(fingerprint, labels)).toEqual([first]);
    matching(new LabelMatcher('=', 'a', 'b'), new LabelMatcher('=', 'c', 'x'));
    const second = matching(new LabelMatcher('=~', 'a', 'b|x'), new LabelMatcher('!=', 'zz', 'x'));
    expect(all.activeFor(fingerprint, labels)).toEqual([first, second].sort());
    all.expire(first);
    expect(all.activeFor(fingerprint, labels)).toEqual([second]);
  });

  test('a past start becomes now', () => {
    const all = silences(new ManualClock(startMs));
    const id = all.set(request({ startsAtMs: startMs - HOUR_MS }));
    expect(all.get(id)?.startsAtMs).toBe(startMs);
  });

  test.each<[string, Partial<SilenceRequest>, boolean]>([
    ['another end', { endsAtMs: startMs + 5 * HOUR_MS }, true],
    ['another comment', { comment: 'else' }, true],
    ['a start of the same second', { startsAtMs: startMs + 300 }, true],
    ['another start', { startsAtMs: startMs + 60_000 }, false],
    ['other matchers', { matcherSets: [[new LabelMatcher('=', 'a', 'c')]] }, false],
  ])('an active one changed to %s keeps its id: %s', async (_what, changes, keeps) => {
    const clock = new ManualClock(startMs);
    const all = silences(clock);
    const id = all.set(request());
    await clock.advance(1000);
    const changedId = all.set(request({ id, ...changes }));
    expect(changedId === id).toBe(keeps);
    expect(all.state(all.get(id)!)).toBe(keeps ? 'active' : 'expired');
    expect(all.size).toBe(keeps ? 1 : 2);
  });

  test('expiring a pending one takes its time away, expiring an expired one changes nothing', async () => {
    const clock = new ManualClock(startMs);
    const all = silences(clock);
    const id = all.set(request({ startsAtMs: startMs + HOUR_MS, endsAtMs: startMs + 2 * HOUR_MS }));
    all.expire(id);
    expect(all.get(id)).toMatchObject({ startsAtMs: startMs, endsAtMs: startMs });
    await clock.advance(1000);
    all.expire(id);
    expect(all.get(id)?.updatedAtMs).toBe(startMs);
  });

  test.each<[string, Partial<SilenceRequest>, { maxSilences?: number; maxSilenceBytes?: number }, string]>([
    ['no matchers', { matcherSets: [[]] }, {}, 'invalid silence: matcher set 0 is empty'],
    ['no sets', { matcherSets: [] }, {}, 'invalid silence: at least one matcher set required'],
    [
      'matchers that match nothing said',
      { matcherSets: [[new LabelMatcher('=~', 'a', '.*')]] },
      {},
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      'a bad name',
      { matcherSets: [[new LabelMatcher('=', '', 'x')]] },
      {},
      'invalid silence: invalid label matcher 0 in set 0: invalid label name ""',
    ],
    [
      'an end before the start',
      { endsAtMs: startMs - 1 },
      {},
      'invalid silence: end time must not be before start time',
    ],
    ['an unknown id', { id: 'x' }, {}, 'silence not found'],
    ['one too big', {}, { maxSilenceBytes: 10 }, 'silence exceeded maximum size: '],
  ])('refuses %s', (_what, changes, limits, message) => {
    expect(() => silences(new ManualClock(startMs), limits).set(request(changes))).toThrow(message);
  });

  test('refuses one too many', () => {
    const all = silences(new ManualClock(startMs), { maxSilences: 1 });
    all.set(request());
    expect(() => all.set(request())).toThrow('exceeded maximum number of silences: 1 (limit: 1)');
  });

  test('merging a snapshot keeps what was changed last', () => {
    const all = silences(new ManualClock(startMs));
    const id = all.set(request());
    const known = all.get(id)!;
    all.merge({ silence: { ...known, comment: 'older', updatedAtMs: startMs - 1 }, expiresAtMs: Infinity });
    expect(all.get(id)?.comment).toBe('because');
    all.merge({ silence: { ...known, comment: 'newer', updatedAtMs: startMs + 1 }, expiresAtMs: Infinity });
    expect(all.get(id)?.comment).toBe('newer');
  });
});
