import { expect, test } from '@jest/globals';
import { Histogram, Registry } from 'prom-client';
import { SliceHistogram } from './slice-histogram.js';

const NAME = 'query_seconds';
const BUCKETS = [0.01, 0.1, 1, 10];

function make(): { readonly registry: Registry; readonly histogram: SliceHistogram } {
  const registry = new Registry();
  const options = { name: NAME, help: 'x', label: 'slice', buckets: BUCKETS, registers: [registry] };
  return { registry, histogram: new SliceHistogram({ ...options, values: ['a', 'b'] }) };
}

test('prints what prom-client does of the same observations', async () => {
  const { registry, histogram } = make();
  const others = new Registry();
  const other = new Histogram({
    name: NAME,
    help: 'x',
    labelNames: ['slice'],
    buckets: BUCKETS,
    registers: [others],
  });
  other.zero({ slice: 'a' });
  other.zero({ slice: 'b' });
  for (const value of [0, 0.01, 0.011, 0.5, 1, 3, 10, 11, 1e9]) {
    histogram.observe('a', value);
    other.observe({ slice: 'a' }, value);
  }
  expect(await registry.metrics()).toBe(await others.metrics());
});

test('forgets when it is told to, and does not count what it does not know', async () => {
  const { registry, histogram } = make();
  histogram.observe('a', 1);
  histogram.observe('c', 1);
  expect(await registry.metrics()).not.toContain('"c"');
  registry.resetMetrics();
  expect(await registry.metrics()).toContain(`${NAME}_count{slice="a"} 0`);
});
