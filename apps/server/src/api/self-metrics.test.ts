import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Counter, Gauge, Histogram, Summary } from '@narthex/client';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { ApiRig } from '../testing/api-rig.js';

const rig = new ApiRig();
beforeAll(async () => {
  const registers = [rig.registry];
  new Gauge({ name: 'level', help: 'A level.', registers }).set(Infinity);
  const counter = new Counter({ name: 'done_total', help: 'Done.', labelNames: ['b', 'a'], registers });
  counter.inc({ b: '1', a: '2' }, 3);
  const histogram = new Histogram({
    name: 'took_seconds',
    help: 'Took.',
    labelNames: ['x'],
    buckets: [1, 2],
    registers,
  });
  histogram.observe({ x: 'y' }, 1.5);
  histogram.observe({ x: 'y' }, 5);
  const summary = new Summary({ name: 'size_bytes', help: 'Size.', percentiles: [0.5], registers });
  summary.observe(4);
  new Counter({ name: 'silent_total', help: 'Never counted.', labelNames: ['z'], registers });
  await rig.start(new ManualClock(1_700_000_000_000), silentLogger());
});
afterAll(() => rig.close());

describe('/status/self_metrics', () => {
  test('shows families by name as ProtoJSON, those without a metric left out', async () => {
    expect(await rig.json('/status/self_metrics')).toEqual({
      status: 'success',
      data: [
        {
          name: 'done_total',
          help: 'Done.',
          type: 'COUNTER',
          metric: [
            {
              label: [
                { name: 'a', value: '2' },
                { name: 'b', value: '1' },
              ],
              counter: { value: 3 },
            },
          ],
        },
        { name: 'level', help: 'A level.', type: 'GAUGE', metric: [{ gauge: { value: 'Infinity' } }] },
        {
          name: 'size_bytes',
          help: 'Size.',
          type: 'SUMMARY',
          metric: [{ summary: { sampleCount: '1', sampleSum: 4, quantile: [{ quantile: 0.5, value: 4 }] } }],
        },
        {
          name: 'took_seconds',
          help: 'Took.',
          type: 'HISTOGRAM',
          metric: [
            {
              label: [{ name: 'x', value: 'y' }],
              histogram: {
                sampleCount: '2',
                sampleSum: 6.5,
                bucket: [
                  { cumulativeCount: '0', upperBound: 1 },
                  { cumulativeCount: '1', upperBound: 2 },
                ],
              },
            },
          ],
        },
      ],
    });
  });

  test.each([
    ['level', ['level']],
    ['.*_total', ['done_total']],
    ['eve', []],
  ])('a pattern matches whole names: %s', async (pattern, names) => {
    const query = `metric_name_pattern=${encodeURIComponent(pattern)}`;
    const { data } = (await rig.json(`/status/self_metrics?${query}`)) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(names);
  });

  test('a pattern that is none is refused', async () => {
    const { status, text } = await rig.get('/status/self_metrics?metric_name_pattern=%5B');
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ errorType: 'bad_data' });
  });
});
