import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { PromqlError } from '@narthex/promql';
import { type EvaluatedQuery } from '@narthex/query-worker';
import { ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { QueryLog } from './query-log.js';

const instant: EvaluatedQuery = {
  task: { form: 'vector', query: 'up > 0', timeMs: 1_700_000_000_123 },
  origin: { ruleGroup: { file: 'r.yml', name: 'g' } },
  queuedSeconds: 0.5,
  elapsedSeconds: 4,
  span: undefined,
  notes: {
    warnings: [],
    infos: [],
    samples: { totalQueryableSamples: 7, peakSamples: 3 },
    timings: { preparation: 1, evaluation: 2, sorting: 0 },
  },
  error: undefined,
};
const range: EvaluatedQuery = {
  ...instant,
  task: { form: 'range', query: '"<&>"', startMs: 1000, endMs: 100_000, stepMs: 7500, limit: 0 },
  origin: { httpRequest: { clientIP: '127.0.0.1', method: 'GET', path: '/api/v1/query_range' } },
};

describe('QueryLog', () => {
  const folder = temporaryFolder();
  const registry = new Registry();
  const logger = new RecordingLogger();
  const log = new QueryLog({ clock: new ManualClock(), registry, logger });
  const linesOf = async (name: string): Promise<Record<string, unknown>[]> =>
    (await readFile(join(folder.path, name), 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const enabled = (): Promise<string> =>
    registry.getSingleMetricAsString('prometheus_engine_query_log_enabled');

  afterAll(async () => {
    await log.close();
    folder.remove();
  });

  test('has a line for each query, with parameters, statistics and who asked', async () => {
    await log.open(join(folder.path, 'q.log'));
    expect(await enabled()).toMatch(/ 1$/);
    log.write(instant);
    log.write(range);
    log.write({ ...instant, notes: undefined, error: new PromqlError('timeout', 'query timed out') });
    log.write({ ...instant, notes: undefined, error: new PromqlError('bad_data', 'no expression') });
    await log.close();
    expect(await enabled()).toMatch(/ 0$/);
    const [first, second, third, ...others] = await linesOf('q.log');
    expect(others).toEqual([]);
    expect(Object.keys(first!)).toEqual([
      'time',
      'level',
      'source',
      'msg',
      'params',
      'stats',
      'spanID',
      'traceID',
      'ruleGroup',
    ]);
    const at = '2023-11-14T22:13:20.123Z';
    expect(first).toMatchObject({
      level: 'INFO',
      msg: 'promql query logged',
      params: { end: at, query: 'up > 0', start: at, step: 0 },
      stats: {
        timings: { evalTotalTime: 3, execQueueTime: 0.5, execTotalTime: 3.5 },
        samples: { totalQueryableSamples: 7, peakSamples: 3 },
      },
      ruleGroup: { file: 'r.yml', name: 'g' },
    });
    expect(second).toMatchObject({
      params: { start: '1970-01-01T00:00:01.000Z', end: '1970-01-01T00:01:40.000Z', step: 7, query: '"<&>"' },
      httpRequest: { clientIP: '127.0.0.1', method: 'GET', path: '/api/v1/query_range' },
    });
    expect(third).toMatchObject({ error: 'query timed out', stats: { samples: { peakSamples: 0 } } });
  });

  test('goes on in a new file after a rotation, and in the old one when the new one cannot be opened', async () => {
    const path = join(folder.path, 'rotated.log');
    await log.open(path);
    log.write(instant);
    await rename(path, `${path}.1`);
    await log.open(path);
    await expect(log.open(join(folder.path, 'none', 'q.log'))).rejects.toThrow(/ENOENT/);
    log.write(range);
    await log.close();
    expect(await linesOf('rotated.log.1')).toHaveLength(1);
    expect(await linesOf('rotated.log')).toHaveLength(1);
  });
});
