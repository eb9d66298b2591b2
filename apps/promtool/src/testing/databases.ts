import { STALE_NAN } from '@narthex/bytes';
import { Labels, type NativeHistogram } from '@narthex/model';
import { type Appender } from '@narthex/storage';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { TsdbDatabase } from '@narthex/tsdb';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPromtool } from './run-promtool.js';

/*
 * Data directories for tests.
 */

const START_MS = 1_700_000_000_000;

/** Blocks over four and a half hours with names and values that are easily lost. */
export function openMetricsInput(): string {
  const lines = ['# TYPE small gauge'];
  for (let host = 0; host < 15; host++) {
    for (let t = 0; t < 16_000; t += 40) {
      lines.push(`small{inst="h${host}",zone="z${host % 4}"} ${(t * (host + 1)) % 97} ${1_700_000_000 + t}`);
    }
  }
  lines.push('# TYPE "ü.odd" gauge', '# HELP "ü.odd" Odd.');
  for (const [i, value] of ['NaN', '+Inf', '-Inf', '0', '-0', '1e300', '5e-324', '123456789'].entries()) {
    lines.push(`{"ü.odd",text="a\\"b\\\\c"} ${value} ${1_700_000_000.5 + i}`);
  }
  lines.push(
    '# TYPE h histogram',
    'h_bucket{le="1"} 3 1700000000 # {id="x"} 0.5',
    'h_bucket{le="+Inf"} 4 1700000000',
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Makes the blocks of {@link openMetricsInput}, and an empty log, without which nothing is dumped. */
export async function writeBlocks(folder: string): Promise<void> {
  mkdirSync(join(folder, 'wal'), { recursive: true });
  const input = join(folder, 'input.om');
  writeFileSync(input, openMetricsInput());
  const ran = await runPromtool(['tsdb', 'create-blocks-from', 'openmetrics', '-q', input, folder]);
  if (ran.code !== 0) throw new Error(ran.error);
}

/** A log of floats, stale markers, out-of-order samples and histograms of every kind. */
export async function writeLog(folder: string): Promise<void> {
  const database = await TsdbDatabase.open({
    path: folder,
    clock: new ManualClock(),
    logger: silentLogger(),
    outOfOrderTimeWindowMs: 3_600_000,
  });
  for (let i = 0; i < 6; i++) {
    const appender = database.appender();
    appendRow(appender, i, START_MS + 20_000_000 + 1000 * i);
    await appender.commit();
  }
  const late = database.appender();
  late.float(late.series(Labels.of({ __name__: 'floats', kind: 'a' })), START_MS + 20_000_500, 77);
  await late.commit();
  await database.close();
}

function appendRow(appender: Appender, i: number, timestampMs: number): void {
  const series = (name: string): ReturnType<Appender['series']> =>
    appender.series(Labels.of({ __name__: name, kind: 'a' }));
  appender.float(appender.series(Labels.of({ __name__: 'zz_first', text: 'ü\n"\\' })), timestampMs, i);
  appender.float(series('floats'), timestampMs, i % 2 === 0 ? i * 1.5e6 : STALE_NAN);
  appender.histogram(series('float_histograms'), timestampMs, exponential(1.5 + i), false);
  appender.histogram(series('histograms'), timestampMs, exponential(1 + i), true);
  appender.histogram(series('custom'), timestampMs, custom(3_000_000 * (i + 1)), true);
  appender.histogram(series('float_custom'), timestampMs, custom(3_000_000 * (i + 1)), false);
  if (i < 2) appender.float(series('mixed'), timestampMs, i);
  else appender.histogram(series('mixed'), timestampMs, exponential(i), i >= 4);
}

function exponential(scale: number): NativeHistogram {
  return {
    ...custom(scale),
    schema: 3,
    zeroThreshold: 0.001,
    zeroCount: scale,
    count: 6 * scale,
    positiveSpans: [
      { offset: -58, length: 2 },
      { offset: 3, length: 1 },
    ],
    positiveBuckets: [scale, scale, 0],
    negativeSpans: [{ offset: 2, length: 2 }],
    negativeBuckets: [2 * scale, scale],
    customValues: [],
  };
}

function custom(scale: number): NativeHistogram {
  return {
    counterResetHint: 0,
    schema: -53,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 3 * scale,
    sum: 3.5,
    positiveSpans: [
      { offset: 0, length: 1 },
      { offset: 1, length: 1 },
    ],
    positiveBuckets: [scale, 2 * scale],
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [0.5, 2, 1e7],
  };
}
