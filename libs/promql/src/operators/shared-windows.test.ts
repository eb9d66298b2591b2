import { expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { MemoryStorage } from '@narthex/promqltest';
import fc from 'fast-check';
import { Annotations } from '../engine/annotations.js';
import { Engine } from '../engine/engine.js';
import { Execution } from '../engine/execution.js';
import { type QueryResult } from '../engine/result.js';
import { SampleCounts } from '../engine/sample-counts.js';
import { ABSENT } from '../engine/step-series.js';
import { StepSlab } from '../engine/step-slab.js';
import { Steps } from '../engine/steps.js';
import { newRangeFunction } from '../functions/range-functions.js';
import { RANGE_FUNCTIONS } from '../testing/range-functions.js';
import { RangeSamples } from './range-samples.js';
import { WindowEvaluator } from './window-evaluator.js';

/*
 * Series of one scrape share their windows, what is worked out from their times, and memory. Each has to come out, bit
 * for bit, as if it were the only one there.
 */

/** The times of a scrape: some late, some missed. */
const scrape = fc
  .array(fc.record({ lateMs: fc.constantFrom(0, 0, 0, 1, 20, 4_000), missed: fc.nat(9) }), {
    minLength: 12,
    maxLength: 40,
  })
  .map((times) => {
    const kept = times.map(({ lateMs, missed }, i) => ({ timeMs: i * 15_000 + lateMs, missed }));
    return kept.filter(({ missed }) => missed > 0).map(({ timeMs }) => timeMs);
  });

/** How a series departs from the scrape that it belongs to, at one of its samples. */
const DEPARTURES = ['none', 'none', 'left out', 'later', 'stale', 'NaN', 'ends', 'begins'] as const;

const seriesPlan = fc.record({
  scrape: fc.nat(2),
  kind: fc.constantFrom('counter', 'counter', 'young counter', 'gauge', 'histograms', 'both'),
  departure: fc.constantFrom(...DEPARTURES),
  at: fc.nat(39),
  steps: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 40, maxLength: 40 }),
});
type SeriesPlan = typeof seriesPlan extends fc.Arbitrary<infer T> ? T : never;

function histogram(count: number): NativeHistogram {
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count,
    sum: 2 * count,
    positiveSpans: [{ offset: 0, length: 1 }],
    positiveBuckets: [count],
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
  };
}

function store(scrapes: readonly (readonly number[])[], plans: readonly SeriesPlan[]): MemoryStorage {
  const storage = new MemoryStorage();
  plans.forEach(({ scrape, kind, departure, at, steps }, i) => {
    const labels = Labels.of({ __name__: 'm_total', i: String(i).padStart(2, '0') });
    const timesMs = scrapes[scrape]!;
    const special = at % timesMs.length;
    let value = kind === 'young counter' ? 0 : 5_000;
    timesMs.forEach((timeMs, k) => {
      const step = steps[k]!;
      // One in a few steps is a reset.
      if (kind === 'gauge') value += step - 25.5;
      else value = step === 7 ? step : value + step / 3;
      if (departure === 'ends' ? k > special : departure === 'begins' && k < special) return;
      const isSpecial = k === special;
      if (isSpecial && departure === 'left out') return;
      const timestampMs = timeMs + (isSpecial && departure === 'later' ? 1 : 0);
      const isHistogram = kind === 'histograms' || (kind === 'both' && step % 5 === 0);
      const float =
        isSpecial && departure === 'stale' ? STALE_NAN : isSpecial && departure === 'NaN' ? NaN : value;
      storage.append(labels, {
        timestampMs,
        value: isHistogram ? 0 : float,
        histogram: isHistogram ? histogram(value) : undefined,
        startTimestampMs: 0,
      });
    });
  });
  return storage;
}

/** A function over windows; `SERIES` stands for the condition that picks series. */
const overWindows = fc
  .record({
    name: fc.constantFrom(...RANGE_FUNCTIONS),
    range: fc.constantFrom('20s', '30s', '1m', '2m', '5m'),
    moved: fc.constantFrom('', '', '', ' offset 1m', ' offset -30s', ' @ 200', ' @ end() offset 45s'),
    subquery: fc.constantFrom(false, false, false, true),
  })
  .map(({ name, range, moved, subquery }) =>
    subquery
      ? `${name}(m_total{SERIES}[${range}:10s]${moved})`
      : `${name}(m_total{SERIES}[${range}]${moved})`,
  );
const expression = fc.oneof(
  overWindows,
  overWindows,
  fc.tuple(overWindows, overWindows).map(([left, right]) => `${left} - on (i) ${right}`),
  fc.tuple(overWindows, overWindows).map(([left, right]) => `sum by (i) (${left}) + sum by (i) (${right})`),
  fc.constantFrom('quantile_over_time(0.3, m_total{SERIES}[1m])', 'predict_linear(m_total{SERIES}[1m], 60)'),
  fc.constantFrom('m_total{SERIES}', 'timestamp(m_total{SERIES})', 'm_total{SERIES} offset 30s'),
  overWindows.map((inner) => `max_over_time(${inner}[2m:20s])`),
);

/** What each series comes to, by its number. */
function bySeries({ value }: QueryResult): Map<string, unknown> {
  if (value.type !== 'matrix') throw new TypeError(`expected a matrix, got ${value.type}`);
  const found = new Map<string, unknown>();
  for (const { labels, columns } of value.series) {
    const { length, timestampsMs, values, histograms } = columns;
    // Bits, not numbers: NaN and the sign of zero are to be the same as well.
    const bits = new BigUint64Array(values.slice(0, length).buffer);
    const points = Array.from(bits, (value, k) => [timestampsMs[k], histograms?.[k] ?? value]);
    found.set(labels.get('i'), { labels: labels.toString(), points });
  }
  return found;
}

test('a series among others comes out as it does alone', async () => {
  const property = fc.asyncProperty(
    fc.tuple(scrape, scrape, scrape),
    fc.array(seriesPlan, { minLength: 2, maxLength: 12 }),
    expression,
    fc.record({
      startMs: fc.integer({ min: -30_000, max: 300_000 }),
      steps: fc.integer({ min: 0, max: 30 }),
      stepMs: fc.constantFrom(1_000, 7_000, 15_000, 61_000),
    }),
    async (scrapes, plans, query, { startMs, steps, stepMs }) => {
      const storage = store(scrapes, plans);
      const features = { experimentalFunctions: true } as const;
      const engine = new Engine({ clock: systemClock, features, timeoutMs: Infinity });
      const times = { startMs, endMs: startMs + steps * stepMs, stepMs };
      const ask = (condition: string): Promise<QueryResult> =>
        engine.range(storage, query.replaceAll('SERIES', condition), times);
      const together = await ask('i=~".*"');
      const expected = new Map<string, unknown>();
      const notes = new Set<string>();
      let samples = 0;
      for (let i = 0; i < plans.length; i++) {
        const alone = await ask(`i="${String(i).padStart(2, '0')}"`);
        for (const [series, points] of bySeries(alone)) expected.set(series, points);
        for (const note of [...alone.warnings, ...alone.infos]) notes.add(withoutPlace(note));
        samples += alone.stats.totalQueryableSamples;
      }
      expect(bySeries(together)).toEqual(expected);
      // Of several that an operator has at a step, the last is told.
      for (const note of [...together.warnings, ...together.infos])
        expect(notes).toContain(withoutPlace(note));
      expect(together.stats.totalQueryableSamples).toBe(samples);
    },
  );
  await fc.assert(property, { numRuns: Number(process.env.SHARED_RUNS ?? 400) });
}, 120_000);

/** The places differ, as the queries are not equally long. */
function withoutPlace(note: string): string {
  return note.replace(/ \(\d+:\d+\)$/, '');
}

/** Windows of floats are cut and computed in one go; with a histogram among the samples, one after the other. */
test.each([...new Set(RANGE_FUNCTIONS)])('%s of floats is the same window by window', async (name) => {
  const steps = new Steps(60_000, 600_000, 7_000);
  const rangeMs = 90_000;
  // Spreads are rounded as the values are that they are around.
  const tolerance = name.startsWith('std') ? 1e-9 : 1e-13;
  const evaluate = async (samples: RangeSamples): Promise<readonly (number | undefined)[]> => {
    const annotations = new Annotations();
    const position = { start: 0, end: 0 };
    const where = { rangeMs, anchored: false, smoothed: false };
    const call = { name, annotations, position, ...where, startTimestamps: false, scalars: [] };
    const run = new Execution({
      clock: systemClock,
      timeoutMs: Infinity,
      maxSamples: Infinity,
      control: undefined,
    });
    const context = { run, steps, counts: new SampleCounts(), lookbackMs: 300_000 };
    const range = { ...where, offsetMs: 0, fixedMs: undefined };
    const evaluator = new WindowEvaluator(newRangeFunction(call), range, context, new StepSlab());
    const series = await evaluator.evaluate(samples);
    return Array.from({ length: steps.count }, (_, step) =>
      series === undefined || series.kinds[step] === ABSENT ? undefined : series.values[step],
    );
  };
  const property = fc.asyncProperty(scrape, seriesPlan, async (timesMs, { kind, steps: changes }) => {
    let value = kind === 'young counter' ? 0 : 5_000;
    const floats = Float64Array.from(timesMs, (_, k) => {
      const change = changes[k]!;
      value = kind === 'gauge' ? value + change - 25.5 : change === 7 ? change : value + change / 3;
      return value;
    });
    const samples = (): RangeSamples => {
      const one = new RangeSamples(Labels.EMPTY);
      one.floatCount = timesMs.length;
      one.floatTimesMs = Float64Array.from(timesMs);
      one.floats = floats;
      return one;
    };
    const singly = samples();
    // Long after the last window.
    singly.histogramCount = 1;
    singly.histogramTimesMs = Float64Array.of(1e12);
    singly.histograms = [histogram(1)];
    const atOnce = await evaluate(samples());
    const oneByOne = await evaluate(singly);
    for (const [step, value] of atOnce.entries()) {
      const other = oneByOne[step];
      if (value === undefined || other === undefined) expect(value).toBe(other);
      else expect(Math.abs(value - other)).toBeLessThanOrEqual(tolerance * Math.abs(other) + 1e-20);
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a spread of what is nearly the same is rounded as upstream rounds it', async () => {
  const storage = new MemoryStorage();
  const labels = Labels.of({ __name__: 'm' });
  [33561.65227697539, 33561.65930809107].forEach((value, i) => {
    storage.append(labels, { timestampMs: 1_000 + i, value, histogram: undefined, startTimestampMs: 0 });
  });
  const engine = new Engine({ clock: systemClock, timeoutMs: Infinity });
  const { value } = await engine.instant(storage, 'stdvar_over_time(m[30s])', { timestampMs: 2_000 });
  expect(value).toMatchObject({ samples: [{ value: 0.000012359146918717643 }] });
});
