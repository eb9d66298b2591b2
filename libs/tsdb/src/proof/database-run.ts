import { Matcher } from '@narthex/model';
import { APPEND_OUTCOME, type Appender, type Querier, type SeriesSet } from '@narthex/storage';
import { ManualClock, RecordingLogger } from '@narthex/testkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listBlockFolders } from '../block/block-folders.js';
import { readBlockMeta } from '../block/block-meta.js';
import { TsdbDatabase } from '../database.js';
import { type HeadShare, openSharedReader, type SharedReader } from '../threads/shared-head.js';
import { copyDirectory } from './copy-directory.js';
import { addSample, groupOf, labelsOf, sampleAt, SERIES_COUNT, wrongSampleAt } from './proof-samples.js';
import {
  ALL,
  differences,
  EVER,
  type Found,
  HINTS,
  readChunks,
  readSamples,
  samplesOf,
  type TimeRange,
  wrongListings,
} from './reading.js';
import { between, type Expectation, SampleModel } from './sample-model.js';
import { RANGE_MS, type Step, WINDOW_MS, type WrittenSample } from './steps.js';

const LONGEST_BLOCK_MS = 9 * RANGE_MS;
const START_MS = 18_000;
const ERRORS = new Set(['error']);

interface View {
  readonly querier: Querier;
  /** Undefined where nothing has been selected yet. */
  readonly set: SeriesSet | undefined;
  readonly expected: Expectation;
}

interface Held {
  readonly appender: Appender;
  readonly accepted: readonly (readonly [series: number, timestampMs: number])[];
}

/** A database and the model of it, taken through the same steps. */
export class DatabaseRun {
  /** How often each step was taken, and what became of samples. */
  readonly counts = new Map<string, number>();
  readonly #folder: string;
  readonly #model = new SampleModel();
  readonly #clock = new ManualClock(1_700_000_000_000);
  readonly #logger = new RecordingLogger();
  readonly #known = new Set<number>();
  readonly #views: View[] = [];
  #path: string;
  #places = 0;
  #opened = 0;
  #db: TsdbDatabase | undefined;
  #share: HeadShare | undefined;
  #reader: SharedReader | undefined;
  #held: Held | undefined;
  #pending: Promise<() => void>[] = [];
  #newestMs = START_MS;
  #windowMs = WINDOW_MS;
  #retentionMs = 0;
  #newestBlockMs = -Infinity;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'data');
  }

  async open(): Promise<void> {
    this.#db = await TsdbDatabase.open({
      path: this.#path,
      clock: this.#clock,
      logger: this.#logger,
      minBlockDurationMs: RANGE_MS,
      maxBlockDurationMs: LONGEST_BLOCK_MS,
      samplesPerChunk: 8,
      walSegmentSizeBytes: 32_768,
      outOfOrderTimeWindowMs: this.#windowMs,
      staleSeriesCompactionThreshold: 0.1,
      retention: { timeMs: this.#retentionMs, sizeBytes: 0, percentage: 0 },
      noLockfile: true,
      memorySnapshotOnShutdown: this.#opened++ % 2 === 1,
    });
    this.#openReader();
  }

  async take(step: Step): Promise<void> {
    this.#count(step.kind);
    switch (step.kind) {
      case 'append':
        return this.#append(step.aheadMs, step.samples);
      case 'hold':
        return this.#hold(step.aheadMs, step.samples);
      case 'rollback':
        return this.#rollBack(step.aheadMs, step.samples);
      case 'duplicate':
        return this.#duplicate();
      case 'delete':
        return this.#delete(step.target, this.#range(step.behindMs, step.lengthMs));
      case 'check':
        await this.#settle();
        return this.#check(this.#range(step.behindMs, step.lengthMs));
      case 'peek':
        return this.#peek(this.#range(step.behindMs, step.lengthMs));
      case 'view':
        return this.#view(true);
      case 'lateView':
        return this.#view(false);
      case 'closeView':
        return this.#closeViews(1);
      case 'compact':
        this.#start(this.#db!.compact(), () => undefined);
        return;
      case 'clean':
        this.#start(this.#db!.cleanTombstones(), () => undefined);
        return;
      case 'reader':
        await this.#closeViews(Infinity);
        this.#closeReader();
        {
          this.#openReader();
          return;
        }
      case 'minute':
        return this.#clock.advance(61_000);
      case 'snapshot':
        return this.#snapshot(step.withHead);
      case 'window':
        this.#windowMs = step.windowMs;
        {
          this.#db!.applyConfig({ outOfOrderTimeWindowMs: step.windowMs });
          return;
        }
      case 'retention':
        this.#retentionMs = step.timeMs;
        {
          this.#db!.setRetention({ timeMs: step.timeMs, sizeBytes: 0, percentage: 0 });
          return;
        }
      case 'reopen':
        await this.#settle();
        this.#closeReader();
        await this.#finished(this.#db!.close());
        await this.open();
        return this.#check(EVER);
      case 'crash':
        return this.#crash();
    }
  }

  /** Whatever is under way comes to its end, and everything is compared once more, also over a restart. */
  async finish(): Promise<void> {
    await this.#settle();
    await this.#check(EVER);
    await this.take({ kind: 'reopen' });
    await this.#clock.advance(61_000);
    await this.#finished(this.#db!.compact());
    await this.#check(EVER);
    if (this.#retentionMs === 0) return;
    const keptMs = this.#newestBlockMs - this.#retentionMs - LONGEST_BLOCK_MS;
    for (const samples of (await readSamples(this.#db!, EVER)).values()) {
      for (const timestampMs of samples.keys())
        if (timestampMs < keptMs) throw new Error(`${timestampMs} is older than what is to be kept`);
    }
  }

  async close(): Promise<void> {
    this.#held?.appender.rollback();
    for (const { querier } of this.#views.splice(0)) querier.close();
    this.#closeReader();
    if (this.#db !== undefined) await this.#finished(this.#db.close());
    await Promise.allSettled(this.#pending);
  }

  #count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  #range(behindMs: number, lengthMs: number): TimeRange {
    const minTimeMs = this.#newestMs - behindMs;
    return { minTimeMs, maxTimeMs: minTimeMs + lengthMs };
  }

  // Writing

  async #append(aheadMs: number, samples: readonly WrittenSample[]): Promise<void> {
    await this.#commitHeld();
    this.#held = this.#add(aheadMs, samples);
    await this.#commitHeld();
  }

  async #hold(aheadMs: number, samples: readonly WrittenSample[]): Promise<void> {
    await this.#commitHeld();
    this.#held = this.#add(aheadMs, samples);
  }

  async #rollBack(aheadMs: number, samples: readonly WrittenSample[]): Promise<void> {
    await this.#commitHeld();
    const newestMs = this.#newestMs;
    this.#add(aheadMs, samples).appender.rollback();
    this.#newestMs = newestMs;
  }

  #add(aheadMs: number, samples: readonly WrittenSample[]): Held {
    const writtenMs = this.#model.newestMs;
    this.#newestMs += aheadMs;
    const appender = this.#db!.appender();
    const accepted: [number, number][] = [];
    for (const { series, behindMs } of samples) {
      this.#known.add(series);
      const timestampMs = this.#newestMs - behindMs;
      const ref = appender.series(labelsOf(series));
      const outcome = addSample(appender, ref, timestampMs, sampleAt(series, timestampMs));
      this.#count(`outcome ${outcome}`);
      if (outcome === APPEND_OUTCOME.accepted) accepted.push([series, timestampMs]);
      else if (!this.#mayRefuse(outcome, timestampMs, writtenMs))
        throw new Error(`series ${series} at ${timestampMs} was refused with ${outcome}`);
    }
    return { appender, accepted };
  }

  #mayRefuse(outcome: number, timestampMs: number, writtenMs: number): boolean {
    if (writtenMs === -Infinity) return true;
    if (this.#windowMs === 0) return timestampMs <= writtenMs;
    return outcome === APPEND_OUTCOME.tooOld && timestampMs < writtenMs - this.#windowMs;
  }

  async #commitHeld(): Promise<void> {
    if (this.#held === undefined) return;
    const { appender, accepted } = this.#held;
    this.#held = undefined;
    await appender.commit();
    for (const [series, timestampMs] of accepted) this.#model.add(series, timestampMs);
  }

  /** The newest sample once more, and another one at its time. */
  async #duplicate(): Promise<void> {
    const series = this.#newestMs % SERIES_COUNT;
    await this.#append(1, [{ series, behindMs: 0 }]);
    const timestampMs = this.#newestMs;
    const appender = this.#db!.appender();
    const ref = appender.series(labelsOf(series));
    const again = addSample(appender, ref, timestampMs, sampleAt(series, timestampMs));
    const wrong = addSample(appender, ref, timestampMs, wrongSampleAt(series, timestampMs));
    await appender.commit();
    if (again !== APPEND_OUTCOME.accepted) throw new Error(`the same sample was refused with ${again}`);
    if (wrong !== APPEND_OUTCOME.duplicate) throw new Error(`another value gave outcome ${wrong}`);
  }

  // Deleting, and what goes on meanwhile

  #start(work: Promise<unknown>, done: () => void): void {
    const pending = work.then(() => done);
    // Looked at when everything is waited for.
    pending.catch(() => undefined);
    this.#pending.push(pending);
  }

  #delete(target: number | 'group' | 'all', { minTimeMs, maxTimeMs }: TimeRange): Promise<void> {
    const all = Array.from({ length: SERIES_COUNT }, (_, series) => series);
    const [series, matchers] =
      target === 'all'
        ? [all, ALL]
        : target === 'group'
          ? [all.filter((each) => groupOf(each) === 1), [new Matcher('=', 'group', '1')]]
          : [[target], [new Matcher('=~', 'series', `${target}|x`)]];
    const deletion = this.#model.beginDeletion(series, minTimeMs, maxTimeMs);
    const work = this.#db!.delete(minTimeMs, maxTimeMs, matchers);
    this.#start(work, () => this.#model.endDeletion(deletion));
    return this.#views.length > 0 ? Promise.resolve() : this.#settle();
  }

  /** Waits for something, and has the time go on, which is looked at where something is waited for inside. */
  async #finished<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = (): void => void (isDone = true);
    work.then(done, done);
    while (!isDone) await this.#clock.advance(5);
    return work;
  }

  async #settle(): Promise<void> {
    await this.#commitHeld();
    await this.#closeViews(Infinity);
    for (const done of await this.#finished(Promise.all(this.#pending.splice(0)))) done();
  }

  async #snapshot(withHead: boolean): Promise<void> {
    await this.#settle();
    const before = this.#expect();
    const folder = join(this.#folder, `snapshot-${++this.#places}`);
    await this.#finished(this.#db!.snapshot(folder, withHead));
    const expected = between(before, this.#expect());
    const { clock, logger } = { clock: this.#clock, logger: this.#logger };
    const copy = await TsdbDatabase.open({ path: folder, clock, logger, noLockfile: true });
    try {
      const shown = withHead ? expected : expected.map(optional);
      this.#agree('snapshot', this.#differences(await readSamples(copy, EVER), shown, EVER));
    } finally {
      await copy.close();
    }
  }

  /** Goes on with what is on disk at this moment. */
  async #crash(): Promise<void> {
    await this.#commitHeld();
    const place = join(this.#folder, `data-${++this.#places}`);
    await copyDirectory(this.#path, place);
    await this.#closeViews(Infinity);
    this.#closeReader();
    await this.#finished(Promise.all(this.#pending.splice(0)));
    await this.#finished(this.#db!.close());
    this.#path = place;
    await this.open();
    await this.#check(EVER);
  }

  // Reading

  #openReader(): void {
    this.#share = this.#db!.share();
    this.#reader = openSharedReader(this.#share.handles);
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#share?.release();
    this.#reader = undefined;
  }

  async #view(isSelected: boolean): Promise<void> {
    const db = this.#views.length % 2 === 0 ? this.#db! : this.#reader!;
    const before = this.#expect();
    const querier = db.querier(-Infinity, Infinity);
    const set = isSelected ? await querier.select(true, HINTS, ALL) : undefined;
    // A deletion or the retention may have come to its end in between.
    this.#views.push({ querier, set, expected: between(before, this.#expect()) });
  }

  /** What a view shows is what there was when it selected. */
  async #closeViews(count: number): Promise<void> {
    for (const { querier, set, expected } of this.#views.splice(0, count)) {
      try {
        if (set !== undefined) this.#agree('view', this.#differences(samplesOf(set), expected, EVER));
        else {
          // The first select moves on to a newer commit where two have passed a series.
          const shown = samplesOf(await querier.select(true, HINTS, ALL));
          this.#agree('late view', this.#differences(shown, between(expected, this.#expect()), EVER));
        }
      } finally {
        querier.close();
      }
    }
  }

  /** Reads while other things may be under way. */
  async #peek(range: TimeRange): Promise<void> {
    const before = this.#expect();
    const found = await readSamples(this.#reader!, range);
    this.#agree('peek', this.#differences(found, between(before, this.#expect()), range));
  }

  async #check(range: TimeRange): Promise<void> {
    const found = await readSamples(this.#db!, EVER);
    this.#agree('all samples', this.#differences(found, this.#expect(), EVER));
    this.#expect().forEach((presence, series) => {
      for (const timestampMs of presence.keys())
        this.#model.settle(series, timestampMs, found.get(series)?.has(timestampMs) === true);
    });
    for (const each of [range, EVER]) {
      const expected = this.#expect();
      const compare = async (what: string, read: Promise<Found>): Promise<void> =>
        this.#agree(what, this.#differences(await read, this.#expect(), each));
      await compare('samples', readSamples(this.#db!, each));
      await compare('samples in another thread', readSamples(this.#reader!, each));
      await compare('chunks', readChunks(this.#db!, each));
      const querier = this.#reader!.querier(each.minTimeMs, each.maxTimeMs);
      try {
        const wrong = await wrongListings(querier, between(expected, this.#expect()), this.#known, each);
        this.#agree('labels', wrong);
      } finally {
        querier.close();
      }
    }
    const errors = this.#logger.lines.filter(({ level }) => ERRORS.has(level));
    this.#agree(
      'log',
      errors.map(({ message, fields }) => `${message} ${JSON.stringify(fields)} ${String(fields.err)}`),
    );
  }

  /** What the model expects now, the retention having done what it may have done. */
  #expect(): Expectation {
    if (this.#retentionMs > 0) {
      for (const folder of listBlockFolders(this.#path)) {
        if (!existsSync(join(folder, 'meta.json'))) continue;
        this.#newestBlockMs = Math.max(this.#newestBlockMs, readBlockMeta(folder).maxTimeMs);
      }
      this.#model.forgetBefore(this.#newestBlockMs - this.#retentionMs);
    }
    return this.#model.expectation();
  }

  #differences(found: Found, expected: Expectation, range: TimeRange): string[] {
    return differences(found, expected, range, (series, timeMs) => this.#model.history(series, timeMs));
  }

  #agree(what: string, wrong: readonly string[]): void {
    if (wrong.length > 0) throw new Error(`${what}:\n${wrong.join('\n')}`);
  }
}

function optional(
  presence: ReadonlyMap<number, 'present' | 'absent' | 'maybe'>,
): Map<number, 'absent' | 'maybe'> {
  return new Map([...presence].map(([time, state]) => [time, state === 'absent' ? 'absent' : 'maybe']));
}
