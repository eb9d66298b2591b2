import { describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { MemoryStorage } from '@narthex/promqltest';
import { type SeriesSet } from '@narthex/storage';
import fc from 'fast-check';
import { Engine } from '../engine/engine.js';
import { type QueryControl } from '../engine/options.js';
import { type QueryResult } from '../engine/result.js';
import { RANGE_FUNCTIONS } from '../testing/range-functions.js';
import { crew, GivingStorage, HastyClock } from './crew-under-test.js';
import { helpWithSeries } from './help-with-series.js';
import { SeriesBoard } from './series-board.js';
import { type SeriesOffer } from './series-work.js';

/*
 * A query that others help with gives the very answer that it gives alone. The helpers run in this thread, and take
 * turns with the query wherever one of them rests; in threads of their own they are tested by `query-worker`.
 */

const MINUTE = 60_000;

const histogram = (count: number): NativeHistogram => ({
  counterResetHint: COUNTER_RESET_HINT.unknown,
  schema: 0,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: count + 1,
  sum: 2 * count,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [count],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
});

/** What the samples of a series are made by. */
interface SeriesPlan {
  readonly seed: number;
  readonly kind: 'counter' | 'gauge' | 'gaps' | 'histograms' | 'mixed';
}

function store(plans: readonly SeriesPlan[]): MemoryStorage {
  const storage = new MemoryStorage();
  plans.forEach(({ seed, kind }, i) => {
    const name = kind === 'counter' ? 'm_total' : 'm';
    const labels = Labels.of({ __name__: name, i: String(i), half: String(i % 2), third: String(i % 3) });
    let value = seed % 17;
    for (let at = 0; at < 60; at++) {
      const random = Math.imul(seed + at + 1, 0x9e3779b1) >>> 0;
      const timestampMs = at * 15_000 + (random % 5_000);
      if (kind !== 'counter' && random % 11 === 0) continue;
      if (kind === 'gaps' && (random >>> 8) % 3 === 0) continue;
      value = kind === 'counter' ? (random % 23 === 0 ? 0 : value + (random % 100) / 7) : random / 1e9 - 2;
      const isHistogram = kind === 'histograms' || (kind === 'mixed' && random % 2 === 0);
      const float = kind === 'gaps' && random % 13 === 0 ? STALE_NAN : random % 97 === 0 ? NaN : value;
      storage.append(labels, {
        timestampMs,
        value: isHistogram ? 0 : float,
        histogram: isHistogram ? histogram(at + (seed % 5)) : undefined,
        startTimestampMs: 0,
      });
    }
  });
  return storage;
}

const SELECTORS = ['m', 'm_total', '{__name__=~"m.*"}', '{__name__=~"m.*",half="1"}'];
const leaf = fc.oneof(
  fc.constantFrom(...SELECTORS),
  fc.constantFrom(...SELECTORS).map((selector) => `${selector} offset 1m`),
  fc.constantFrom(...SELECTORS).map((selector) => `${selector} @ 400`),
  fc.constantFrom(...SELECTORS).map((selector) => `timestamp(${selector})`),
  fc
    .tuple(
      fc.constantFrom(...RANGE_FUNCTIONS),
      fc.constantFrom(...SELECTORS),
      fc.constantFrom('2m', '5m', '20s'),
    )
    .map(([name, selector, range]) => `${name}(${selector}[${range}])`),
  fc.constantFrom(
    'quantile_over_time(0.3, m[3m])',
    'quantile_over_time(7, m[3m])',
    'predict_linear(m_total[4m], 60)',
    'rate(m_total[3m] anchored)',
    'increase({__name__=~"m.*"}[3m] smoothed)',
    'max_over_time(rate(m_total[2m])[4m:30s])',
  ),
);
const expression = fc.oneof(
  leaf,
  fc
    .tuple(fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'stddev', 'group'), leaf)
    .map(([operator, inner]) => `${operator} by (third) (${inner})`),
  leaf.map((inner) => `topk(3, ${inner})`),
  leaf.map((inner) => `quantile by (half) (0.5, ${inner})`),
  fc.tuple(leaf, leaf).map(([left, right]) => `sum by (i) (${left}) / on (i) sum by (i) (${right})`),
  leaf.map((inner) => `abs(${inner}) > 1`),
);

const FEATURES = { experimentalFunctions: true, extendedRangeSelectors: true } as const;

/** All of a result but how long it took. */
async function outcome(run: Promise<QueryResult>): Promise<unknown> {
  try {
    const { value, warnings, infos, stats } = await run;
    return {
      value: JSON.parse(JSON.stringify(value, plainly)) as unknown,
      warnings,
      infos,
      totalQueryableSamples: stats.totalQueryableSamples,
      peakSamples: stats.peakSamples,
      samplesPerStep: stats.samplesPerStep,
    };
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
}

/** Numbers bit for bit, and labels as they are written. */
function plainly(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)];
  return value instanceof Labels ? value.toString() : value;
}

describe('with helpers', () => {
  test('every answer is the one without', async () => {
    let helped = 0;
    const seriesPlan = fc.record({
      seed: fc.nat(100_000),
      kind: fc.constantFrom<SeriesPlan['kind']>('counter', 'counter', 'gauge', 'gaps', 'histograms', 'mixed'),
    });
    const property = fc.asyncProperty(
      fc.array(seriesPlan, { minLength: 3, maxLength: 90 }),
      expression,
      fc.record({
        startMs: fc.integer({ min: 0, max: 300_000 }),
        steps: fc.integer({ min: 1, max: 40 }),
        stepMs: fc.constantFrom(1_000, 15_000, 61_000),
        isInstant: fc.boolean(),
        helpers: fc.integer({ min: 1, max: 3 }),
        maxSamples: fc.constantFrom(300, 50_000_000, 50_000_000, 50_000_000),
        samplesPerStep: fc.constantFrom(false, false, false, true),
        broken: fc.option(fc.nat(400), { nil: undefined }),
      }),
      async (plans, query, options) => {
        const { startMs, steps, stepMs, isInstant, helpers, maxSamples, samplesPerStep, broken } = options;
        const storage = new GivingStorage(store(plans), broken?.toString());
        const features = { ...FEATURES, samplesPerStep };
        const engine = new Engine({
          clock: new HastyClock(),
          features,
          maxSamples,
          leastSharedSamples: 1,
          timeoutMs: Infinity,
        });
        const run = (control?: QueryControl): Promise<unknown> =>
          outcome(
            isInstant
              ? engine.instant(storage, query, { timestampMs: startMs + 400_000, samplesPerStep }, control)
              : engine.range(
                  storage,
                  query,
                  { startMs, endMs: startMs + steps * stepMs, stepMs, samplesPerStep },
                  control,
                ),
          );
        const alone = await run();
        const { control, blocks } = crew(storage, helpers);
        expect(await run(control)).toEqual(alone);
        helped += await blocks();
      },
    );
    await fc.assert(property, { numRuns: Number(process.env.SPLIT_RUNS ?? 150) });
    expect(helped).toBeGreaterThan(100);
  }, 120_000);

  const plans = Array.from({ length: 200 }, (_, seed): SeriesPlan => ({ seed, kind: 'counter' }));
  const range = { startMs: 0, endMs: 14 * MINUTE, stepMs: 15_000 };
  const query = 'sum by (half) (rate(m_total[5m]))';
  const engine = (): Engine =>
    new Engine({ clock: new HastyClock(), leastSharedSamples: 1, timeoutMs: Infinity });

  test('one that never gets done holds up no answer, but what it reads is held', async () => {
    const storage = new GivingStorage(store(plans));
    const alone = await outcome(engine().range(storage, query, range));
    expect(storage.openQueriers).toBe(0);
    const invited: SeriesOffer[] = [];
    const offer = (made: SeriesOffer): void => {
      invited.push(made);
      // It claims a block and is not heard of any more.
      SeriesBoard.takeSeat(made.board, 0, made.use);
      new SeriesBoard(made.board).claim();
    };
    const only = engine();
    expect(await outcome(only.range(storage, query, range, { cancelled: () => false, offer }))).toEqual(
      alone,
    );
    expect(storage.openQueriers).toBe(1);
    expect(await outcome(only.range(storage, query, range, { cancelled: () => false, offer }))).toEqual(
      alone,
    );
    expect(storage.openQueriers).toBe(2);
    expect(invited[0]!.board).not.toBe(invited[1]!.board);
    for (const { board, use } of invited) SeriesBoard.leaveSeat(board, 0, use);
    while (storage.openQueriers > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test('a query that is cancelled ends, and so do they', async () => {
    const storage = new GivingStorage(store(plans));
    let looks = 0;
    const { control, blocks } = crew(storage, 2, () => ++looks > 20);
    expect(await outcome(engine().range(storage, query, range, control))).toBe(
      'canceled: query was canceled in expression evaluation',
    );
    expect(await blocks()).toBeLessThan(40);
  });

  test('nobody is asked for little', async () => {
    const storage = new GivingStorage(store(plans));
    const offers: SeriesOffer[] = [];
    const control: QueryControl = { cancelled: () => false, offer: (made) => void offers.push(made) };
    const plain = new Engine({ clock: new HastyClock(), timeoutMs: Infinity });
    await plain.range(storage, query, range, control);
    expect(offers).toEqual([]);
    await engine().range(storage, query, range, control);
    expect(offers).toHaveLength(1);
  });

  test('those who come when the query is over find no seat', async () => {
    const storage = new GivingStorage(store(plans));
    const offers: SeriesOffer[] = [];
    const control: QueryControl = { cancelled: () => false, offer: (made) => void offers.push(made) };
    const only = engine();
    await only.range(storage, query, range, control);
    await only.range(storage, query, range, control);
    const [first, second] = offers;
    expect(first!.board).toBe(second!.board);
    expect(first!.use).not.toBe(second!.use);
    for (const offer of offers) {
      const help = helpWithSeries({
        offer,
        seat: 0,
        clock: new HastyClock(),
        control,
        open: () => {
          throw new Error('nothing is held in place any more');
        },
        mayStay: () => true,
      });
      expect(await help).toBe(0);
    }
  });

  test('who has something better to do goes', async () => {
    const storage = new GivingStorage(store(plans));
    const alone = await outcome(engine().range(storage, query, range));
    let turns = 0;
    const helps: Promise<number>[] = [];
    const control: QueryControl = {
      cancelled: () => false,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      offer: (offer) => {
        const set = storage.given.get(offer.series)!;
        const open = (): { set: SeriesSet; close: () => void } => ({ set, close: () => undefined });
        const mayStay = (): boolean => ++turns <= 2;
        helps.push(helpWithSeries({ offer, seat: 0, clock: new HastyClock(), control, open, mayStay }));
      },
    };
    expect(await outcome(engine().range(storage, query, range, control))).toEqual(alone);
    expect(await Promise.all(helps)).toEqual([2]);
  });
});
