import { isStaleNaN } from '@narthex/bytes';
import { describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { APPEND_OUTCOME, type Appender, type SampleColumns, type SeriesRef } from '@narthex/storage';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { type ActiveAlert } from './active-alert.js';
import { EvaluationSlots } from './evaluation-slots.js';
import { RuleMetrics } from './metrics.js';
import { type VectorAnswer } from './query.js';
import { type GroupContext } from './rule-group.js';
import { RuleManager, type RuleSettings } from './rule-manager.js';
import { type RuleGroupSource } from './rule-source.js';

type Stored = [name: string, timestampMs: number, value: number | 'stale'];

/** A storage that remembers what was committed, and has these samples of its own to read. */
class MemoryStorage {
  readonly stored: Stored[] = [];
  readable: { labels: Labels; timestampMs: number; value: number }[] = [];
  readonly #series: Labels[] = [];

  appender(): Appender {
    const pending: Stored[] = [];
    const nothing = (): never => {
      throw new Error('rules write floats here');
    };
    return {
      series: (labels) => (this.#series.push(labels) - 1) as SeriesRef,
      float: (ref, timestampMs, value) => {
        pending.push([this.#series[ref]!.toString(), timestampMs, isStaleNaN(value) ? 'stale' : value]);
        return APPEND_OUTCOME.accepted;
      },
      commit: () => {
        this.stored.push(...pending);
        return Promise.resolve({
          floatsAppended: pending.length,
          histogramsAppended: 0,
          exemplarsAppended: 0,
          seriesCreated: 0,
        });
      },
      rollback: () => void pending.splice(0),
      floats: nothing,
      histogram: nothing,
      startZero: nothing,
      exemplar: nothing,
      metadata: nothing,
    };
  }

  querier() {
    const found = this.readable;
    const none = { values: [], warnings: [] };
    return {
      select: () =>
        Promise.resolve({
          length: found.length,
          warnings: [],
          labels: (i: number) => found[i]!.labels,
          read: (i: number, into: SampleColumns) => into.pushFloat(found[i]!.timestampMs, found[i]!.value),
        }),
      labelValues: () => Promise.resolve(none),
      labelNames: () => Promise.resolve(none),
      close: () => undefined,
    };
  }
}

const SECOND = 1000;
const START = 1_000_000 * SECOND;

function setUp(
  answer: (expression: string) => VectorAnswer | Error | Promise<VectorAnswer>,
  slots?: EvaluationSlots,
) {
  const clock = new ManualClock(START);
  const storage = new MemoryStorage();
  const logger = new RecordingLogger();
  const registry = new Registry();
  const notified: Readonly<ActiveAlert>[] = [];
  const context: GroupContext = {
    clock,
    logger,
    metrics: new RuleMetrics(registry),
    storage,
    query: (expression) => {
      const given = answer(expression);
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
    },
    notify: (_rule, alerts) => void notified.push(...alerts),
    resendDelayMs: 60 * SECOND,
    outageToleranceMs: 3600 * SECOND,
    gracePeriodMs: 600 * SECOND,
    slots,
  };
  const manager = new RuleManager({
    ...context,
    templates: () => ({ expand: (_name, text) => Promise.resolve(text), check: () => Promise.resolve() }),
  });
  return { clock, storage, logger, registry, notified, manager };
}

const vector = (...instances: string[]): VectorAnswer => ({
  samples: instances.map((instance) => ({ labels: Labels.of({ __name__: 'up', instance }), value: 7 })),
  warnings: [],
  infos: [],
});

const settings = (...groups: RuleGroupSource[]): RuleSettings => ({
  evaluationIntervalMs: 10 * SECOND,
  ruleQueryOffsetMs: 0,
  externalLabels: Labels.EMPTY,
  groups,
});

const group = (name: string, rules: RuleGroupSource['rules']): RuleGroupSource => ({
  file: 'r.yml',
  name,
  intervalMs: undefined,
  queryOffsetMs: undefined,
  limit: 0,
  rules,
});

const recording = (record: string, expression = 'up'): RuleGroupSource['rules'][number] => ({
  record,
  expression,
  labels: Labels.EMPTY,
});

const alerting = (alert: string, forMs = 0): RuleGroupSource['rules'][number] => ({
  alert,
  expression: 'up',
  labels: Labels.EMPTY,
  annotations: Labels.EMPTY,
  forMs,
  keepFiringForMs: 0,
});

describe('a rule group', () => {
  test('stores results every interval and ends the series that vanish', async () => {
    let answer = vector('a', 'b');
    const { clock, storage, manager } = setUp(() => answer);
    await manager.update(settings(group('g', [recording('x:y')])));
    await clock.advance(10 * SECOND);
    answer = vector('b');
    await clock.advance(10 * SECOND);
    const at = storage.stored[0]![1];
    expect(at).toBeGreaterThan(START);
    expect(storage.stored).toEqual([
      ['{__name__="x:y", instance="a"}', at, 7],
      ['{__name__="x:y", instance="b"}', at, 7],
      ['{__name__="x:y", instance="b"}', at + 10 * SECOND, 7],
      ['{__name__="x:y", instance="a"}', at + 10 * SECOND, 'stale'],
    ]);
    await manager.stop();
  });

  test.each([
    { what: 'one after another', slots: undefined, asked: ['up'] },
    { what: 'at the same time as far as there are places', slots: 1, asked: ['up', 'down'] },
    { what: 'at the same time, none before what it needs', slots: 5, asked: ['up', 'down', 'left'] },
  ])('rules are evaluated $what', async ({ slots, asked }) => {
    const begun: string[] = [];
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const { clock, storage, manager } = setUp(
      async (expression) => {
        begun.push(expression);
        await held;
        return vector(expression);
      },
      slots === undefined ? undefined : new EvaluationSlots(slots),
    );
    await manager.update(
      settings(
        group('g', [
          recording('a', 'up'),
          recording('b', 'down'),
          recording('c', 'a'),
          recording('d', 'left'),
        ]),
      ),
    );
    await clock.advance(10 * SECOND);
    expect(begun).toEqual(asked);
    goOn();
    await eventually('all stored', () => storage.stored.length === 4);
    expect(begun.indexOf('a')).toBeGreaterThan(begun.indexOf('up'));
    expect(begun).toHaveLength(4);
    await manager.stop();
  });

  test('a failing rule is shown and counted, and the next one runs', async () => {
    const { clock, storage, manager, registry, logger } = setUp((expression) =>
      expression === 'bad' ? new Error('it broke') : vector('a'),
    );
    await manager.update(settings(group('g', [recording('bad', 'bad'), recording('good')])));
    await clock.advance(10 * SECOND);
    const [bad, good] = manager.groups()[0]!.rules;
    expect([bad!.status.health, bad!.status.lastError, good!.status.health]).toEqual([
      'err',
      'it broke',
      'ok',
    ]);
    expect(storage.stored.map(([name]) => name)).toEqual(['{__name__="good", instance="a"}']);
    expect(await registry.getSingleMetricAsString('prometheus_rule_evaluation_failures_total')).toContain(
      '{rule_group="r.yml;g"} 1',
    );
    const metrics = await registry.metrics();
    expect(metrics).toContain('prometheus_rule_evaluation_duration_histogram_seconds_bucket{le="10"} 2\n');
    expect(metrics).toContain('prometheus_rule_group_duration_histogram_seconds_count 1\n');
    expect(logger.lines.map(({ message }) => message)).toContain('Evaluating rule failed');
    await manager.stop();
  });

  test('a reload leaves equal groups alone, and ends the series of rules and groups that go', async () => {
    const { clock, storage, manager } = setUp(() => vector('a'));
    const kept = group('kept', [recording('k')]);
    await manager.update(
      settings(kept, group('changed', [recording('c1'), recording('c2')]), group('gone', [recording('z')])),
    );
    await clock.advance(10 * SECOND);
    const keptGroup = manager.groups().find(({ name }) => name === 'kept');
    storage.stored.splice(0);
    await manager.update(settings(kept, group('changed', [recording('c1')])));
    expect(manager.groups().find(({ name }) => name === 'kept')).toBe(keptGroup);
    const ends = (): readonly string[] =>
      storage.stored.filter(([, , value]) => value === 'stale').map(([name]) => name);
    await clock.advance(10 * SECOND);
    // A group that is gone leaves its series for two intervals, in case another took them over.
    expect(ends()).toEqual(['{__name__="c2", instance="a"}']);
    await clock.advance(10 * SECOND);
    expect([...ends()].sort()).toEqual(['{__name__="c2", instance="a"}', '{__name__="z", instance="a"}']);
    await manager.stop();
  });

  test('alerts go out, and keep their state when the group changes', async () => {
    const { clock, notified, manager } = setUp(() => vector('a'));
    const alert = alerting('Down', 15 * SECOND);
    await manager.update(settings(group('g', [alert])));
    await clock.advance(20 * SECOND);
    expect(manager.alertingRules()[0]!.state()).toBe('pending');
    await manager.update(settings(group('g', [alert, recording('x')])));
    await clock.advance(20 * SECOND);
    expect(manager.alertingRules()[0]!.state()).toBe('firing');
    expect(notified.map(({ labels }) => labels.toString())).toEqual(['{alertname="Down", instance="a"}']);
    await manager.stop();
  });

  test.each([
    {
      what: 'had nearly fired: waits for the grace period',
      matchedMs: 1190 * SECOND,
      agoMs: 60 * SECOND,
      leftMs: 600 * SECOND,
    },
    { what: 'had fired: fires at once', matchedMs: 1300 * SECOND, agoMs: 60 * SECOND, leftMs: 0 },
    {
      what: 'was young: the outage does not count',
      matchedMs: 60 * SECOND,
      agoMs: 120 * SECOND,
      leftMs: 1140 * SECOND,
    },
  ])('after a restart an alert that $what', async ({ matchedMs, agoMs, leftMs }) => {
    const { clock, storage, manager } = setUp(() => vector('a'));
    const lastMs = START - agoMs;
    storage.readable = [
      {
        labels: Labels.of({ __name__: 'ALERTS_FOR_STATE', alertname: 'Down', instance: 'a' }),
        timestampMs: lastMs,
        value: (lastMs - matchedMs) / 1000,
      },
    ];
    await manager.update(settings(group('g', [alerting('Down', 1200 * SECOND)])));
    await clock.advance(20 * SECOND);
    const [alert] = manager.alertingRules()[0]!.activeAlerts();
    const remainingMs = alert!.activeAtMs + 1200 * SECOND - clock.nowMs();
    expect(Math.abs(Math.max(0, remainingMs) - leftMs)).toBeLessThanOrEqual(20 * SECOND);
    await manager.stop();
  });
});
