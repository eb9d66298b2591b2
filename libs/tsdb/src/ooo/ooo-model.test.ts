import { afterEach, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { APPEND_OUTCOME, type Querier, type SeriesRef, type SeriesSet } from '@narthex/storage';
import { silentLogger, temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { TsdbDatabase } from '../database.js';
import { type Dump, dump, dumpChunks, EVERYTHING, HINTS, readSet } from './ooo-test-data.js';

/*
 * Appends in and out of order, compactions, restarts, and views that stay open across them, against a plain model.
 */

const RANGE_MS = 1000;
const WINDOW_MS = 2500;
const SERIES = 4;

const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

type Step =
  | {
      readonly kind: 'append';
      readonly aheadMs: number;
      readonly samples: readonly (readonly [number, number])[];
    }
  | { readonly kind: 'reopen' | 'view' | 'close' | 'compact' | 'check' }
  | { readonly kind: 'window'; readonly windowMs: number };

/** Most samples are new, or a little late; some are too old. */
const behindMs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: WINDOW_MS + 300 }) },
);
const append = fc.record({
  kind: fc.constant('append' as const),
  aheadMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 120 })),
  samples: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: SERIES - 1 }), behindMs), {
    selector: ([series]) => series,
    minLength: 1,
    maxLength: SERIES,
  }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 60, arbitrary: append },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('view' as const, 'close' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('compact' as const, 'check' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('window' as const),
      windowMs: fc.constantFrom(WINDOW_MS, WINDOW_MS, 300),
    }),
  },
);

/** The same time has the same value always, so that it does not matter which of two samples stays. */
const valueAt = (series: number, timestampMs: number): number => series * 1e6 + timestampMs;

class Run {
  readonly #path: string;
  readonly #samples = Array.from({ length: SERIES }, () => new Set<number>());
  readonly #views: { readonly querier: Querier; readonly set: SeriesSet; readonly expected: Dump }[] = [];
  #db: TsdbDatabase | undefined;
  #newestMs = 10_000;
  #windowMs = WINDOW_MS;
  readonly counts = { late: 0, tooOld: 0 };

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {
    this.#db = await TsdbDatabase.open({
      path: this.#path,
      clock: systemClock,
      logger: silentLogger(),
      minBlockDurationMs: RANGE_MS,
      outOfOrderTimeWindowMs: this.#windowMs,
      noLockfile: true,
    });
  }

  async take(step: Step): Promise<void> {
    const db = this.#db!;
    switch (step.kind) {
      case 'append':
        return this.#append(step.aheadMs, step.samples);
      case 'window':
        this.#windowMs = step.windowMs;
        db.applyConfig({ outOfOrderTimeWindowMs: step.windowMs });
        return;
      case 'view':
        return this.#view();
      case 'close':
        return this.#checkViews(1);
      case 'compact': {
        const compacted = db.compact();
        await this.#checkViews(Infinity);
        return compacted;
      }
      case 'check':
        return this.check();
      case 'reopen':
        await this.#checkViews(Infinity);
        await db.close();
        await this.open();
        return this.check();
    }
  }

  async finish(): Promise<void> {
    await this.#checkViews(Infinity);
    await this.check();
  }

  async close(): Promise<void> {
    for (const { querier } of this.#views.splice(0)) querier.close();
    await this.#db?.close();
  }

  async check(): Promise<void> {
    const db = this.#db!;
    expect(await dump(db)).toEqual(this.#expected());
    expect(await dumpChunks(db)).toEqual(this.#expected());
    const [from, to] = [this.#newestMs - 700, this.#newestMs - 100];
    expect(await dump(db, from, to)).toEqual(this.#expected(from, to));
  }

  async #append(aheadMs: number, samples: readonly (readonly [number, number])[]): Promise<void> {
    const newestMs = this.#newestMs;
    const headNewestMs = Math.max(...this.#samples.flatMap((times) => [...times]));
    const first = headNewestMs === -Infinity;
    const appender = this.#db!.appender();
    for (const [series, behind] of samples) {
      const timestampMs = newestMs + aheadMs - behind;
      const ref: SeriesRef = appender.series(Labels.of({ __name__: 'm', series: String(series) }));
      const outcome = appender.float(ref, timestampMs, valueAt(series, timestampMs));
      const lastMs = Math.max(...this.#samples[series]!);
      const inWindow = timestampMs >= headNewestMs - this.#windowMs;
      // The first transaction of all is measured by its own first sample.
      if (first) expect(outcome === APPEND_OUTCOME.accepted || timestampMs < newestMs).toBe(true);
      else if (timestampMs > lastMs && timestampMs >= headNewestMs)
        expect(outcome).toBe(APPEND_OUTCOME.accepted);
      else if (inWindow) expect(outcome).toBe(APPEND_OUTCOME.accepted);
      else if (timestampMs < lastMs) expect(outcome).toBe(APPEND_OUTCOME.tooOld);
      if (outcome !== APPEND_OUTCOME.accepted) {
        this.counts.tooOld++;
        continue;
      }
      if (timestampMs < lastMs) this.counts.late++;
      this.#samples[series]!.add(timestampMs);
      this.#newestMs = Math.max(this.#newestMs, timestampMs);
    }
    await appender.commit();
  }

  /** What was selected stays as it was, whatever comes after. */
  async #view(): Promise<void> {
    const querier = this.#db!.querier(-Infinity, Infinity);
    const set = await querier.select(true, HINTS, EVERYTHING);
    this.#views.push({ querier, set, expected: this.#expected() });
  }

  #checkViews(count: number): Promise<void> {
    for (const { querier, set, expected } of this.#views.splice(0, count)) {
      try {
        expect(readSet(set)).toEqual(expected);
      } finally {
        querier.close();
      }
    }
    return Promise.resolve();
  }

  #expected(fromMs = -Infinity, toMs = Infinity): Dump {
    const found: Dump = {};
    this.#samples.forEach((times, series) => {
      const kept = [...times].filter((timestampMs) => timestampMs >= fromMs && timestampMs <= toMs);
      if (kept.length === 0) return;
      kept.sort((a, b) => a - b);
      found[series] = kept.map((timestampMs) => `${timestampMs}:${valueAt(series, timestampMs)}`).join(' ');
    });
    return found;
  }
}

test('whatever comes in whichever order is there, in every view, until the end', async () => {
  const seen = { late: 0, tooOld: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 300, size: 'max' }), async (steps) => {
      const folder = temporaryFolder('tsdb-ooo');
      folders.push(folder);
      const run = new Run(folder.path);
      try {
        await run.open();
        for (const each of steps) await run.take(each);
        await run.finish();
      } finally {
        await run.close();
      }
      seen.late += run.counts.late;
      seen.tooOld += run.counts.tooOld;
    }),
    {
      ...(process.env.OOO_SEED !== undefined && {
        seed: Number(process.env.OOO_SEED),
        path: process.env.OOO_PATH ?? '0',
      }),
      numRuns: Number(process.env.OOO_RUNS ?? 12),
      endOnFailure: process.env.OOO_SHRINK === undefined,
    },
  );
  expect(seen.late).toBeGreaterThan(0);
  expect(seen.tooOld).toBeGreaterThan(0);
}, 300_000);
