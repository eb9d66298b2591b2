import { DecodeKernel, MAX_SAMPLE_BYTES, XorAppender, XorDecoder } from '@narthex/chunks';
import { Labels } from '@narthex/model';
import { createLogger, systemClock } from '@narthex/process';
import { type Appender, type SeriesRef } from '@narthex/storage';
import { TsdbDatabase } from '@narthex/tsdb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type ReaderAnswer, type ReaderTask } from './protocol.js';

const SERIES = Number(process.argv[2] ?? 100_000);
const METRICS = 500;
const SCRAPES = 240;
const BATCH = 2000;
const INTERVAL_MS = 15_000;
const BASE_MS = 1_700_000_000_000;

const print = (what: string, figure: string): void =>
  void process.stdout.write(`${what.padEnd(58)} ${figure}\n`);
const mebi = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function labelsOf(series: number): Labels {
  const target = Math.floor(series / METRICS);
  return Labels.of({
    __name__: `metric_${series % METRICS}_total`,
    cluster: 'eu-west-1',
    container: 'app',
    endpoint: '/api/v1/query',
    instance: `10.0.${target >> 8}.${target & 255}:9090`,
    job: 'bench',
    namespace: `team-${target % 20}`,
    node: `node-${target % 50}`,
    pod: `app-${target}-x7f2k`,
    service: 'app',
  });
}

/** Best of some runs: the machine is shared. */
function quickest(runs: number, work: () => number): number {
  let least = Infinity;
  for (let run = 0; run < runs; run++) least = Math.min(least, work());
  return least;
}

function codecs(): void {
  const count = 120;
  const chunks = Array.from({ length: 500 }, (_, chunk) => {
    const bytes = new Uint8Array(4 + MAX_SAMPLE_BYTES * count);
    const xor = new XorAppender();
    xor.create(bytes, 0);
    const words = new Uint32Array(2);
    const value = new Float64Array(words.buffer);
    for (let i = 0; i < count; i++) {
      value[0] = chunk * 1000 + i * 37;
      xor.append(BASE_MS + INTERVAL_MS * i + ((i * 7919) % 11), words[1]!, words[0]!);
    }
    return bytes.slice(0, xor.byteLength);
  });
  const samples = chunks.length * count;
  const times = new Float64Array(count);
  const words = new Uint32Array(2 * count);
  const decoder = new XorDecoder();
  const kernel = new DecodeKernel();
  const plainMs = quickest(20, () => {
    const started = performance.now();
    for (const bytes of chunks) decoder.decode(bytes, 0, bytes.length, count, times, words, 0);
    return performance.now() - started;
  });
  const kernelMs = quickest(20, () => {
    const started = performance.now();
    for (let from = 0; from < chunks.length; from += 100) {
      kernel.begin(100);
      for (let i = from; i < from + 100; i++) kernel.add(chunks[i]!, 0, chunks[i]!.length, count);
      kernel.decode();
    }
    return performance.now() - started;
  });
  print(
    'chunk size, counters with jittered times',
    `${(chunks.reduce((sum, c) => sum + c.length, 0) / samples).toFixed(2)} bytes a sample`,
  );
  print('decode, TypeScript', `${(samples / plainMs / 1000).toFixed(0)} million samples/s`);
  print('decode, kernel (chunks copied in)', `${(samples / kernelMs / 1000).toFixed(0)} million samples/s`);
}

interface BatchTimes {
  shortestMs: number;
  longestMs: number;
}

interface Scrape {
  readonly refs: Float64Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly outcomes: Uint8Array;
}

/** One scrape of everything, in batches as a scraper commits them; how long the shortest and the longest took. */
async function scrape(db: TsdbDatabase, columns: Scrape, number: number, took: BatchTimes): Promise<void> {
  const { refs, times, values, outcomes } = columns;
  for (let from = 0; from < SERIES; from += BATCH) {
    const to = Math.min(from + BATCH, SERIES);
    const started = performance.now();
    for (let i = from; i < to; i++) {
      times[i] = BASE_MS + INTERVAL_MS * number + ((i * 13) % 1000);
      values[i] = i + number * (i % 97);
    }
    const appender = db.appender();
    appender.floats(
      refs.subarray(from, to),
      times.subarray(from, to),
      values.subarray(from, to),
      to - from,
      outcomes,
    );
    await appender.commit();
    took.longestMs = Math.max(took.longestMs, performance.now() - started);
    took.shortestMs = Math.min(took.shortestMs, performance.now() - started);
    if ((from / BATCH) % 4 === 0) await setImmediate();
  }
}

function ask(worker: Worker, task: ReaderTask): Promise<ReaderAnswer> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(task);
  });
}

async function main(): Promise<void> {
  codecs();
  const path = mkdtempSync(join(tmpdir(), 'narthex-bench-'));
  try {
    await measure(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

async function measure(path: string): Promise<void> {
  const collect = globalThis.gc!;
  const db = await TsdbDatabase.open({ path, clock: systemClock, logger: createLogger({ level: 'error' }) });
  collect();
  const before = process.memoryUsage();
  const columns: Scrape = {
    refs: new Float64Array(SERIES),
    times: new Float64Array(SERIES),
    values: new Float64Array(SERIES),
    outcomes: new Uint8Array(BATCH),
  };
  let started = performance.now();
  for (let from = 0; from < SERIES; from += BATCH) {
    const appender: Appender = db.appender();
    for (let i = from; i < Math.min(from + BATCH, SERIES); i++)
      columns.refs[i] = appender.series(labelsOf(i));
    await appender.commit();
  }
  const createMs = performance.now() - started;
  print(
    `new series (10 labels), their labels made and logged`,
    `${((createMs * 1000) / SERIES).toFixed(2)} µs each`,
  );
  started = performance.now();
  const known = db.appender();
  for (let i = 0; i < SERIES; i += 10)
    if (known.series(labelsOf(i)) !== (columns.refs[i] as SeriesRef)) throw new Error('lost');
  print(
    'known series by labels (labels made)',
    `${(((performance.now() - started) * 10000) / SERIES).toFixed(2)} µs each`,
  );
  known.rollback();

  const memory = (what: string): void => {
    collect();
    const now = process.memoryUsage();
    const { sharedBytes, segments, privateBytes } = db.memory();
    print(`memory, ${what}: shared blocks in use`, `${(sharedBytes / SERIES).toFixed(0)} bytes a series`);
    print(
      `memory, ${what}: segments and private tables`,
      `${((segments * 2 ** 22 + privateBytes) / SERIES).toFixed(0)} bytes a series`,
    );
    print(
      `memory, ${what}: growth of RSS`,
      `${((now.rss - before.rss) / SERIES).toFixed(0)} bytes a series (RSS ${mebi(now.rss)}, heap ${mebi(now.heapUsed)}, buffers ${mebi(now.arrayBuffers)})`,
    );
  };
  memory('no sample yet');
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const took: BatchTimes = { shortestMs: Infinity, longestMs: 0 };
  const cpu = process.cpuUsage();
  started = performance.now();
  const timed = 8;
  for (let number = 0; number < timed; number++) await scrape(db, columns, number, took);
  const used = process.cpuUsage(cpu);
  print(
    'commit with log, 2000 samples a batch',
    `${(((performance.now() - started) * 1e6) / timed / SERIES).toFixed(0)} ns a sample, ${(used.user + used.system) / timed / SERIES > 0 ? ((used.user + used.system) / timed / SERIES).toFixed(2) : 0} CPU s per million`,
  );
  memory(`${timed} samples`);

  const share = db.share();
  started = performance.now();
  const worker = new Worker(join(__dirname, 'reader.js'), {
    workerData: { handles: share.handles },
    transferList: [...share.transferList],
  });
  await ask(worker, { kind: 'echo' });
  print('start of a worker', `${(performance.now() - started).toFixed(0)} ms`);

  delay.enable();
  for (let number = timed; number < SCRAPES / 2; number++) await scrape(db, columns, number, took);
  delay.disable();
  print(
    'event-loop delay of main while writing, p99 and maximum',
    `${(delay.percentile(99) / 1e6).toFixed(1)}, ${(delay.max / 1e6).toFixed(1)} ms`,
  );
  memory(`${SCRAPES / 2} samples`);
  for (let number = SCRAPES / 2; number < SCRAPES; number++) await scrape(db, columns, number, took);
  memory(`${SCRAPES} samples`);

  interface Measured {
    readonly totalMs: number;
    /** CPU time of the whole process a run: on a shared machine it says more than the clock. */
    readonly cpuMs: number;
    readonly answer: ReaderAnswer;
  }
  const best = async (task: ReaderTask, runs: number): Promise<Measured> => {
    const all: { totalMs: number; answer: ReaderAnswer }[] = [];
    const cpuBefore = process.cpuUsage();
    for (let run = 0; run < runs; run++) {
      const at = performance.now();
      const answer = await ask(worker, task);
      all.push({ totalMs: performance.now() - at, answer });
    }
    all.sort((a, b) => a.totalMs - b.totalMs);
    const cpuUsed = process.cpuUsage(cpuBefore);
    return { ...all[0]!, cpuMs: (cpuUsed.user + cpuUsed.system) / 1000 / runs };
  };
  print('hop to a worker and back', `${((await best({ kind: 'echo' }, 2001)).totalMs * 1000).toFixed(0)} µs`);
  print(
    'hop back with 256 KiB transferred',
    `${((await best({ kind: 'bytes', sizeBytes: 262_144 }, 501)).totalMs * 1000).toFixed(0)} µs`,
  );
  for (const { name, sorted, runs } of [
    { name: 'metric_7_total', sorted: false, runs: 51 },
    { name: 'metric_7_total', sorted: true, runs: 51 },
    { name: '', sorted: false, runs: 15 },
    { name: '', sorted: true, runs: 15 },
  ]) {
    const { answer, cpuMs } = await best({ kind: 'query', name, sorted, decode: false }, runs);
    const { series, selectMs, labelsMs } = answer;
    print(
      `select of ${series} series${sorted ? ', sorted' : ''}; their labels`,
      `${selectMs.toFixed(2)} ms; ${labelsMs.toFixed(2)} ms (CPU of both ${cpuMs.toFixed(2)} ms)`,
    );
  }
  const { answer, cpuMs } = await best({ kind: 'query', name: '', sorted: false, decode: true }, 7);
  print(
    `read of ${answer.samples} samples in a worker`,
    `${answer.decodeMs.toFixed(0)} ms: ${(answer.samples / answer.decodeMs / 1000).toFixed(0)} million samples/s (CPU with select and labels ${cpuMs.toFixed(0)} ms)`,
  );
  const endMs = BASE_MS + INTERVAL_MS * SCRAPES;
  const rate = await best(
    {
      kind: 'rate',
      name: 'metric_7_total',
      startMs: endMs - 3_000_000,
      endMs,
      stepMs: 60_000,
      rangeMs: 300_000,
    },
    21,
  );
  print(
    `rate of ${rate.answer.series} series, ${rate.answer.samples} samples, as JSON bytes`,
    `${rate.totalMs.toFixed(1)} ms with hops, CPU ${rate.cpuMs.toFixed(1)} ms (${(rate.answer.bytes.length / 1024).toFixed(0)} KiB)`,
  );

  // The writer at work while the reader reads: what each costs the other.
  let writing = true;
  delay.reset();
  delay.enable();
  const writer = (async () => {
    for (let number = SCRAPES; writing; number++) await scrape(db, columns, number, took);
  })();
  const both = await best({ kind: 'query', name: '', sorted: true, decode: true }, 7);
  writing = false;
  await writer;
  delay.disable();
  print('select and read of all while main writes', `${both.totalMs.toFixed(0)} ms`);
  print(
    'event-loop delay of main meanwhile, p99 and maximum',
    `${(delay.percentile(99) / 1e6).toFixed(1)}, ${(delay.max / 1e6).toFixed(1)} ms`,
  );

  print(
    'one batch of 2000 with log: best, and worst of all',
    `${((took.shortestMs * 1e6) / BATCH).toFixed(0)} ns a sample, ${took.longestMs.toFixed(1)} ms a batch`,
  );
  await worker.terminate();
  await db.close();
  started = performance.now();
  const cpuBefore = process.cpuUsage();
  const again = await TsdbDatabase.open({
    path,
    clock: systemClock,
    logger: createLogger({ level: 'error' }),
  });
  const replayMs = performance.now() - started;
  const replayCpu = process.cpuUsage(cpuBefore);
  const replayCpuS = (replayCpu.user + replayCpu.system) / 1e6;
  print(
    `replay of ${again.replay.samples} samples, ${again.replay.series} series`,
    `${replayMs.toFixed(0)} ms: ${(again.replay.samples / replayMs / 1000).toFixed(1)} million samples/s, ${((replayCpuS * 1e6) / again.replay.samples).toFixed(2)} CPU s per million`,
  );
  await again.close();
}

void main();
