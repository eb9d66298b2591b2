import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { Labels } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { type SeriesRef } from '@narthex/storage';
import { silentLogger, temporaryFolder } from '@narthex/testkit';
import { buildSync } from 'esbuild';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { BlockSet } from '../blocks/block-set.js';
import { type TestSeries } from '../block/block-test-data.js';
import { Head } from '../head/head.js';
import { HeadDisk } from '../head-disk/head-disk.js';
import { ControlBlock } from '../shared/control-block.js';
import { QueryFlags } from '../threads/query-flags.js';
import { HeadSharing } from '../threads/shared-head.js';
import { BlockKeeper } from './block-keeper.js';
import { Random, REPORT_STRIDE, type StressReport, type StressTask, valueAt } from './protocol.js';

const CHUNK_RANGE_MS = 40_000;
const KEEP_MS = 90_000;
/** Reports still under way may be of views from before so many losses of the oldest block. */
const LATE_LOSSES = 2;
const READERS = 2;
const CHUNK_FILE_BYTES = 20_000;

interface ModelSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: number[];
  readonly commits: number[];
}

/** What head and blocks ought to hold: of every series the times of its samples, and the commits they came with. */
class Model {
  readonly series = new Map<number, ModelSeries>();

  /** Forgets series that no view can show any more. */
  forget(beforeMs: number): void {
    for (const [number, { times }] of this.series)
      if (times.length > 0 && times.at(-1)! < beforeMs) this.series.delete(number);
  }

  /** The samples between two times, the second not included. */
  between(fromMs: number, toMs: number): TestSeries[] {
    return [...this.series].flatMap(([number, { labels, times }]) => {
      const chosen = times.slice(countBelow(times, fromMs), countBelow(times, toMs));
      const samples = chosen.map((timestampMs) => [timestampMs, valueAt(number, timestampMs)] as const);
      return samples.length === 0 ? [] : [{ labels, samples }];
    });
  }

  /** As {@link differsFrom}, for the one of several starts that fits. */
  differs(report: StressReport, startsMs: readonly number[]): string | undefined {
    const differences = startsMs.map((startMs) => this.differsFrom(report, startMs));
    return differences.includes(undefined) ? undefined : differences.join('; ');
  }

  /** The difference between a report and what it should have said; undefined when there is none. */
  differsFrom({ commit, series, kind }: StressReport, startMs: number): string | undefined {
    const seen = new Map<number, number>();
    for (let at = 0; at < series.length; at += REPORT_STRIDE) seen.set(series[at]!, at);
    if (seen.size * REPORT_STRIDE !== series.length) return 'a series came twice';
    for (const [number, { times, commits }] of this.series) {
      // Both columns ascend, so what belongs to the view is one range.
      const from = countBelow(times, startMs);
      const to = Math.max(from, countBelow(commits, commit + 1));
      const at = seen.get(number);
      seen.delete(number);
      if (from === to && at === undefined) continue;
      const got = at === undefined ? [] : [...series.subarray(at + 1, at + REPORT_STRIDE)];
      // A chunk that reaches into the range may have no sample in it.
      if (kind === 'chunks' && from === to && got[2] === 0) continue;
      const want = [times[from], times[to - 1], to - from];
      if (got.join() !== want.join())
        return `${kind} of ${number} at ${commit}: ${got.join()} instead of ${want.join()}`;
    }
    return seen.size === 0 ? undefined : `series ${[...seen.keys()].join()} were never written`;
  }
}

function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

let bundle = '';
const folder = temporaryFolder('tsdb-stress');
beforeAll(() => {
  bundle = join(folder.path, 'reader.cjs');
  buildSync({
    entryPoints: [join(__dirname, 'reader.worker.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['snappy'],
    tsconfig: join(__dirname, '../../../../tsconfig.base.json'),
  });
});
afterAll(() => folder.remove());

interface Reader {
  readonly worker: Worker;
  readonly done: Promise<void>;
}

function start(
  task: StressTask,
  transferList: readonly unknown[],
  onReport: (report: StressReport) => void,
): Reader {
  const worker = new Worker(bundle, { workerData: task, transferList: [...transferList] as [] });
  const done = new Promise<void>((resolve, reject) => {
    worker.on('message', onReport);
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  return { worker, done };
}

async function stress(seed: number, reports: number, onDisk: boolean): Promise<void> {
  // Wakes readers that wait for the writer to go on.
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const random = new Random(seed);
  const control = ControlBlock.create(seed);
  const epochs = EpochTable.create(4);
  const announcing: { sharing?: HeadSharing } = {};
  const allocator = new SharedAllocator({
    epochs,
    onSegment: (index, buffer) => announcing.sharing?.announce(index, buffer),
  });
  const head = new Head({
    allocator,
    control,
    epochs,
    clock: systemClock,
    chunkRangeMs: CHUNK_RANGE_MS,
    maxSeries: 0,
  });
  const kernelModule = compileDecodeKernel();
  const chunksFolder = join(folder.path, `chunks-${seed}-${onDisk}`);
  const disk = await HeadDisk.open({
    folder: chunksFolder,
    head,
    epochs,
    clock: systemClock,
    logger: silentLogger(),
    maxFileBytes: CHUNK_FILE_BYTES,
  });
  disk.replayed();
  const blocks = new BlockSet({ epochs, clock: systemClock, kernel: new DecodeKernel(kernelModule) });
  const sharing = new HeadSharing({
    control,
    epochs,
    flags: new QueryFlags(),
    allocator,
    kernelModule,
    blocks,
    chunksFolder,
    firstSlot: 0,
  });
  announcing.sharing = sharing;

  const model = new Model();
  const keeper = new BlockKeeper({
    folder: mkdtempSync(join(folder.path, 'blocks-')),
    head,
    blocks,
    written: (fromMs, toMs) => model.between(fromMs, toMs),
  });
  const live: { number: number; ref: SeriesRef; labels: Labels }[] = [];
  let nowMs = 1_000_000;
  let failure: string | undefined;
  let received = 0;
  let running = READERS;
  const seen = { samples: 0, chunks: 0, loose: 0, restarts: 0 };
  const onReport = (report: StressReport): void => {
    received++;
    seen[report.kind]++;
    seen.restarts = Math.max(seen.restarts, report.restarts);
    // A looser view is allowed to show a series a commit ahead; there is nothing exact to compare with.
    if (report.loose) seen.loose++;
    else failure ??= model.differs(report, keeper.startsMs.slice(0, LATE_LOSSES + 1));
  };
  const readers = Array.from({ length: READERS }, (_, reader) => {
    const { handles, transferList } = sharing.share();
    const task = { handles, seed: seed + reader + 1, reports, progress: progress.buffer };
    return start(task, transferList, onReport);
  });
  const finished = Promise.all(readers.map(({ done }) => done.finally(() => running--)));
  finished.catch((error: unknown) => (failure ??= String(error)));

  let truncations = 0;
  let born = 0;
  let truncating: Promise<void> | undefined;
  let flushing: Promise<void> | undefined;
  while (running > 0 && failure === undefined) {
    nowMs += 1 + random.below(2000);
    const appender = head.appender();
    for (let births = random.below(4); births > 0 && live.length < 150; births--) {
      const number = born++;
      const name = `padding-${number}-${'x'.repeat(random.below(40))}`;
      const plain = {
        __name__: 'stress',
        series: String(number),
        parity: String(number % 2),
        pod: name,
      };
      const labels = Labels.of(plain);
      model.series.set(number, { labels: plain, times: [], commits: [] });
      live.push({ number, ref: appender.series(labels), labels });
    }
    const next = (control.committed + 1) | 0;
    const added: { number: number; timestampMs: number }[] = [];
    for (const entry of live) {
      if (random.below(3) === 0) continue;
      // Several samples a commit now and then, so that chunks are cut in the middle of one.
      let timestampMs = nowMs;
      for (let more = random.below(20) === 0 ? random.below(150) : 1; more > 0; more--, timestampMs++) {
        let outcome = appender.float(entry.ref, timestampMs, valueAt(entry.number, timestampMs));
        if (outcome === 5) {
          // Collected meanwhile; it comes back under another id, as a scrape would do it.
          entry.ref = appender.series(entry.labels);
          outcome = appender.float(entry.ref, timestampMs, valueAt(entry.number, timestampMs));
        }
        if (outcome === 0) added.push({ number: entry.number, timestampMs });
      }
    }
    for (const { number, timestampMs } of added) {
      const { times, commits } = model.series.get(number)!;
      if (times.length > 0 && timestampMs <= times.at(-1)!) continue;
      times.push(timestampMs);
      commits.push(next);
    }
    await appender.commit();
    Atomics.add(progress, 0, 1);
    Atomics.notify(progress, 0);
    // Series die and are not written again: the next truncations collect them.
    if (live.length > 60) live.splice(random.below(live.length), random.below(3));
    if (truncating === undefined && random.below(20) === 0) {
      truncations++;
      model.forget(keeper.startsMs[LATE_LOSSES] ?? -Infinity);
      const beforeMs = nowMs - KEEP_MS + random.below(KEEP_MS / 2);
      // Where chunks end, as a head is compacted: what is left of a chunk's front would show among chunks.
      truncating = keeper
        .compact(Math.floor(beforeMs / CHUNK_RANGE_MS) * CHUNK_RANGE_MS, random.below(2))
        .then(() => (truncating = undefined));
    }
    if (onDisk && flushing === undefined && random.below(10) === 0) {
      flushing = disk.flush().then(() => (flushing = undefined));
    }
    if (random.below(8) === 0) await setImmediate();
  }
  if (failure !== undefined) await Promise.all(readers.map(({ worker }) => worker.terminate()));
  await finished.catch(() => undefined);
  await truncating;
  await flushing;
  expect(failure).toBeUndefined();
  expect(received).toBe(READERS * reports);
  expect(truncations).toBeGreaterThan(0);
  expect(disk.counters.chunksWritten > 0).toBe(onDisk);
  expect(disk.counters.filesDeleted > 0).toBe(onDisk);
  await disk.close();
  expect(keeper.merged).toBeGreaterThan(0);
  expect(keeper.dropped).toBeGreaterThan(0);
  expect(seen.samples).toBeGreaterThan(0);
  expect(seen.chunks).toBeGreaterThan(0);
  blocks.close();
  // With every reader gone, nothing is held back: no slot was forgotten.
  expect(epochs.oldest()).toBeUndefined();
  allocator.reclaim();
  expect(allocator.retiredCount).toBe(0);
}

describe('writer, compaction, truncation, collection and two readers against a model', () => {
  const seed = Number(process.env.STRESS_SEED ?? Date.now() % 1_000_000);

  test.each([
    ['in memory', false],
    ['full chunks on disk', true],
  ])(
    `%s, seed ${seed}`,
    async (_name, onDisk) => {
      await stress(seed, Number(process.env.STRESS_REPORTS ?? 200), onDisk);
    },
    600_000,
  );
});
