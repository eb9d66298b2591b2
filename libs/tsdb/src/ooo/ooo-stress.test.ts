import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { Labels } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { temporaryFolder } from '@narthex/testkit';
import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { BlockSet } from '../blocks/block-set.js';
import { Head } from '../head/head.js';
import { ControlBlock } from '../shared/control-block.js';
import { Random } from '../stress/protocol.js';
import { QueryFlags } from '../threads/query-flags.js';
import { HeadSharing } from '../threads/shared-head.js';
import { type OooStressReport, type OooStressTask } from './ooo-reader.worker.js';

/*
 * A writer of samples in and out of order and two threads that read, against a model that knows which commit brought
 * which sample.
 */

const SERIES = 12;
const READERS = 2;

const folder = temporaryFolder('ooo-stress');
const bundle = join(folder.path, 'reader.cjs');
beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, 'ooo-reader.worker.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['snappy'],
    tsconfig: join(__dirname, '../../../../tsconfig.base.json'),
  });
});
afterAll(() => folder.remove());

/** By series, the commit that brought each time. */
type Model = readonly Map<number, number>[];

/** What a report ought to have shown and did not; undefined when all is well. */
function differs(model: Model, { commit, loose, series }: OooStressReport): string | undefined {
  if (loose) return undefined;
  const shown = new Map(series);
  for (const [number, commits] of model.entries()) {
    const want = [...commits].filter(([, each]) => each <= commit).map(([timestampMs]) => timestampMs);
    want.sort((a, b) => a - b);
    const got = [...(shown.get(number) ?? [])];
    if (want.join() !== got.join()) return `series ${number} at ${commit}: ${got.length} of ${want.length}`;
  }
  return undefined;
}

const seed = Number(process.env.STRESS_SEED ?? Date.now() % 1_000_000);

test(`what threads read while late samples come, seed ${seed}`, async () => {
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
    chunkRangeMs: 40_000,
    maxSeries: 0,
  });
  head.outOfOrder.windowMs = 1e9;
  const kernelModule = compileDecodeKernel();
  const sharing = new HeadSharing({
    control,
    epochs,
    flags: new QueryFlags(),
    allocator,
    kernelModule,
    blocks: new BlockSet({ epochs, clock: systemClock, kernel: new DecodeKernel(kernelModule) }),
    chunksFolder: folder.path,
    firstSlot: 0,
  });
  announcing.sharing = sharing;
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const model: Model = Array.from({ length: SERIES }, () => new Map<number, number>());
  let failure: string | undefined;
  let received = 0;
  let running = READERS;
  const finished = Promise.all(
    Array.from({ length: READERS }, () => {
      const { handles, transferList } = sharing.share();
      const workerData: OooStressTask = {
        handles,
        reports: Number(process.env.STRESS_REPORTS ?? 150),
        progress: progress.buffer,
      };
      const worker = new Worker(bundle, { workerData, transferList: [...transferList] as [] });
      worker.on('message', (report: OooStressReport) => {
        received++;
        failure ??= differs(model, report);
      });
      return new Promise<void>((resolve) => {
        worker.once('error', (error) => (failure ??= String(error)));
        worker.once('exit', () => {
          running--;
          resolve();
        });
      });
    }),
  );

  let nowMs = 1_000_000;
  while (running > 0) {
    nowMs += random.below(40);
    const commit = (control.committed + 1) | 0;
    const appender = head.appender();
    const added: (readonly [number, number])[] = [];
    for (let series = 0; series < SERIES; series++) {
      for (let more = random.below(20) === 0 ? random.below(60) : random.below(2); more > 0; more--) {
        const timestampMs = random.below(3) === 0 ? nowMs : nowMs - random.below(20_000);
        if (model[series]!.has(timestampMs) || added.some(([s, t]) => s === series && t === timestampMs))
          continue;
        const ref = appender.series(Labels.of({ __name__: 'stress', series: String(series) }));
        expect(appender.float(ref, timestampMs, series + timestampMs)).toBe(0);
        added.push([series, timestampMs]);
      }
    }
    for (const [series, timestampMs] of added) model[series]!.set(timestampMs, commit);
    await appender.commit();
    Atomics.add(progress, 0, 1);
    Atomics.notify(progress, 0);
    // Reports come in between; and the model must not grow for ever.
    if (random.below(4) === 0 || nowMs > 1_020_000) await setImmediate();
  }
  await finished;
  expect(failure).toBeUndefined();
  expect(received).toBe(READERS * Number(process.env.STRESS_REPORTS ?? 150));
  expect(epochs.oldest()).toBeUndefined();
  allocator.reclaim();
  expect(allocator.retiredCount).toBe(0);
}, 300_000);
