import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { emptyHistogram, Labels } from '@narthex/model';
import { eventually, freePort, ManualClock, peerProgram, temporaryFolder } from '@narthex/testkit';
import { append, openAgent, START_MS } from './testing/open-agent.js';
import { readCheckpoint } from './testing/read-log.js';

const prometheus = peerProgram('prometheus');
const describeWithPrometheus = prometheus === undefined ? describe.skip : describe;
const HOUR_MS = 3_600_000;

/** What the original finds in the folder of an agent: its log lines, and how many series it knows then. */
async function opened(path: string): Promise<{ readonly output: string; readonly series: number }> {
  const config = join(path, 'prometheus.yml');
  writeFileSync(config, '');
  const port = await freePort();
  const flags = [
    '--agent',
    `--config.file=${config}`,
    `--storage.agent.path=${path}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn(prometheus!, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  try {
    const url = `http://127.0.0.1:${port}`;
    await eventually('the original to be ready', async () => (await fetch(`${url}/-/ready`)).ok);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return { output, series: Number(/^prometheus_agent_active_series (\d+)$/m.exec(metrics)?.[1]) };
  } finally {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}

describeWithPrometheus('the original', () => {
  test.each([
    ['snappy', {}],
    ['zstd', { walCompression: 'zstd' }],
    ['none', { walCompression: 'none' }],
    ['snappy, checkpoints out of memory', { memoryCheckpointBatchSize: 3 }],
  ] as const)(
    'reads a log with a checkpoint: %s',
    async (_name, options) => {
      const folder = temporaryFolder('agent-upstream');
      const clock = new ManualClock(START_MS);
      const { agent } = await openAgent(
        folder.path,
        {
          ...options,
          truncateFrequencyMs: 1000 * HOUR_MS,
          minAgeMs: 2 * HOUR_MS,
          lowestSentTimestampMs: () => clock.nowMs(),
        },
        clock,
      );
      const all = Array.from({ length: 20 }, (_, i) => Labels.of({ __name__: 'm', i: String(i), ü: 'ö' }));
      const layout = { schema: 0, zeroThreshold: 0, customValues: [] };
      for (let round = 0; round < 5; round++) {
        const refs = await append(agent, all.slice(3 * round), clock.nowMs());
        const appender = agent.appender();
        appender.histogram(refs[0]!, clock.nowMs() + 1, emptyHistogram(layout), true);
        appender.histogram(refs[1]!, clock.nowMs() + 1, emptyHistogram(layout), false);
        const custom = emptyHistogram({ schema: -53, zeroThreshold: 0, customValues: [1, 2] });
        appender.histogram(refs[2]!, clock.nowMs() + 1, custom, true);
        const labels = Labels.of({ trace: 'x' });
        appender.exemplar(refs[0]!, { labels, value: 1, timestampMs: clock.nowMs(), hasTimestamp: true });
        await appender.commit();
        await clock.advance(HOUR_MS);
        await agent.truncate();
      }
      const { activeSeries } = agent;
      expect((await readCheckpoint(join(folder.path, 'wal')))?.number).toBeGreaterThan(0);
      // As a crash leaves it: the log is not closed.
      const copy = temporaryFolder('agent-upstream-copy');
      cpSync(join(folder.path, 'wal'), join(copy.path, 'wal'), { recursive: true });
      const { output, series } = await opened(copy.path);
      expect(output).toContain('WAL checkpoint loaded');
      expect(output).not.toMatch(/level=(?:WARN|ERROR)/);
      // The deleted ones that its log still names are series there until it collects them.
      expect(series).toBeGreaterThanOrEqual(activeSeries);
      expect(series).toBeLessThanOrEqual(20);
      await agent.close();

      // What it has done with it is no hindrance.
      const again = await openAgent(copy.path, {}, clock);
      expect(again.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
      expect(again.agent.activeSeries).toBe(series);
      await again.agent.close();
      folder.remove();
      copy.remove();
    },
    120_000,
  );

  test('writes a log that is read here: series, their numbers and newest times', async () => {
    const folder = temporaryFolder('agent-upstream');
    let scrapes = 0;
    const target = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4');
      response.end(`a{i="1"} ${++scrapes}\nb{"ü"="ö"} 2\n`);
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const config = join(folder.path, 'prometheus.yml');
    const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
    writeFileSync(
      config,
      `scrape_configs: [{job_name: j, scrape_interval: 100ms, static_configs: [{targets: ["${address}"]}]}]`,
    );
    const flags = ['--agent', `--config.file=${config}`, `--storage.agent.path=${folder.path}`];
    const child = spawn(prometheus!, [...flags, `--web.listen-address=127.0.0.1:${await freePort()}`], {
      stdio: 'ignore',
    });
    await eventually('some scrapes', () => scrapes > 5);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    target.closeAllConnections();
    target.close();

    const { agent, logger } = await openAgent(folder.path);
    expect(agent.activeSeries).toBe(7);
    const instance = { instance: address, job: 'j' };
    const appender = agent.appender();
    const refs = [
      Labels.of({ __name__: 'a', i: '1', ...instance }),
      Labels.of({ __name__: 'b', ü: 'ö', ...instance }),
      Labels.of({ __name__: 'up', ...instance }),
    ].map((labels) => appender.series(labels));
    expect(Math.max(...refs)).toBeLessThanOrEqual(7);
    const nowMs = Date.now();
    expect(refs.map((ref) => appender.float(ref, nowMs - 600_000, 1))).toEqual([1, 1, 1]);
    expect(refs.map((ref) => appender.float(ref, nowMs, 1))).toEqual([0, 0, 0]);
    await expect(appender.commit()).resolves.toMatchObject({ seriesCreated: 0 });
    await agent.close();
    const warned = logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warned).toEqual(['A lockfile from a previous execution already existed. It was replaced']);
    folder.remove();
  }, 120_000);
});
