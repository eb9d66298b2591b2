import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { ManualClock } from '@narthex/testkit';
import { type Alert } from '../alerts/alert';
import { AlertStatuses } from '../alerts/alert-status';
import { fingerprintOf } from '../alerts/fingerprint';
import { LabelMatcher } from '../matchers/label-matcher';
import { Inhibitor, type InhibitionRule } from './inhibitor';

const is = (name: string, value: string): LabelMatcher => new LabelMatcher('=', name, value);

const byCluster: InhibitionRule = {
  name: '',
  sourceMatchers: [is('severity', 'critical')],
  targetMatchers: [is('severity', 'warning')],
  equal: ['cluster'],
};
const bothSides: InhibitionRule = {
  name: '',
  sourceMatchers: [is('s', '1')],
  targetMatchers: [is('t', '1')],
  equal: ['e'],
};

function alert(of: Record<string, string>, endsAtMs = 1000): Alert {
  const labels = Labels.of(of);
  return {
    labels,
    fingerprint: fingerprintOf(labels),
    annotations: new Map(),
    startsAtMs: 0,
    endsAtMs,
    updatedAtMs: 0,
    generatorUrl: '',
    timesOut: false,
  };
}

describe('Inhibitor', () => {
  test.each<[string, InhibitionRule, Record<string, string>[], Record<string, string>, boolean]>([
    [
      'equal labels',
      byCluster,
      [{ severity: 'critical', cluster: 'c' }],
      { severity: 'warning', cluster: 'c' },
      true,
    ],
    [
      'other labels',
      byCluster,
      [{ severity: 'critical', cluster: 'd' }],
      { severity: 'warning', cluster: 'c' },
      false,
    ],
    ['both absent', byCluster, [{ severity: 'critical' }], { severity: 'warning' }, true],
    ['one absent', byCluster, [{ severity: 'critical', cluster: 'c' }], { severity: 'warning' }, false],
    [
      'no target',
      byCluster,
      [{ severity: 'critical', cluster: 'c' }],
      { severity: 'info', cluster: 'c' },
      false,
    ],
    [
      'no source',
      byCluster,
      [{ severity: 'warning', cluster: 'c' }],
      { severity: 'warning', cluster: 'c' },
      false,
    ],
    ['a source inhibits a target', bothSides, [{ s: '1', e: '1' }], { t: '1', e: '1' }, true],
    [
      'an alert of both sides not another',
      bothSides,
      [{ s: '1', t: '1', e: '1', n: '2' }],
      { s: '1', t: '1', e: '1', n: '1' },
      false,
    ],
    [
      'an alert of both sides not itself',
      bothSides,
      [{ s: '1', t: '1', e: '1' }],
      { s: '1', t: '1', e: '1' },
      false,
    ],
    [
      'a mere source inhibits an alert of both sides',
      bothSides,
      [{ s: '1', e: '1' }],
      { s: '1', t: '1', e: '1' },
      true,
    ],
    [
      'a later source of both sides does not hide a mere one',
      bothSides,
      [
        { s: '1', e: '1' },
        { s: '1', t: '1', e: '1', later: '1' },
      ],
      { s: '1', t: '1', e: '1' },
      true,
    ],
  ])('%s', (_name, rule, sources, target, muted) => {
    const statuses = new AlertStatuses();
    const inhibitor = new Inhibitor({ rules: [rule], clock: new ManualClock(), statuses });
    sources.forEach((source, i) => inhibitor.observe(alert(source, 1000 + i)));
    expect(inhibitor.mutes(Labels.of(target))).toBe(muted);
    const { state, inhibitedBy } = statuses.get(fingerprintOf(Labels.of(target)));
    expect(state).toBe(muted ? 'suppressed' : 'active');
    expect(inhibitedBy).toHaveLength(muted ? 1 : 0);
  });

  test('ends with its source, and names the one that lasts longest', async () => {
    const clock = new ManualClock();
    const statuses = new AlertStatuses();
    const inhibitor = new Inhibitor({ rules: [byCluster], clock, statuses });
    const long = alert({ severity: 'critical', cluster: 'c', n: 'long' }, 2000);
    inhibitor.observe(long);
    inhibitor.observe(alert({ severity: 'critical', cluster: 'c', n: 'short' }, 1000));
    const target = Labels.of({ severity: 'warning', cluster: 'c' });
    expect(inhibitor.mutes(target)).toBe(true);
    expect(statuses.get(fingerprintOf(target)).inhibitedBy).toEqual([long.fingerprint]);
    await clock.advance(1500);
    inhibitor.collectGarbage();
    expect(inhibitor.mutes(target)).toBe(true);
    await clock.advance(500);
    expect(inhibitor.mutes(target)).toBe(false);
    expect(statuses.get(fingerprintOf(target)).state).toBe('active');
  });
});
