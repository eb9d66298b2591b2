import { XorDecoder } from '@narthex/chunks';
import { type Labels, Matcher } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { parentPort, workerData } from 'node:worker_threads';
import { openSharedReader, type SharedReader } from '../threads/shared-head.js';
import { Random, REPORT_STRIDE, type StressReport, type StressTask, valueAt } from './protocol.js';

const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
const everything = [new Matcher('=', '__name__', 'stress')];
const decoder = new XorDecoder();

void run(workerData as StressTask);

/** Looks at the head again and again, checks every sample, and reports what there was. */
async function run({ handles, seed, reports, progress }: StressTask): Promise<void> {
  const commits = new Int32Array(progress);
  const reader = openSharedReader(handles);
  const random = new Random(seed);
  for (let report = 0; report < reports; report++) {
    for (
      let wait = random.below(4), seen = Atomics.load(commits, 0);
      wait > 0;
      wait--, seen = Atomics.load(commits, 0)
    ) {
      Atomics.wait(commits, 0, seen, 1000);
    }
    if (random.below(3) === 0) await lookAtChunks(reader);
    else await lookAtSamples(reader, random);
  }
  reader.close();
}

async function lookAtSamples(reader: SharedReader, random: Random): Promise<void> {
  const querier = reader.querier(-Infinity, Infinity);
  const before = { ...reader.counters };
  const set = await querier.select(random.below(2) === 0, hints, everything);
  const { commit, startMs } = querier;
  const loose = reader.counters.overtaken !== before.overtaken;
  const first = new SampleColumns();
  const again = new SampleColumns();
  const series = new Float64Array(set.length * REPORT_STRIDE);
  for (let i = 0; i < set.length; i++) {
    first.clear();
    set.read(i, first);
    const number = numberOf(set.labels(i));
    check(number, first.timestampsMs, first.values, first.length);
    series.set(
      [number, first.timestampsMs[0]!, first.timestampsMs[first.length - 1]!, first.length],
      i * REPORT_STRIDE,
    );
  }
  // The writer goes on meanwhile; the view must not.
  for (let tries = Math.min(set.length, 20); tries > 0; tries--) {
    const i = random.below(set.length);
    again.clear();
    set.read(i, again);
    const at = i * REPORT_STRIDE;
    const last = again.timestampsMs[again.length - 1]!;
    if (
      again.length !== series[at + 3] ||
      last !== series[at + 2] ||
      numberOf(set.labels(i)) !== series[at]
    ) {
      throw new Error(`series ${series[at]} changed within a view`);
    }
  }
  const { values } = await querier.labelValues('series', everything, 0);
  if (values.some((value) => !/^\d+$/.test(value))) throw new Error(`odd values ${values.join(' ')}`);
  querier.close();
  post({ kind: 'samples', commit, startMs, loose, series, restarts: reader.counters.restarts });
}

async function lookAtChunks(reader: SharedReader): Promise<void> {
  const querier = reader.chunkQuerier(-Infinity, Infinity);
  const before = { ...reader.counters };
  const set = await querier.select(false, hints, everything);
  const { commit, startMs } = querier;
  const loose = reader.counters.overtaken !== before.overtaken;
  const series = new Float64Array(set.length * REPORT_STRIDE);
  for (let i = 0; i < set.length; i++) {
    const number = numberOf(set.labels(i));
    let firstMs = NaN;
    let lastMs = -Infinity;
    let count = 0;
    for (const { bytes, sampleCount, minTimeMs, maxTimeMs } of set.chunks(i)) {
      const times = new Float64Array(sampleCount);
      const values = new Float64Array(sampleCount);
      decoder.decode(bytes, 0, bytes.length, sampleCount, times, new Uint32Array(values.buffer), 0);
      check(number, times, values, sampleCount);
      if (times[0] !== minTimeMs || times[sampleCount - 1] !== maxTimeMs)
        throw new Error('a chunk lies about its times');
      if (bytes[0]! * 256 + bytes[1]! !== sampleCount) throw new Error('a chunk lies about its count');
      if (minTimeMs <= lastMs) throw new Error('chunks overlap');
      // Whole chunks are given, samples of the view are counted.
      for (const timestampMs of times) {
        if (timestampMs < startMs) continue;
        if (count++ === 0) firstMs = timestampMs;
      }
      lastMs = maxTimeMs;
    }
    series.set([number, firstMs, lastMs, count], i * REPORT_STRIDE);
  }
  querier.close();
  post({ kind: 'chunks', commit, startMs, loose, series, restarts: reader.counters.restarts });
}

function numberOf(labels: Labels): number {
  const number = Number(labels.get('series'));
  if (labels.get('parity') !== String(number % 2) || labels.size !== 4)
    throw new Error(`odd labels ${labels.toString()}`);
  return number;
}

function check(series: number, timesMs: Float64Array, values: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) {
    if (values[i] === valueAt(series, timesMs[i]!) && (i === 0 || timesMs[i]! > timesMs[i - 1]!)) continue;
    throw new Error(`series ${series}: sample ${i} of ${length} is ${values[i]} at ${timesMs[i]}`);
  }
}

function post(report: StressReport): void {
  parentPort!.postMessage(report);
}
