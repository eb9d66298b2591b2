import { describe, expect, test } from '@jest/globals';
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
});
