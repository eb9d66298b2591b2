import { expect, test } from '@jest/globals';
import { SampleColumns } from '@narthex/storage';
import { TextWriter } from '../text-writer.js';
import { FloatPoints, type StepTimes } from './float-points.js';
import { compilePointsKernel, PointsKernel } from './points-kernel.js';

const kernelModule = compilePointsKernel();

function columnsOf(points: readonly (readonly [timeMs: number, value: number])[]): SampleColumns {
  const columns = new SampleColumns();
  for (const [timeMs, value] of points) columns.pushFloat(timeMs, value);
  return columns;
}

/** What is written for series after series, each in a line. */
async function written(series: readonly SampleColumns[], steps?: StepTimes): Promise<string[]> {
  const pieces: Buffer[] = [];
  const writer = new TextWriter((bytes) => {
    pieces.push(Buffer.from(bytes));
    return Promise.resolve();
  });
  const points = new FloatPoints(new PointsKernel(kernelModule));
  if (steps !== undefined) points.expect(steps);
  for (const columns of series) {
    await points.write(columns, 'in front ', writer);
    writer.text('\n');
  }
  await writer.flush();
  return Buffer.concat(pieces).toString('utf8').split('\n').slice(0, -1);
}

test('times that were expected, in part or not at all', async () => {
  const all = columnsOf([
    [1000, 1],
    [2000, 2],
    [3000, 0.5],
  ]);
  const some = columnsOf([[2000, 7]]);
  const others = columnsOf([
    [1500, 1],
    [2000, 2],
    [2500, 3],
  ]);
  const expected = [
    'in front [1,"1"],[2,"2"],[3,"0.5"]',
    'in front [2,"7"]',
    'in front [1.500,"1"],[2,"2"],[2.500,"3"]',
    'in front [1,"1"],[2,"2"],[3,"0.5"]',
    '',
  ];
  const series = [all, some, others, all, columnsOf([])];
  expect(await written(series, { startMs: 1000, endMs: 3000, stepMs: 1000 })).toEqual(expected);
  expect(await written(series)).toEqual(expected);
});

test('more points than one call takes, of more times than are kept', async () => {
  const points = Array.from({ length: 30_000 }, (_, i) => [i * 7, i / 4] as const);
  const [line] = await written([columnsOf(points)], { startMs: 0, endMs: 700, stepMs: 7 });
  const parsed = JSON.parse(`[${line!.slice('in front '.length)}]`) as [number, string][];
  expect(parsed).toHaveLength(points.length);
  expect(parsed.map(([seconds, value]) => [Math.round(seconds * 1000), Number(value)])).toEqual(points);
});

test('histograms are left to others', async () => {
  const columns = columnsOf([[1000, 1]]);
  columns.pushHistogram(2000, {
    counterResetHint: 0,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
    customValues: [],
  });
  columns.pushFloat(3000, 3);
  expect(await written([columns])).toEqual(['in front [1,"1"],[3,"3"]']);
});
