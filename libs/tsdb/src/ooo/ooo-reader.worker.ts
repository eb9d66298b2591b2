import { SampleColumns } from '@narthex/storage';
import { parentPort, workerData } from 'node:worker_threads';
import { Matcher } from '@narthex/model';
import { openSharedReader, type SharedHeadHandles } from '../threads/shared-head.js';

/** What the readers of the stress test are told. */
export interface OooStressTask {
  readonly handles: SharedHeadHandles;
  readonly reports: number;
  /** Counts commits, so that a reader can wait for the next. */
  readonly progress: SharedArrayBuffer;
}

/** What one select showed: of each series its number and the times of its samples. */
export interface OooStressReport {
  readonly commit: number;
  /** The view may show some series a commit ahead. */
  readonly loose: boolean;
  readonly series: readonly (readonly [number: number, times: Float64Array])[];
}

const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
const everything = [new Matcher('=', '__name__', 'stress')];

void run(workerData as OooStressTask);

async function run({ handles, reports, progress }: OooStressTask): Promise<void> {
  const commits = new Int32Array(progress);
  const reader = openSharedReader(handles);
  for (let report = 0; report < reports; report++) {
    Atomics.wait(commits, 0, Atomics.load(commits, 0), 1000);
    const querier = reader.querier(-Infinity, Infinity);
    const before = reader.counters.overtaken;
    const set = await querier.select(report % 2 === 0, hints, everything);
    const series = Array.from({ length: set.length }, (_, i) => {
      const columns = new SampleColumns();
      set.read(i, columns);
      const number = Number(set.labels(i).get('series'));
      for (let at = 0; at < columns.length; at++) {
        if (columns.values[at] !== number + columns.timestampsMs[at]!) throw new Error('a wrong value');
        if (at > 0 && columns.timestampsMs[at]! <= columns.timestampsMs[at - 1]!)
          throw new Error('out of order');
      }
      return [number, columns.timestampsMs.slice(0, columns.length)] as const;
    });
    const { commit } = querier;
    querier.close();
    const loose = reader.counters.overtaken !== before;
    parentPort!.postMessage({ commit, loose, series } satisfies OooStressReport);
  }
  reader.close();
}
