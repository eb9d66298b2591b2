import { describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels, RelabelRule } from '@narthex/model';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { type NotifiedAlert } from './alert.js';
import { type AlertmanagerConfig, Notifier, type NotifierOptions } from './notifier.js';
import { type PostAlerts } from './send-loop.js';

const alert = (name: string): NotifiedAlert => ({
  labels: Labels.of({ alertname: name }),
  annotations: Labels.of({ summary: 'sum' }),
  startsAtMs: Date.UTC(2026, 0, 1),
  endsAtMs: Date.UTC(2026, 0, 1, 0, 4),
  generatorUrl: 'http://prom/graph',
});

interface Posted {
  readonly url: string;
  readonly alerts: { labels: Record<string, string>; startsAt: string }[];
}

function setUp(overrides: Partial<NotifierOptions> = {}, entry: Partial<AlertmanagerConfig> = {}) {
  const posted: Posted[] = [];
  const registry = new Registry();
  const logger = new RecordingLogger();
  const notifier = new Notifier({
    clock: new ManualClock(),
    logger,
    registry,
    queueCapacity: 100,
    batchSize: 10,
    drainOnShutdown: true,
    ...overrides,
  });
  const post: PostAlerts = ({ url, body }) => {
    posted.push({ url, alerts: JSON.parse(body) as Posted['alerts'] });
    return Promise.resolve();
  };
  const apply = (relabelRules: RelabelRule[] = []): void =>
    notifier.applyConfig({
      externalLabels: Labels.of({ dc: 'eu', alertname: 'never wins' }),
      alertRelabelRules: relabelRules,
      alertmanagers: [
        {
          scheme: 'http',
          pathPrefix: '/am/',
          relabelRules: [],
          alertRelabelRules: [],
          timeoutMs: 1000,
          post,
          ...entry,
        },
      ],
    });
  apply();
  notifier.updateTargets(0, [Labels.of({ __address__: 'a:9093' })]);
  return { notifier, posted, registry, logger, apply };
}

describe('the notifier', () => {
  test('posts to every Alertmanager, with external labels that override nothing', async () => {
    const { notifier, posted } = setUp();
    notifier.updateTargets(0, [
      Labels.of({ __address__: 'a:9093' }),
      Labels.of({ __address__: 'b:9093', __scheme__: 'https' }),
    ]);
    notifier.send([alert('X')]);
    await notifier.stop();
    expect(posted.map(({ url }) => url)).toEqual([
      'http://a:9093/am/api/v2/alerts',
      'https://b:9093/am/api/v2/alerts',
    ]);
    expect(posted[0]!.alerts[0]).toEqual({
      labels: { alertname: 'X', dc: 'eu' },
      annotations: { summary: 'sum' },
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: '2026-01-01T00:04:00.000Z',
      generatorURL: 'http://prom/graph',
    });
  });

  test('sends in batches and drains before it stops', async () => {
    const { notifier, posted } = setUp({ batchSize: 2 });
    notifier.send(['a', 'b', 'c', 'd', 'e'].map(alert));
    await notifier.stop();
    expect(posted.map(({ alerts }) => alerts.map(({ labels }) => labels.alertname))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e'],
    ]);
    notifier.send([alert('late')]);
    await notifier.stop();
    expect(posted).toHaveLength(3);
  });

  test('drops the oldest beyond its capacity, and counts them', async () => {
    const { notifier, posted, registry } = setUp({ queueCapacity: 2 });
    notifier.send(['a', 'b', 'c'].map(alert));
    expect(await registry.getSingleMetricAsString('prometheus_notifications_dropped_total')).toMatch(/ 1$/);
    await notifier.stop();
    expect(posted[0]!.alerts.map(({ labels }) => labels.alertname)).toEqual(['b', 'c']);
  });

  test('keeps nothing where it has no capacity', async () => {
    const { notifier, posted, registry } = setUp({ queueCapacity: 0 });
    notifier.send([alert('a')]);
    expect(await registry.getSingleMetricAsString('prometheus_notifications_dropped_total')).toMatch(/ 1$/);
    await notifier.stop();
    expect(posted).toEqual([]);
  });

  test('relabels and drops alerts', async () => {
    const { notifier, posted, apply } = setUp();
    apply([
      new RelabelRule({ action: 'drop', sourceLabels: ['alertname'], regex: 'Quiet.*' }),
      new RelabelRule({ action: 'labeldrop', regex: 'dc' }),
    ]);
    notifier.send([alert('QuietOne'), alert('Loud')]);
    await notifier.stop();
    expect(posted.flatMap(({ alerts }) => alerts.map(({ labels }) => labels))).toEqual([
      { alertname: 'Loud' },
    ]);
  });

  test('counts and logs what an Alertmanager does not take, and goes on', async () => {
    const { notifier, registry, logger } = setUp(
      {},
      { post: () => Promise.reject(new Error('bad response status 500')) },
    );
    notifier.send([alert('X'), alert('Y')]);
    await eventually('both dropped', async () =>
      (await registry.getSingleMetricAsString('prometheus_notifications_dropped_total')).endsWith(' 2'),
    );
    expect(await registry.getSingleMetricAsString('prometheus_notifications_errors_total')).toContain(
      '{alertmanager="http://a:9093/am/api/v2/alerts"} 2',
    );
    expect(logger.lines.map(({ message }) => message)).toEqual(['Error sending alerts']);
    await notifier.stop();
  });

  test('one that hangs keeps no other waiting, and what it missed is its own loss', async () => {
    const reached: string[] = [];
    const { notifier, registry } = setUp(
      { drainOnShutdown: false, queueCapacity: 2 },
      {
        post: ({ url, signal }) => {
          if (!url.includes('slow')) return Promise.resolve(void reached.push(url));
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('stopped')));
          });
        },
      },
    );
    notifier.updateTargets(
      0,
      ['slow:1', 'quick:1'].map((address) => Labels.of({ __address__: address })),
    );
    for (let i = 1; i <= 4; i++) {
      notifier.send([alert(`a${i}`)]);
      await eventually('the quick one has it', () => reached.length === i);
    }
    const dropped = await registry.getSingleMetricAsString('prometheus_notifications_dropped_total');
    expect(dropped).toContain('{alertmanager="http://slow:1/am/api/v2/alerts"} 1');
    expect(dropped).toContain('{alertmanager="http://quick:1/am/api/v2/alerts"} 0');
    await notifier.stop();
  });

  test('an Alertmanager that goes gets what was queued for it; its metrics go', async () => {
    const { notifier, posted, registry } = setUp();
    notifier.send([alert('last')]);
    notifier.updateTargets(0, []);
    await notifier.stop();
    expect(posted.map(({ alerts }) => alerts.length)).toEqual([1]);
    expect(await registry.getSingleMetricAsString('prometheus_notifications_sent_total')).not.toContain(
      'http',
    );
  });

  test('tells where alerts go, without repeats, and what relabelling dropped', () => {
    const { notifier } = setUp(
      {},
      { relabelRules: [new RelabelRule({ action: 'drop', sourceLabels: ['__address__'], regex: 'b.*' })] },
    );
    notifier.updateTargets(
      0,
      ['a:1', 'b:1', 'a:1'].map((address) => Labels.of({ __address__: address })),
    );
    expect(notifier.alertmanagers()).toEqual({
      active: ['http://a:1/am/api/v2/alerts'],
      dropped: ['http://b:1/am/api/v2/alerts'],
    });
  });
});
