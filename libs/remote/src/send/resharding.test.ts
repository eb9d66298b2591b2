import { describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { entryOf, QUICK_QUEUE, SenderRig } from '../testing/sender-rig.js';
import { WriteEndpoint } from '../testing/write-endpoint.js';
import { QueueMetricFamilies, QueueMetrics } from './queue-metrics.js';
import { RepeatedLines } from './repeated-lines.js';
import { Resharding } from './resharding.js';

const NOW_MS = 1_700_000_000_000;

describe('choosing shards every ten seconds', () => {
  function open() {
    const clock = new ManualClock(NOW_MS);
    const logger = new RecordingLogger();
    const families = new QueueMetricFamilies(new Registry());
    const received = { samples: 0, exemplars: 0, histograms: 0, highestTimestampMs: NOW_MS };
    const counts: number[] = [];
    let current = 1;
    const resharding = new Resharding({
      clock,
      logger,
      config: QUICK_QUEUE,
      metrics: new QueueMetrics(families, { remote_name: 'a', url: 'b' }),
      received: () => ({ ...received, highestTimestampMs: clock.nowMs() }),
      highestSentSeconds: () => Math.trunc(clock.nowMs() / 1000),
      current: () => current,
      reshard: (count) => {
        counts.push(count);
        current = count;
        return Promise.resolve();
      },
    });
    resharding.start();
    const messages = (): readonly string[] => logger.lines.map(({ message }) => message);
    return { clock, resharding, received, counts, messages };
  }

  test('as many as the load asks for', async () => {
    const { clock, resharding, received, counts, messages } = open();
    received.samples += 10_000;
    await clock.advance(9000);
    resharding.sent(10_000, 40_000);
    await clock.advance(1000);
    expect(counts).toEqual([4]);
    expect(messages()).toEqual(['Remote storage resharding']);
    await resharding.stop();
    expect(clock.pending).toBe(0);
  });

  test('not where nothing was sent lately, nor while the receiver is in trouble', async () => {
    const { clock, resharding, received, counts, messages } = open();
    received.samples += 10_000;
    resharding.sent(10_000, 40_000);
    await clock.advance(10_000);
    expect(counts).toEqual([4]);
    received.samples += 40_000;
    resharding.dropped(5);
    await clock.advance(25_000);
    expect(messages()).toContain('Skipping resharding, last successful send was beyond threshold');
    resharding.waits(60_000);
    resharding.sent(40_000, 900_000);
    await clock.advance(5000);
    expect(messages()).toContain(
      'Skipping resharding, resharding is disabled while waiting for recoverable errors',
    );
    expect(counts).toEqual([4]);
    await resharding.stop();
  });
});

test('samples of a series stay in order while the number of shards changes', async () => {
  const clock = new ManualClock(NOW_MS);
  const rig = await SenderRig.open(60_000, clock);
  const endpoint = await WriteEndpoint.open();
  endpoint.beforeAnswer = () => clock.advance(300);
  await rig.apply([entryOf(endpoint.url, {}, { capacity: 30 })]);
  const refs = Array.from({ length: 12 }, (_, i) => i + 1);
  rig.series(...refs.map((ref) => [ref, '__name__', `m${ref}`] as const));
  const rounds = 100;
  for (let round = 1; round <= rounds; round++) {
    rig.samples(...refs.map((ref) => [ref, NOW_MS + 10 * round, round] as const));
  }
  rig.received = { ...rig.received, samples: 20_000, highestTimestampMs: NOW_MS + 10 * rounds };
  await eventually('all samples', async () => {
    await clock.advance(50);
    return endpoint.storage.floats().length >= rounds * refs.length;
  });
  for (const ref of refs) {
    const times = endpoint.timesOf(`{__name__="m${ref}"}`);
    expect(times).toEqual(Array.from({ length: rounds }, (_, i) => NOW_MS + 10 * (i + 1)));
  }
  const shards = rig.logger.lines.find(({ message }) => message === 'Remote storage resharding');
  expect(shards?.fields.from).toBe(1);
  expect(Number(shards?.fields.to)).toBeGreaterThan(1);
  await Promise.all([rig.close(), eventually('the end', () => clock.advance(50).then(() => true))]);
  await endpoint.close();
}, 60_000);

test('a line that was written is not written again for a minute', async () => {
  const clock = new ManualClock();
  const recorded = new RecordingLogger();
  const logger = new RepeatedLines(recorded, clock).with({ url: 'a' });
  logger.warn('slow', { err: 'x' });
  logger.warn('slow', { err: 'x' });
  logger.warn('slow', { err: 'y' });
  logger.info('slow', { err: 'x' });
  new RepeatedLines(recorded, clock).with({ url: 'b' }).warn('slow', { err: 'x' });
  expect(recorded.lines).toHaveLength(4);
  await clock.advance(60_000);
  logger.warn('slow', { err: 'x' });
  expect(recorded.lines).toHaveLength(5);
});
