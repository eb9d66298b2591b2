import { describe, expect, test } from '@jest/globals';
import { Histogram, Summary } from './index.js';
import { createProgramRegistry } from './program-registry.js';

describe('the registry of a program', () => {
  const registry = createProgramRegistry({
    prefix: 'pushgateway',
    version: '1.2.3',
    revision: 'abc',
    branch: 'main',
    goVersion: 'node v24.0.0',
  });

  test('says which build runs', async () => {
    const text = await registry.getSingleMetricAsString('pushgateway_build_info');
    expect(text).toContain('version="1.2.3"');
    expect(text).toMatch(/ 1$/);
  });

  test('holds the process metrics that dashboards use', async () => {
    const text = await registry.metrics();
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
    ]) {
      expect(text).toContain(`\n${name} `);
    }
  });

  test('writes bounds and quantiles as Go does', async () => {
    const registers = [registry];
    const bounds = [0.000_01, 0.005, 1, 400, 999_999, 1_000_000, 1_638_400, 1e21];
    new Histogram({ name: 'sizes', help: 'h', buckets: bounds, labelNames: ['a'], registers }).observe(
      { a: 'le=1638400' },
      7,
    );
    new Summary({ name: 'times', help: 'h', percentiles: [0.5, 0.99], registers }).observe(1);
    const text = await registry.metrics();
    const shown = [...text.matchAll(/^sizes_bucket\{le="([^"]*)",a="le=1638400"\}/gm)].map(
      ([, bound]) => bound,
    );
    expect(shown).toEqual(['1e-05', '0.005', '1', '400', '999999', '1e+06', '1.6384e+06', '1e+21', '+Inf']);
    expect(text).toContain('times{quantile="0.99"}');
  });
});
