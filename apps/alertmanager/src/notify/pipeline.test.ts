import { describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { ManualClock, RecordingLogger } from '@narthex/testkit';
import xxhash from 'xxhash-wasm';
import { type Alert } from '../alerts/alert';
import { fingerprintOf } from '../alerts/fingerprint';
import { NamedIntervals } from '../intervals/named-intervals';
import { NotificationLog } from '../nflog/notification-log';
import { alertHash } from './alert-hash';
import { NotificationAbortedError } from './errors';
import { GroupMutes } from './group-mutes';
import { type NotifyOutcome } from './integration';
import { type Muter } from './muter';
import { type Notification } from './notification';
import { NotificationMetrics } from './notification-metrics';
import { createPipeline } from './pipeline';
import { type Stage } from './stage';

const NOW_MS = Date.UTC(2026, 10, 22);

class FixedMuter implements Muter {
  readonly reason: Muter['reason'];
  readonly #name: string;

  constructor(reason: Muter['reason'], name: string) {
    this.reason = reason;
    this.#name = name;
  }

  mutes(labels: Labels): boolean {
    return labels.get('alertname') === this.#name;
  }
}

interface Bench {
  readonly clock: ManualClock;
  readonly logger: RecordingLogger;
  readonly registry: Registry;
  readonly log: NotificationLog;
  readonly groupMutes: GroupMutes;
  readonly pipeline: Stage;
  /** What each attempt was given. */
  readonly attempts: {
    readonly atMs: number;
    readonly alerts: string;
    readonly reason: string | undefined;
  }[];
  readonly run: (alerts: readonly Alert[], changes?: Partial<Notification>) => Promise<void>;
  readonly abort: AbortController;
}

async function bench(answers: readonly NotifyOutcome[], sendResolved = true): Promise<Bench> {
  const clock = new ManualClock(NOW_MS);
  const logger = new RecordingLogger();
  const registry = new Registry();
  const metrics = new NotificationMetrics({ registry, withReceiverNames: false });
  const log = new NotificationLog({ clock, retentionMs: 432_000_000 });
  const groupMutes = new GroupMutes();
  const attempts: Bench['attempts'] = [];
  const notifier = {
    notify: (notification: Notification, alerts: readonly Alert[]): Promise<NotifyOutcome> => {
      const names = alerts.map(
        ({ labels, endsAtMs }) => labels.get('alertname') + (endsAtMs === undefined ? '' : '!'),
      );
      attempts.push({ atMs: clock.nowMs() - NOW_MS, alerts: names.join(' '), reason: notification.reason });
      return Promise.resolve(answers[attempts.length - 1] ?? { kind: 'sent' });
    },
  };
  const key = { receiver: 'r', integration: 'webhook', index: 0 };
  const always = [{ years: [{ begin: 2000, end: 2100 }] }];
  const never = [{ years: [{ begin: 1999, end: 1999 }] }];
  const pipeline = createPipeline({
    receivers: new Map([['r', [{ key, sendResolved, notifier }]]]),
    inhibitor: new FixedMuter('inhibition', 'inhibited'),
    silencer: new FixedMuter('silence', 'silenced'),
    intervals: new NamedIntervals(
      new Map([
        ['always', always],
        ['never', never],
      ]),
    ),
    groupMutes,
    log,
    hash: alertHash(await xxhash()),
    clock,
    logger,
    metrics,
    random: () => 0.5,
  });
  const abort = new AbortController();
  const run = async (alerts: readonly Alert[], changes: Partial<Notification> = {}): Promise<void> => {
    const notification: Notification = {
      groupKey: 'g',
      groupLabels: Labels.EMPTY,
      receiver: 'r',
      routeId: '{}',
      repeatIntervalMs: 3_600_000,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      nowMs: clock.nowMs(),
      signal: abort.signal,
      ...changes,
    };
    await pipeline.run(notification, alerts);
  };
  return { clock, logger, registry, log, groupMutes, pipeline, attempts, run, abort };
}

function alert(alertname: string, endsAtMs?: number): Alert {
  const labels = Labels.of({ alertname });
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

const failure = (retry: boolean, text = 'no'): NotifyOutcome => ({
  kind: 'failed',
  retry,
  reason: 'serverError',
  error: new Error(text),
});

describe('pipeline', () => {
  test('tells once, then when something changes or the repeat interval is over', async () => {
    const { attempts, run, clock } = await bench([]);
    await run([alert('a')]);
    await clock.advance(300_000);
    await run([alert('a')]);
    await clock.advance(300_000);
    await run([alert('a'), alert('b')]);
    await clock.advance(300_000);
    await run([alert('a'), alert('b', NOW_MS)]);
    await clock.advance(3_600_001);
    await run([alert('a')]);
    await clock.advance(300_000);
    await run([alert('a', NOW_MS)]);
    await run([alert('a', NOW_MS)]);
    expect(attempts.map(({ alerts, reason }) => [alerts, reason])).toEqual([
      ['a', 'first notification'],
      ['a b', 'new alerts added'],
      ['a b!', 'some alerts resolved'],
      ['a', 'repeat interval elapsed'],
      ['a!', 'all alerts resolved'],
    ]);
  });

  test('without send_resolved only firing alerts are sent, and the log is cleared in silence', async () => {
    const { attempts, run, log } = await bench([], false);
    await run([alert('a'), alert('b', NOW_MS)]);
    await run([alert('a', NOW_MS)]);
    expect(attempts.map(({ alerts }) => alerts)).toEqual(['a']);
    expect(log.find('g', { receiver: 'r', integration: 'webhook', index: 0 })?.firing.size).toBe(0);
    await run([alert('a')]);
    expect(attempts.map(({ reason }) => reason)).toEqual(['first notification', 'first notification']);
  });

  test('holds back what is inhibited or silenced', async () => {
    const { attempts, run, registry } = await bench([]);
    await run([alert('inhibited'), alert('a'), alert('silenced')]);
    await run([alert('inhibited')], { groupKey: 'other' });
    expect(attempts.map(({ alerts }) => alerts)).toEqual(['a']);
    const text = await registry.metrics();
    expect(text).toContain('alertmanager_notifications_suppressed_total{reason="inhibition"} 2');
    expect(text).toContain('alertmanager_notifications_suppressed_total{reason="silence"} 1');
  });

  test.each<[string, Partial<Notification>, number, string[]]>([
    ['no intervals', {}, 1, []],
    ['mute time now', { muteTimeIntervals: ['never', 'always'] }, 0, ['always']],
    ['mute time later', { muteTimeIntervals: ['never'] }, 1, []],
    ['active time now', { activeTimeIntervals: ['never', 'always'] }, 1, []],
    ['active time later', { activeTimeIntervals: ['never'] }, 0, ['never']],
  ])('%s', async (_name, changes, attempted, mutedBy) => {
    const { attempts, run, groupMutes } = await bench([]);
    await run([alert('a')], changes);
    expect(attempts).toHaveLength(attempted);
    expect(groupMutes.get('{}', 'g')).toEqual(mutedBy);
  });

  test('tries again at growing intervals, and tells of each new failure once', async () => {
    const { attempts, run, clock, logger, registry } = await bench([
      failure(true),
      failure(true),
      failure(true, 'still no'),
    ]);
    const running = run([alert('a')]);
    await clock.advance(10_000);
    await running;
    expect(attempts.map(({ atMs }) => atMs)).toEqual([0, 500, 1250, 2375]);
    expect(logger.lines.map(({ level, message, fields }) => [level, message, fields.attempts])).toEqual([
      ['warn', 'Notify attempt failed, will retry later', 1],
      ['warn', 'Notify attempt failed, will retry later', 3],
      ['info', 'Notify success', 4],
    ]);
    const text = await registry.metrics();
    expect(text).toContain('alertmanager_notifications_total{integration="webhook"} 1');
    expect(text).toContain('alertmanager_notification_requests_total{integration="webhook"} 4');
    expect(text).toContain('alertmanager_notification_requests_failed_total{integration="webhook"} 3');
  });

  test('gives up at once where trying again does not help', async () => {
    const { run, registry, log } = await bench([failure(false)]);
    await expect(run([alert('a')])).rejects.toThrow(
      'r/webhook[0]: notify retry canceled due to unrecoverable error after 1 attempts: no',
    );
    expect(await registry.metrics()).toContain(
      'alertmanager_notifications_failed_total{integration="webhook",reason="serverError"} 1',
    );
    expect(log.size).toBe(0);
  });

  test.each([
    [
      'contextDeadlineExceeded',
      [],
      'r/webhook[0]: notify retry canceled after 0 attempts: context deadline exceeded',
    ],
    ['serverError', [failure(true)], 'r/webhook[0]: notify retry canceled after 1 attempts: no'],
  ])('ends with the time it has: %s', async (reason, answers, message) => {
    const { run, abort, clock, registry } = await bench(answers);
    if (answers.length === 0) abort.abort(new NotificationAbortedError('contextDeadlineExceeded'));
    const running = run([alert('a')]);
    const outcome = expect(running).rejects.toThrow(message);
    await clock.advance(100);
    abort.abort(new NotificationAbortedError('contextDeadlineExceeded'));
    await outcome;
    expect(await registry.metrics()).toContain(
      `notifications_failed_total{integration="webhook",reason="${reason}"} 1`,
    );
  });
});
