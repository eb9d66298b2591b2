import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel } from '@narthex/chunks';
import { Labels, Matcher } from '@narthex/model';
import { type Appendable, APPEND_OUTCOME, SampleColumns, type SeriesRef } from '@narthex/storage';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { decodeSamples, decodeSeries, RECORD_TYPE, recordType, SampleBatch } from '@narthex/wal';
import { setImmediate } from 'node:timers/promises';
import { TsdbDatabase } from '../database.js';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { Head } from './head.js';

/** On a busy machine. */
jest.setTimeout(120_000);

const BASE = 1_700_000_000_000;
const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
const all = [new Matcher('=~', '__name__', '.+')];
const kernelModule = compileDecodeKernel();

/** Each look at it finds it two milliseconds later, so that work in slices is in many. */
class HastyClock extends ManualClock {
  #looks = 0;

  override monotonicMs(): number {
    return 2 * this.#looks++;
  }
}

/** Remembers what is written to it, unless it is broken. */
class RecordingLog {
  readonly records: Uint8Array[] = [];
  broken = false;

  append(records: readonly Uint8Array[]): void {
    if (this.broken) throw new Error('no space left on device');
    this.records.push(...records.map((record) => record.slice()));
  }

  /** For each record what it names: numbers of new series, or of those with samples. */
  told(): readonly (readonly [kind: 'series' | 'samples', refs: readonly number[]])[] {
    return this.records.map((record) => {
      if (recordType(record) === RECORD_TYPE.series)
        return ['series', decodeSeries(record).map(({ ref }) => ref)] as const;
      const batch = new SampleBatch();
      decodeSamples(record, batch);
      return ['samples', [...batch.refs.subarray(0, batch.length)]] as const;
    });
  }
}

function make() {
  const control = ControlBlock.create(42);
  const epochs = EpochTable.create(2);
  const allocator = new SharedAllocator({ epochs });
  const clock = new HastyClock(BASE);
  const head = new Head({ allocator, control, epochs, clock, chunkRangeMs: 60_000, maxSeries: 0 });
  const log = new RecordingLog();
  head.log = log;
  const reader = new HeadReader({ views: allocator.views, control, epochs, slot: 0, kernelModule });
  return { head, log, reader };
}

/** Labels long enough for a record of some hundred of them to be more than one piece. */
const labelsOf = (name: string, i: number): Labels =>
  Labels.of({ __name__: name, number: String(i), text: `${i} `.padEnd(200, 'x') });

function addMany(to: Appendable, name: string, count: number, timestampMs: number) {
  const appender = to.appender();
  const refs = Array.from({ length: count }, (_, i) => appender.series(labelsOf(name, i)));
  for (const ref of refs) expect(appender.float(ref, timestampMs, 1)).toBe(APPEND_OUTCOME.accepted);
  return { appender, refs };
}

/** How many samples of each metric are to be seen. */
async function seen({ reader }: ReturnType<typeof make>): Promise<Record<string, number>> {
  const querier = reader.querier(-Infinity, Infinity);
  const set = await querier.select(false, hints, all);
  const columns = new SampleColumns();
  const found: Record<string, number> = {};
  for (let i = 0; i < set.length; i++) {
    columns.clear();
    set.read(i, columns);
    const name = set.labels(i).get('__name__');
    found[name] = (found[name] ?? 0) + columns.length;
  }
  querier.close();
  return found;
}

describe('a commit of many samples', () => {
  test('lets others run, and shows as a whole', async () => {
    const made = make();
    const { appender } = addMany(made.head, 'many', 5000, 1000);
    let isOver = false;
    const commit = appender.commit().finally(() => (isOver = true));
    const counts = new Set<number>();
    while (!isOver) {
      counts.add((await seen(made)).many ?? 0);
      await setImmediate();
    }
    expect(await commit).toMatchObject({ floatsAppended: 5000, seriesCreated: 5000 });
    counts.add((await seen(made)).many!);
    expect([...counts]).toEqual([0, 5000]);
  });

  test('holds back the commits behind it: log and head have one order', async () => {
    const made = make();
    const { head, log } = made;
    const first = addMany(head, 'many', 3000, 1000);
    const second = head.appender();
    second.float(first.refs[0]!, 1000, 2);
    second.float(first.refs[1]!, 2000, 2);
    const commits = [first.appender.commit(), second.commit()];
    const third = addMany(head, 'other', 10, 1000);
    commits.push(third.appender.commit());
    expect((await Promise.all(commits)).map(({ floatsAppended }) => floatsAppended)).toEqual([3000, 1, 10]);
    expect(await seen(made)).toEqual({ many: 3001, other: 10 });
    const samples = log.told().filter(([kind]) => kind === 'samples');
    expect(samples.map(([, refs]) => refs.length)).toEqual([3000, 2, 10]);
  });

  test('takes nothing more, and cannot be rolled back', async () => {
    const { head } = make();
    const { appender, refs } = addMany(head, 'many', 3000, 1000);
    const commit = appender.commit();
    await setImmediate();
    expect(() => appender.float(refs[0]!, 2000, 1)).toThrow('committed');
    expect(() => appender.rollback()).toThrow('committed');
    await expect(appender.commit()).rejects.toThrow('committed');
    expect(await commit).toMatchObject({ floatsAppended: 3000 });
  });

  test('keeps its series while the head is truncated', async () => {
    const made = make();
    const { appender } = addMany(made.head, 'many', 3000, 500_000);
    const commit = appender.commit();
    await setImmediate();
    await made.head.truncate(400_000);
    await commit;
    expect(await seen(made)).toEqual({ many: 3000 });
  });
});

describe('new series', () => {
  test('are logged once, before their samples, whoever made them', async () => {
    const { head, log } = make();
    const [one, other] = [head.appender(), head.appender()];
    const refs: SeriesRef[] = [];
    for (let i = 0; i < 2000; i++) {
      const labels = labelsOf('shared', i);
      refs.push(one.series(labels));
      expect(other.series(labels)).toBe(refs[i]);
    }
    for (const ref of refs) other.float(ref, 1000, 1);
    one.rollback();
    await other.commit();
    const known = new Set<number>();
    for (const [kind, named] of log.told()) {
      for (const ref of named) {
        expect(known.has(ref)).toBe(kind === 'samples');
        if (kind === 'series') known.add(ref);
      }
    }
    expect(known.size).toBe(2000);
    expect(Math.max(...log.records.map(({ length }) => length))).toBeLessThan(1 << 17);
  });

  test('that could not be logged ahead are logged with the commit, or fail it', async () => {
    const { head, log } = make();
    log.broken = true;
    const failing = addMany(head, 'many', 1000, 1000);
    await expect(failing.appender.commit()).rejects.toMatchObject({ code: 'WAL_WRITE' });
    log.broken = false;
    const retried = addMany(head, 'many', 1000, 1000);
    await retried.appender.commit();
    const told = log.told();
    expect(told.map(([kind]) => kind)).toEqual(['series', 'samples']);
    expect(told.map(([, refs]) => refs.length)).toEqual([1000, 1000]);
  });
});

describe('a database', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder('commit-slices');
  });
  afterEach(() => folder.remove());
  const open = (): Promise<TsdbDatabase> =>
    TsdbDatabase.open({ path: folder.path, clock: new HastyClock(BASE), logger: silentLogger() });

  test('that is closed meanwhile waits for the end of the commit', async () => {
    const db = await open();
    const { appender } = addMany(db, 'many', 4000, BASE);
    const commit = appender.commit();
    await db.close();
    expect(await commit).toMatchObject({ floatsAppended: 4000 });
    const again = await open();
    expect(again.headSeriesCount).toBe(4000);
    const querier = again.querier(BASE, BASE);
    const set = await querier.select(false, hints, all);
    const columns = new SampleColumns();
    for (let i = 0; i < set.length; i++) set.read(i, columns);
    expect(columns.length).toBe(4000);
    querier.close();
    await again.close();
  });
});
