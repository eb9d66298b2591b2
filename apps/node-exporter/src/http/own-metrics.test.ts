import { expect, test } from '@jest/globals';
import { Counter, Histogram, Registry } from '@narthex/client';
import { writeTextFamily } from '@narthex/exposition';
import { mergeFamilies } from '../families/merge.js';
import { registryFamilies } from './own-metrics.js';

test('the metrics of a registry become families, histograms whole', async () => {
  const registry = new Registry();
  const registers = [registry];
  const duration = new Histogram({
    name: 'took',
    help: 'T.',
    labelNames: ['kind'],
    buckets: [0.5, 2],
    registers,
  });
  duration.observe({ kind: 'b' }, 1);
  duration.observe({ kind: 'a' }, 3);
  new Counter({ name: 'done_total', help: 'D.', registers }).inc(2);
  new Counter({ name: 'left_out_total', help: 'L.', registers }).inc();
  const families = await registryFamilies(registry, (name) => name !== 'left_out_total');
  const page = mergeFamilies([families], () => undefined)
    .map(writeTextFamily)
    .join('');
  expect(page.trimEnd().split('\n')).toEqual([
    '# HELP done_total D.',
    '# TYPE done_total counter',
    'done_total 2',
    '# HELP took T.',
    '# TYPE took histogram',
    'took_bucket{kind="a",le="0.5"} 0',
    'took_bucket{kind="a",le="2"} 0',
    'took_bucket{kind="a",le="+Inf"} 1',
    'took_sum{kind="a"} 3',
    'took_count{kind="a"} 1',
    'took_bucket{kind="b",le="0.5"} 0',
    'took_bucket{kind="b",le="2"} 1',
    'took_bucket{kind="b",le="+Inf"} 1',
    'took_sum{kind="b"} 1',
    'took_count{kind="b"} 1',
  ]);
});
