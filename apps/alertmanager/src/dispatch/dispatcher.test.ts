import { describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { ManualClock, RecordingLogger, silentLogger } from '@narthex/testkit';
import { type Alert } from '../alerts/alert';
import { fingerprintOf } from '../alerts/fingerprint';
import { GroupMutes } from '../notify/group-mutes';
import { type Notification } from '../notify/notification';
import { type Stage } from '../notify/stage';
import { Route, type RouteDefinition } from '../routing/route';
import { Dispatcher } from './dispatcher';
import { DispatcherMetrics } from './dispatcher-metrics';

const START_MS = 1_000_000;

const definition: RouteDefinition = {
  receiver: 'r',
  groupBy: ['alertname'],
  matchers: [],
  continues: false,
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 3_600_000,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  routes: [],
};

interface Flush {
  /** Milliseconds since the start. */
  readonly atMs: number;
  readonly groupKey: string;
  /** Instances, with `!` behind the resolved ones. */
  readonly alerts: string;
}

/** A pipeline that takes note of what it is given. */
class Notes implements Stage {
  readonly flushes: Flush[] = [];
  readonly notifications: Notification[] = [];
  answer: (notification: Notification) => Promise<void> = () => Promise.resolve();
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async run(
    notification: Notification,
    alerts: readonly Alert[],
  ): Promise<{ notification: Notification; alerts: readonly Alert[] }> {
    const shown = alerts.map(
      ({ labels, endsAtMs }) => `${labels.get('instance')}${endsAtMs === undefined ? '' : '!'}`,
    );
    this.flushes.push({
      atMs: this.#clock.nowMs() - START_MS,
      groupKey: notification.groupKey,
      alerts: shown.join(' '),
    });
    this.notifications.push(notification);
    await this.answer(notification);
    return { notification, alerts };
  }
}

function setUp(
  changes: Partial<RouteDefinition> = {},
  startAtMs = 0,
  logger = silentLogger(),
): {
  readonly clock: ManualClock;
  readonly dispatcher: Dispatcher;
  readonly notes: Notes;
  readonly send: (
    instance: string,
    of?: { startsAtMs?: number; endsAtMs?: number; alertname?: string },
  ) => void;
} {
  const clock = new ManualClock(START_MS);
  const notes = new Notes(clock);
  const dispatcher = new Dispatcher({
    route: new Route({ ...definition, ...changes }),
    pipeline: notes,
    groupMutes: new GroupMutes(),
    clock,
    logger,
    metrics: new DispatcherMetrics(new Registry()),
    maintenanceIntervalMs: 30_000,
    startAtMs,
  });
  dispatcher.start();
  const send = (
    instance: string,
    of: { startsAtMs?: number; endsAtMs?: number; alertname?: string } = {},
  ): void => {
    const labels = Labels.of({ alertname: of.alertname ?? 'a', instance });
    dispatcher.dispatch({
      labels,
      fingerprint: fingerprintOf(labels),
      annotations: new Map(),
      startsAtMs: clock.nowMs(),
      endsAtMs: clock.nowMs() + 86_400_000,
      updatedAtMs: clock.nowMs(),
      generatorUrl: '',
      timesOut: false,
      ...of,
    });
  };
  return { clock, dispatcher, notes, send };
}

const key = '{}:{alertname="a"}';

describe('Dispatcher', () => {
  test('a group is flushed after group_wait, then at each group_interval', async () => {
    const { clock, dispatcher, notes, send } = setUp();
    send('1');
    await clock.advance(10_000);
    send('2');
    await clock.advance(100_000);
    send('3');
    await clock.advance(600_000);
    expect(notes.flushes).toEqual([
      { atMs: 30_000, groupKey: key, alerts: '1 2' },
      { atMs: 330_000, groupKey: key, alerts: '1 2 3' },
      { atMs: 630_000, groupKey: key, alerts: '1 2 3' },
    ]);
    await dispatcher.stop();
  });

  test('an alert that has fired for longer than group_wait is flushed at once', async () => {
    const { clock, dispatcher, notes, send } = setUp();
    send('1', { startsAtMs: START_MS - 30_001 });
    await clock.advance(0);
    send('2', { startsAtMs: START_MS - 60_000 });
    await clock.advance(300_000);
    expect(notes.flushes.map(({ atMs, alerts }) => [atMs, alerts])).toEqual([
      [0, '1'],
      [300_000, '1 2'],
    ]);
    await dispatcher.stop();
  });

  test('resolved alerts go after the flush that told of them, and an empty group is dropped', async () => {
    const { clock, dispatcher, notes, send } = setUp();
    send('1');
    send('2');
    await clock.advance(60_000);
    send('2', { endsAtMs: clock.nowMs() });
    await clock.advance(300_000);
    send('1', { endsAtMs: clock.nowMs() });
    await clock.advance(300_000);
    expect(notes.flushes.map(({ alerts }) => alerts)).toEqual(['1 2', '1 2!', '1!']);
    await clock.advance(30_000);
    expect(
      dispatcher.groupsOf(
        () => true,
        () => true,
      ).groups,
    ).toEqual([]);
    // A new story begins with group_wait.
    send('1');
    await clock.advance(30_000);
    expect(notes.flushes).toHaveLength(4);
    await dispatcher.stop();
  });

  test('a group that is replaced before it is dropped leaves nothing running', async () => {
    const { clock, dispatcher, notes, send } = setUp({ groupWaitMs: 0 });
    send('1', { endsAtMs: START_MS });
    await clock.advance(0);
    send('1');
    await clock.advance(0);
    expect(notes.flushes.map(({ alerts }) => alerts)).toEqual(['1!', '1']);
    await dispatcher.stop();
    expect(clock.pending).toBe(0);
  });

  test('resolved alerts stay while notifying fails, and while they fire again', async () => {
    const logger = new RecordingLogger();
    const { clock, dispatcher, notes, send } = setUp({}, 0, logger);
    notes.answer = () => Promise.reject(new Error('no'));
    send('1');
    await clock.advance(30_000);
    send('1', { endsAtMs: clock.nowMs() });
    await clock.advance(300_000);
    notes.answer = async () => {
      await clock.advance(1);
      send('1');
    };
    await clock.advance(300_000);
    notes.answer = () => Promise.resolve();
    await clock.advance(300_000);
    expect(notes.flushes.map(({ alerts }) => alerts)).toEqual(['1', '1!', '1!', '1']);
    expect(logger.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'Notify for alerts failed',
      'Notify for alerts failed',
    ]);
    await dispatcher.stop();
  });

  test('a flush may take until the next one; then its signal aborts', async () => {
    const { clock, dispatcher, notes, send } = setUp({ groupWaitMs: 0, groupIntervalMs: 20_000 });
    notes.answer = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    send('1');
    await clock.advance(45_000);
    expect(notes.flushes.map(({ atMs }) => atMs)).toEqual([0, 20_000, 40_000]);
    expect(notes.notifications[0]?.signal.reason).toMatchObject({ reason: 'contextDeadlineExceeded' });
    const stopped = dispatcher.stop();
    expect(notes.notifications[2]?.signal.reason).toMatchObject({ reason: 'contextCanceled' });
    await stopped;
    expect(clock.pending).toBe(0);
  });

  test('a short group_interval still leaves ten seconds to notify, and a late flush follows at once', async () => {
    const { clock, dispatcher, notes, send } = setUp({ groupWaitMs: 0, groupIntervalMs: 1000 });
    notes.answer = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
    send('1');
    await clock.advance(25_000);
    expect(notes.flushes.map(({ atMs }) => atMs)).toEqual([0, 10_000, 20_000]);
    await dispatcher.stop();
  });

  test('nothing is flushed before the start moment', async () => {
    const { clock, dispatcher, notes, send } = setUp({}, START_MS + 100_000);
    send('1');
    await clock.advance(99_999);
    expect(notes.flushes).toEqual([]);
    await clock.advance(1);
    expect(notes.flushes).toEqual([{ atMs: 100_000, groupKey: key, alerts: '1' }]);
    await dispatcher.stop();
  });

  test('groups are by route and labels, and are listed in order', async () => {
    const child = { ...definition, receiver: 's', continues: true };
    const { dispatcher, send } = setUp({ routes: [child, { ...definition, groupBy: 'all' }] });
    send('2', { alertname: 'b' });
    send('1', { alertname: 'b' });
    send('1');
    const { groups, receivers } = dispatcher.groupsOf(
      () => true,
      () => true,
    );
    expect(
      groups.map(({ labels, receiver, alerts }) => [labels.toString(), receiver, alerts.length]),
    ).toEqual([
      ['{alertname="a"}', 's', 1],
      ['{alertname="b"}', 's', 2],
      ['{alertname="a", instance="1"}', 'r', 1],
      ['{alertname="b", instance="1"}', 'r', 1],
      ['{alertname="b", instance="2"}', 'r', 1],
    ]);
    expect([...receivers.values()]).toEqual([
      ['r', 's'],
      ['r', 's'],
      ['r', 's'],
    ]);
    await dispatcher.stop();
  });

  test('group keys hold the values of labels as Go quotes them, the names as they are', async () => {
    const { clock, dispatcher, notes } = setUp({ groupBy: 'all', groupWaitMs: 0 });
    const labels = Labels.of({ a: 'x', 'b c': 'y"z' });
    const fingerprint = fingerprintOf(labels);
    const times = { startsAtMs: START_MS, endsAtMs: START_MS + 1, updatedAtMs: START_MS };
    dispatcher.dispatch({
      labels,
      fingerprint,
      annotations: new Map(),
      ...times,
      generatorUrl: '',
      timesOut: false,
    });
    await clock.advance(0);
    expect(notes.flushes[0]?.groupKey).toBe('{}:{a="x", b c="y\\"z"}');
    await dispatcher.stop();
  });
});
