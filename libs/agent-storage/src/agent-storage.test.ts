import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { Labels } from '@narthex/model';
import { APPEND_OUTCOME } from '@narthex/storage';
import { eventually, ManualClock, temporaryFolder } from '@narthex/testkit';
import { checkpointPath, encodeMetadata, loadWalCodecs, segmentName, WalWriter } from '@narthex/wal';
import { BundledWorker } from './testing/bundled-worker.js';
import { append, metricValue, openAgent, type OpenAgent, START_MS } from './testing/open-agent.js';
import { readCheckpoint, readLog } from './testing/read-log.js';

const HOUR_MS = 3_600_000;
const A = Labels.of({ __name__: 'a' });
const B = Labels.of({ __name__: 'b', job: 'x' });
const C = Labels.of({ __name__: 'c' });

let folder: ReturnType<typeof temporaryFolder>;
let wal: string;
let worker: BundledWorker;
beforeAll(() => {
  worker = new BundledWorker();
});
afterAll(() => worker.remove());
beforeEach(() => {
  folder = temporaryFolder('agent-storage');
  wal = join(folder.path, 'wal');
});
afterEach(() => folder.remove());

const messages = ({ logger }: OpenAgent): string[] => logger.lines.map(({ message }) => message);

describe('replay', () => {
  test('series keep their numbers and the times of their newest samples', async () => {
    const first = await openAgent(folder.path);
    const refs = await append(first.agent, [A, B], 10);
    await append(first.agent, [B], 20);
    await first.agent.close();

    const second = await openAgent(folder.path);
    expect(second.agent.activeSeries).toBe(2);
    const appender = second.agent.appender();
    expect([B, A, C].map((labels) => appender.series(labels))).toEqual([refs[1], refs[0], 3]);
    expect([10, 11, 20, 21].map((timeMs) => appender.float(refs[timeMs < 15 ? 0 : 1]!, timeMs, 1))).toEqual([
      APPEND_OUTCOME.outOfOrder,
      APPEND_OUTCOME.accepted,
      APPEND_OUTCOME.outOfOrder,
      APPEND_OUTCOME.accepted,
    ]);
    await appender.commit();
    await second.agent.close();
    expect(await readLog(wal)).toEqual([
      'series 1 __name__ a',
      'series 2 __name__ b job x',
      'sample 1 10 1',
      'sample 2 10 1',
      'sample 2 20 1',
      'series 3 __name__ c',
      'sample 1 11 1',
      'sample 2 21 1',
    ]);
    expect(messages(second)).toEqual(['replaying WAL, this may take a while', 'WAL segment loaded']);
  });

  test('a torn tail is cut off, and what comes then is readable', async () => {
    const first = await openAgent(folder.path);
    await append(first.agent, [A], 10);
    const whole = readFileSync(join(wal, segmentName(0))).length;
    await append(first.agent, [B], 20);
    await first.agent.close();
    truncateSync(join(wal, segmentName(0)), whole + 11);

    const second = await openAgent(folder.path);
    expect(messages(second)).toContain('successfully repaired WAL');
    expect(second.agent.activeSeries).toBe(1);
    await expect(metricValue(second.registry, 'prometheus_agent_corruptions_total')).resolves.toBe(1);
    await append(second.agent, [B], 30);
    await second.agent.close();
    expect(await readLog(wal)).toEqual([
      'series 1 __name__ a',
      'sample 1 10 1',
      'series 2 __name__ b job x',
      'sample 2 30 1',
    ]);
  });

  test('a log that ends anywhere is opened', async () => {
    const first = await openAgent(folder.path, { walCompression: 'none' });
    await append(first.agent, [A], 10);
    await append(first.agent, [B], 20);
    const bytes = readFileSync(join(wal, segmentName(0)));
    await first.agent.close();
    for (let length = 0; length <= bytes.length; length++) {
      const copy = join(folder.path, `cut-${length}`);
      mkdirSync(join(copy, 'wal'), { recursive: true });
      writeFileSync(join(copy, 'wal', segmentName(0)), bytes.subarray(0, length));
      const { agent } = await openAgent(copy, { noLockfile: true });
      const known = agent.activeSeries;
      await append(agent, [A, B, C], 30);
      await agent.close();
      const lines = await readLog(join(copy, 'wal'));
      expect(lines.filter((line) => line.startsWith('series'))).toHaveLength(3);
      expect(lines.slice(-3)).toEqual([1, 2, 3].map((ref) => `sample ${ref} 30 1`));
      expect(known).toBeLessThanOrEqual(2);
    }
  }, 120_000);

  test('a whole record that says nothing ends the log', async () => {
    const codecs = await loadWalCodecs();
    const writer = WalWriter.open({ directory: wal, codecs });
    writer.append([Uint8Array.of(2, 1, 2, 3)]);
    await writer.close();
    const opened = await openAgent(folder.path);
    expect(opened.logger.lines.find(({ level }) => level === 'warn')?.message).toBe(
      'encountered WAL read error, attempting repair',
    );
    expect(messages(opened)).toContain('successfully repaired WAL');
    await opened.agent.close();
    expect(await readLog(wal)).toEqual([]);
  });

  test('metadata that somebody has written are passed over', async () => {
    const codecs = await loadWalCodecs();
    const writer = WalWriter.open({ directory: wal, codecs });
    const record = new ByteWriter();
    encodeMetadata(record, [{ ref: 1, type: 'gauge', unit: '', help: 'x' }]);
    writer.append([record.view(), Uint8Array.of(200)]);
    await writer.close();
    const opened = await openAgent(folder.path);
    expect(messages(opened)).toContain('Records in the WAL that an agent does not know are left alone');
    await opened.agent.close();
  });

  test.each([
    ['a segment between two others', [0, 2], 'get segment range: segments are not sequential'],
    [
      'the first segment',
      [1],
      /^repair corrupted WAL: cannot handle error: open WAL segment: 0: open .*00000000: no such file/,
    ],
  ])('without %s the log is not opened', async (_name, numbers, message) => {
    mkdirSync(wal, { recursive: true });
    for (const number of numbers) writeFileSync(join(wal, segmentName(number)), '');
    await expect(openAgent(folder.path)).rejects.toThrow(message);
    expect(existsSync(join(folder.path, 'lock'))).toBe(false);
  });

  test('a checkpoint that is damaged is not repaired', async () => {
    const codecs = await loadWalCodecs();
    const checkpoint = WalWriter.open({ directory: checkpointPath(wal, 0), codecs });
    checkpoint.append([Uint8Array.of(1)]);
    await checkpoint.close();
    appendFileSync(join(checkpointPath(wal, 0), segmentName(0)), 'damage');
    await expect(openAgent(folder.path)).rejects.toThrow(/^repair corrupted WAL: cannot handle error: /);
  });
});

test('a folder belongs to one', async () => {
  const { agent, registry } = await openAgent(folder.path);
  await expect(openAgent(folder.path)).rejects.toThrow('lock DB directory: resource temporarily unavailable');
  const second = await openAgent(join(folder.path, 'other'), { noLockfile: true });
  await expect(metricValue(second.registry, 'prometheus_agent_clean_start')).resolves.toBe(-1);
  await expect(metricValue(registry, 'prometheus_agent_clean_start')).resolves.toBe(1);
  await second.agent.close();
  await agent.close();
  await agent.close();
  expect(() => agent.appender()).toThrow('the storage is closed');
  writeFileSync(join(folder.path, 'lock'), '');
  const third = await openAgent(folder.path);
  await expect(metricValue(third.registry, 'prometheus_agent_clean_start')).resolves.toBe(0);
  await third.agent.close();
});

test('a log that cannot be written keeps nothing of the transaction, and goes on', async () => {
  const { agent } = await openAgent(folder.path);
  const [ref] = await append(agent, [A], 10);
  const appender = agent.appender();
  appender.float(ref!, 20, 1);
  appender.exemplar(ref!, { labels: Labels.EMPTY, value: NaN, timestampMs: 0.5, hasTimestamp: true });
  await expect(appender.commit()).rejects.toThrow();
  await append(agent, [A, B], 15);
  await agent.close();
  expect(await readLog(wal)).toEqual([
    'series 1 __name__ a',
    'sample 1 10 1',
    'series 2 __name__ b job x',
    'sample 1 15 1',
    'sample 2 15 1',
  ]);
});

describe('truncation', () => {
  test.each([
    ['nothing is sent', undefined, START_MS - 4 * HOUR_MS],
    ['what was sent may go after five minutes', START_MS - 60_000, START_MS - 60_000 - 300_000],
    ['what was not sent for long goes', START_MS - 9 * HOUR_MS, START_MS - 4 * HOUR_MS],
  ])('%s', async (_name, sentMs, firstMs) => {
    const { agent, logger } = await openAgent(folder.path, { lowestSentTimestampMs: () => sentMs });
    await append(agent, [A], firstMs - 1);
    await append(agent, [B], firstMs);
    await agent.truncate();
    expect(logger.lines.find(({ message }) => message === 'truncating the WAL')?.fields).toEqual({
      ts: firstMs,
    });
    expect(agent.activeSeries).toBe(1);
    await agent.close();
  });

  test.each([
    [{ minAgeMs: 10, maxAgeMs: 20, truncateFrequencyMs: 5 }, 20],
    [{ minAgeMs: 30, maxAgeMs: 20, truncateFrequencyMs: 5 }, 30],
    [{ minAgeMs: 10, maxAgeMs: 20, truncateFrequencyMs: 50 }, 50],
    [{ minAgeMs: -1, maxAgeMs: 0, truncateFrequencyMs: 0 }, 4 * HOUR_MS],
  ])('%j: samples are kept for %i ms at most', async (options, keptMs) => {
    const { agent, logger } = await openAgent(folder.path, options);
    await agent.truncate();
    expect(logger.lines.find(({ message }) => message === 'truncating the WAL')?.fields).toEqual({
      ts: START_MS - keptMs,
    });
    await agent.close();
  });

  test('comes by itself, every two hours', async () => {
    const opened = await openAgent(folder.path);
    await opened.clock.advance(2 * HOUR_MS - 1);
    expect(messages(opened)).not.toContain('series GC started');
    await opened.clock.advance(1);
    expect(messages(opened)).toContain('series GC completed');
    for (let segment = 1; segment <= 3; segment++) {
      await eventually('the next one to be waited for', () => opened.clock.pending === 1);
      expect(readdirSync(wal).at(-1)).toBe(segmentName(segment));
      await opened.clock.advance(2 * HOUR_MS);
    }
    // There was nothing, and a checkpoint of it is one.
    await eventually('the checkpoint', () => {
      expect(readdirSync(wal)).toEqual([2, 3, 4].map(segmentName).concat('checkpoint.00000001'));
      return true;
    });
    await eventually('the next one to be waited for', () => opened.clock.pending === 1);
    await opened.agent.close();
    expect(opened.clock.pending).toBe(0);
  });

  describe.each([
    ['out of the log', {}],
    ['out of the log, in a worker', { spawnWorker: () => worker.spawn() }],
    ['out of memory', { memoryCheckpointBatchSize: 2 }],
  ])('a checkpoint %s', (_name, options) => {
    const isOfLog = !('memoryCheckpointBatchSize' in options);

    /** Truncates by hand, and keeps what is younger than four hours. */
    const openByHand = (clock: ManualClock): Promise<OpenAgent> =>
      openAgent(
        folder.path,
        {
          ...options,
          truncateFrequencyMs: 1000 * HOUR_MS,
          minAgeMs: 4 * HOUR_MS,
          lowestSentTimestampMs: () => clock.nowMs(),
        },
        clock,
      );

    test('has the series that live, and those that later segments mention', async () => {
      const clock = new ManualClock(START_MS);
      const { agent, registry } = await openByHand(clock);
      const value = (name: string): Promise<number | undefined> =>
        metricValue(registry, `prometheus_agent_${name}`);
      await append(agent, [A, B, C], START_MS);
      await clock.advance(2 * HOUR_MS);
      await agent.truncate();
      await append(agent, [A, B], clock.nowMs());
      await clock.advance(HOUR_MS);
      await agent.truncate();
      await append(agent, [A], clock.nowMs());
      await clock.advance(HOUR_MS);
      // A checkpoint of one segment is not worth it.
      expect(await readCheckpoint(wal)).toBeUndefined();
      await append(agent, [A], clock.nowMs());
      await agent.truncate();
      await clock.advance(1);
      await agent.truncate();
      // C is gone, and segment 3 was being written then.
      await expect(value('active_series')).resolves.toBe(2);
      await expect(value('deleted_series')).resolves.toBe(1);
      const { number, lines } = (await readCheckpoint(wal))!;
      expect(number).toBe(1);
      const series = ['series 1 __name__ a', 'series 2 __name__ b job x', 'series 3 __name__ c'];
      expect(lines.filter((line) => line.startsWith('series')).sort()).toEqual(series);
      const times = isOfLog
        ? [1, 2].map((ref) => `sample ${ref} ${START_MS + 2 * HOUR_MS} 1`)
        : [`sample 1 ${START_MS + 4 * HOUR_MS} 0`, `sample 2 ${START_MS + 2 * HOUR_MS} 0`];
      expect(lines.filter((line) => line.startsWith('sample'))).toEqual(times);
      await clock.advance(9 * HOUR_MS);
      for (let round = 0; round < 6; round++) await agent.truncate();
      await expect(value('active_series')).resolves.toBe(0);
      await expect(value('deleted_series')).resolves.toBe(0);
      expect((await readCheckpoint(wal))!.lines).toEqual([]);
      await agent.close();
    });

    test('leads to the same series at the next start', async () => {
      const clock = new ManualClock(START_MS);
      const { agent } = await openByHand(clock);
      const many = Array.from({ length: 301 }, (_, i) => Labels.of({ __name__: 'm', i: String(i) }));
      for (let round = 0; round < 6; round++) {
        await append(agent, many.slice(50 * round), clock.nowMs());
        await clock.advance(2 * HOUR_MS);
        await agent.truncate();
      }
      const known = agent.activeSeries;
      expect(known).toBe(101);
      await agent.close();
      expect((await readCheckpoint(wal))!.number).toBeGreaterThan(0);
      const again = await openByHand(clock);
      const appender = again.agent.appender();
      expect(appender.series(many[300]!)).toBe(301);
      expect(appender.float(appender.series(many[300]!), START_MS + 10 * HOUR_MS, 1)).toBe(
        APPEND_OUTCOME.outOfOrder,
      );
      appender.rollback();
      expect(again.logger.lines.filter(({ level }) => level === 'warn')).toEqual([]);
      await again.agent.close();
    });
  });

  test('a series that comes back has two numbers, and the log knows both', async () => {
    const clock = new ManualClock(START_MS);
    const first = await openAgent(folder.path, {}, clock);
    await append(first.agent, [A], START_MS - 9 * HOUR_MS);
    await first.agent.truncate();
    await append(first.agent, [A], START_MS);
    await first.agent.close();

    const second = await openAgent(folder.path, {}, clock);
    expect(second.agent.activeSeries).toBe(1);
    await expect(metricValue(second.registry, 'prometheus_agent_deleted_series')).resolves.toBe(1);
    const appender = second.agent.appender();
    const ref = appender.series(A);
    expect([appender.float(ref, START_MS, 1), appender.float(ref, START_MS + 1, 1)]).toEqual([
      APPEND_OUTCOME.outOfOrder,
      APPEND_OUTCOME.accepted,
    ]);
    expect(appender.series(B)).toBe(3);
    await appender.commit();
    await second.agent.close();
    expect((await readLog(wal)).at(-1)).toBe(`sample 1 ${START_MS + 1} 1`);
  });

  test.each([
    ['here', undefined],
    ['in a worker', () => worker.spawn()],
  ])('damage of the log is told, and the next one tries again: %s', async (_name, spawnWorker) => {
    const { agent, logger, registry } = await openAgent(folder.path, { spawnWorker });
    for (let round = 0; round < 3; round++) {
      await append(agent, [A], START_MS + round);
      await agent.truncate();
    }
    const damaged = readFileSync(join(wal, segmentName(1)));
    writeFileSync(join(wal, segmentName(1)), 'damage');
    await agent.truncate();
    const [warning] = logger.lines.filter(({ message }) => message === 'failed to truncate WAL');
    expect((warning?.fields.err as Error).message).toMatch(/^create checkpoint: corruption in segment /);
    expect(readdirSync(wal).filter((name) => name.startsWith('checkpoint'))).toEqual([]);
    for (const name of ['checkpoint_creations_failed', 'corruptions']) {
      await expect(metricValue(registry, `prometheus_agent_${name}_total`)).resolves.toBe(1);
    }
    writeFileSync(join(wal, segmentName(1)), damaged);
    await agent.truncate();
    expect((await readCheckpoint(wal))?.number).toBeGreaterThan(0);
    await agent.close();
  });

  test.each([
    ['exits', 'process.exit(3)', 'exit code 3'],
    ['throws', 'throw new Error("no memory")', 'no memory'],
  ])('a worker that %s is told of, and the log is whole', async (_name, program, reason) => {
    let spawned = 0;
    const { agent, logger, registry } = await openAgent(folder.path, {
      spawnWorker: () => (++spawned === 1 ? new Worker(program, { eval: true }) : worker.spawn()),
    });
    for (let round = 0; round < 5; round++) {
      await append(agent, [A], START_MS + round);
      await agent.truncate();
    }
    const warned = logger.lines.filter(({ message }) => message === 'failed to truncate WAL');
    const told = warned.map(({ fields }) => (fields.err as Error).message);
    expect(told).toEqual([expect.stringMatching(/^create checkpoint: checkpoint worker died: /)]);
    expect(told[0]).toContain(reason);
    await expect(metricValue(registry, 'prometheus_agent_corruptions_total')).resolves.toBe(0);
    expect(spawned).toBe(2);
    expect((await readCheckpoint(wal))?.lines).toContain('series 1 __name__ a');
    await agent.close();
  });
});
