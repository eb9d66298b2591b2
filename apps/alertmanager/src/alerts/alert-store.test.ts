import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { type Alert } from './alert';
import { AlertStore } from './alert-store';
import { fingerprintOf } from './fingerprint';

function alert(of: Record<string, string>, endsAtMs: number, nowMs = 0): Alert {
  const labels = Labels.of(of);
  return {
    labels,
    fingerprint: fingerprintOf(labels),
    annotations: new Map(),
    startsAtMs: nowMs,
    endsAtMs,
    updatedAtMs: nowMs,
    generatorUrl: '',
    timesOut: false,
  };
}

function store(
  clock: ManualClock,
  perNameLimit = 0,
): { readonly alerts: AlertStore; readonly deleted: string[]; readonly limited: string[] } {
  const deleted: string[] = [];
  const limited: string[] = [];
  const alerts = new AlertStore({
    clock,
    logger: silentLogger(),
    gcIntervalMs: 1000,
    perNameLimit,
    onDeleted: (gone) => deleted.push(...gone.map(({ labels }) => labels.get('alertname'))),
    onLimited: (name) => limited.push(name),
  });
  return { alerts, deleted, limited };
}

describe('AlertStore', () => {
  test('tells subscribers what is there and what comes', () => {
    const { alerts } = store(new ManualClock());
    const seen: string[] = [];
    alerts.put([alert({ alertname: 'a' }, 500)]);
    const unsubscribe = alerts.subscribe(({ labels }) => seen.push(labels.get('alertname')));
    alerts.put([alert({ alertname: 'b' }, 500)]);
    unsubscribe();
    alerts.put([alert({ alertname: 'c' }, 500)]);
    expect(seen).toEqual(['a', 'b']);
  });

  test('drops resolved alerts from time to time', async () => {
    const clock = new ManualClock();
    const { alerts, deleted } = store(clock);
    alerts.start();
    alerts.put([alert({ alertname: 'a' }, 500), alert({ alertname: 'b' }, 1500)]);
    await clock.advance(999);
    expect([...alerts.all()]).toHaveLength(2);
    await clock.advance(1);
    expect(deleted).toEqual(['a']);
    await clock.advance(1000);
    expect(deleted).toEqual(['a', 'b']);
    alerts.stop();
    expect(clock.pending).toBe(0);
  });

  test('refuses alerts of one name beyond the limit until one has ended', async () => {
    const clock = new ManualClock();
    const { alerts, limited } = store(clock, 2);
    const instance = (i: number, nowMs: number): Alert =>
      alert({ alertname: 'a', instance: String(i) }, 500 + i, nowMs);
    alerts.put([
      instance(1, 0),
      instance(2, 0),
      instance(3, 0),
      instance(1, 1),
      alert({ alertname: 'b' }, 9),
    ]);
    expect(limited).toEqual(['a']);
    await clock.advance(501);
    alerts.put([instance(4, 501)]);
    expect(limited).toEqual(['a']);
    expect(Array.from(alerts.all(), ({ labels }) => labels.get('instance'))).toEqual(['1', '2', '', '4']);
  });
});
