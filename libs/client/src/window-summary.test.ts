import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { WindowSummary } from './window-summary.js';

test('a window summary is written as other summaries are', async () => {
  const registry = new Registry();
  const summary = new WindowSummary({
    name: 'took_seconds',
    help: 'How long it took',
    label: 'slice',
    values: ['a', 'b'],
    quantiles: [0.5, 0.99],
    maxAgeSeconds: 60,
    ageBuckets: 5,
    nowMs: () => 0,
    registers: [registry],
  });
  for (const value of [0, 0, 0]) summary.observe('a', value);
  summary.observe('c', 1);
  expect(await registry.metrics()).toBe(
    `${[
      '# HELP took_seconds How long it took',
      '# TYPE took_seconds summary',
      'took_seconds{quantile="0.5",slice="a"} 0',
      'took_seconds{quantile="0.99",slice="a"} 0',
      'took_seconds_sum{slice="a"} 0',
      'took_seconds_count{slice="a"} 3',
      'took_seconds{quantile="0.5",slice="b"} Nan',
      'took_seconds{quantile="0.99",slice="b"} Nan',
      'took_seconds_sum{slice="b"} 0',
      'took_seconds_count{slice="b"} 0',
    ].join('\n')}\n`,
  );
  registry.resetMetrics();
  expect(await registry.metrics()).toContain('took_seconds_count{slice="a"} 0');
});
