import { afterAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPromtool } from './testing/run-promtool.js';

const work = temporaryFolder('promtool-bench');
afterAll(() => work.remove());

test('the series of a file are written scrape after scrape, rounds of a hundred', async () => {
  const input = join(work.path, 'series.json');
  const lines = [
    '{"__name__":"a","x":"1"}',
    '{"__name__":"b","x":"2"}',
    '{"x":"1","__name__":"a"}',
    '{"x":"9"}',
  ];
  writeFileSync(input, lines.join('\n'));
  const out = join(work.path, 'out');
  const ran = await runPromtool([
    'tsdb',
    'bench',
    'write',
    `--out=${out}`,
    '--metrics=2',
    '--scrapes=101',
    input,
  ]);
  expect(ran.code).toBe(0);
  expect(ran.out.replace(/\d[\w.µ]*s\b/g, 'TIME').replace(/(?<=sec: )\S+/, 'RATE'))
    .toBe(`>> start stage=readData
>> completed stage=readData duration=TIME
>> start stage=ingestScrapes
ingestion completed
>> completed stage=ingestScrapes duration=TIME
 > total samples: 400
 > samples/sec: RATE
>> start stage=stopStorage
>> completed stage=stopStorage duration=TIME
`);
  const dumped = await runPromtool(['tsdb', 'dump', join(out, 'storage')]);
  const samples = dumped.out.trim().split('\n');
  expect([samples.length, samples[0], samples[199]]).toEqual([
    400,
    '{__name__="a", x="1"} 1.23457789e+08 30000',
    '{__name__="a", x="1"} 1.23556789e+08 6000000',
  ]);
});
