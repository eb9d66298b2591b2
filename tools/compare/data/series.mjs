import { Random } from '../random.mjs';
import { addHistograms } from './histograms.mjs';

/** The data end here; begins are counted back from it. Any time does: nothing looks at the clock. */
export const END_MS = 1_750_003_200_000;
export const SPAN_MS = 3_600_000;
const INTERVAL_MS = 15_000;

/** Stands for a stale marker among values. */
export const STALE = Symbol('stale');

/**
 * The data that expressions are compared on: `{ labels, timesMs, values }` a series, where a value is a number, a
 * native histogram or {@link STALE}. Gauges with NaN and infinities, counters with resets, classic and native
 * histograms, constants and extremes; each series with gaps, some late, some ended.
 */
export function makeSeries(seed) {
  const random = new Random(seed);
  const found = [];
  const add = (labels, nextValue) => found.push(oneSeries(random, labels, nextValue));
  for (const instance of ['a:1', 'b:1', 'c:2']) {
    for (const job of ['api', 'db']) {
      const target = { job, instance };
      add({ __name__: 'up', ...target }, () => (random.chance(0.95) ? 1 : 0));
      add({ __name__: 'target_info', ...target, version: random.pick(['1.0', '1.1', '2']) }, () => 1);
      for (const zone of ['east', 'west']) {
        add({ __name__: 'temperature', ...target, zone }, gauge(random));
        add({ __name__: 'load', ...target, zone }, gauge(random));
      }
      for (const code of ['200', '404', '500']) {
        add({ __name__: 'requests_total', ...target, code }, counter(random, 10));
        add({ __name__: 'errors_total', ...target, code }, counter(random, 0.3));
      }
      histogram(random, { ...target }, add);
      add({ __name__: 'constant', ...target }, () => 7);
    }
  }
  add({ __name__: 'alone' }, gauge(random));
  add({ __name__: 'huge', sign: 'plus' }, () => 1.7e308 * random.next());
  add({ __name__: 'huge', sign: 'minus' }, () => -1.7e308 * random.next());
  add({ __name__: 'tiny' }, () => 1e-9 * random.next());
  add({ __name__: 'whole.name', 'label.dots': 'x' }, counter(random, 3));
  for (const le of ['1', 'x', '']) add({ __name__: 'strange_bucket', le, job: 'api' }, counter(random, 2));
  addHistograms(random, add);
  return found;
}

function oneSeries(random, labels, nextValue) {
  const timesMs = [];
  const values = [];
  const phaseMs = random.integer(0, INTERVAL_MS - 1);
  const jitters = random.chance(0.3);
  let missing = random.chance(0.1) ? random.integer(1, 100) : 0;
  const endsMs = random.chance(0.1) ? END_MS - random.integer(0, SPAN_MS) : END_MS;
  for (let atMs = END_MS - SPAN_MS + phaseMs; atMs <= endsMs; atMs += INTERVAL_MS) {
    const value = nextValue();
    if (missing > 0) {
      missing--;
      continue;
    }
    if (random.chance(0.004)) missing = random.integer(1, 40);
    timesMs.push(jitters ? atMs + random.integer(0, 40) : atMs);
    values.push(missing > 0 && random.chance(0.7) ? STALE : value);
  }
  if (endsMs < END_MS && values.length > 0) values[values.length - 1] = STALE;
  return { labels, timesMs, values };
}

function gauge(random) {
  const scale = random.pick([1, 10, 1000, 1e-3]);
  const whole = random.chance(0.3);
  let value = random.next() * scale;
  return () => {
    value += (random.next() - 0.5) * scale * 0.2;
    if (random.chance(0.004)) return random.pick([NaN, Infinity, -Infinity, 0, -0]);
    return whole ? Math.round(value) : value;
  };
}

function counter(random, pace) {
  const whole = random.chance(0.6);
  let value = random.chance(0.5) ? 0 : random.integer(0, 100_000);
  return () => {
    if (random.chance(0.01)) value = 0;
    else if (random.chance(0.8)) value += random.next() * pace;
    return whole ? Math.floor(value) : value;
  };
}

/** The series of one classic histogram see the same observations. */
function histogram(random, target, add) {
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf'];
  const counts = bounds.map(() => 0);
  let sum = 0;
  const observe = () => {
    for (let i = random.integer(0, 5); i > 0; i--) {
      const seconds = random.next() ** 2 * 4;
      sum += seconds;
      bounds.forEach((bound, at) => (counts[at] += bound === '+Inf' || seconds <= Number(bound) ? 1 : 0));
    }
    return sum;
  };
  add({ __name__: 'latency_seconds_sum', ...target }, observe);
  add({ __name__: 'latency_seconds_count', ...target }, counter(random, 5));
  for (const [at, le] of bounds.entries()) {
    // Made one after another, so each sees its own tally: together they need not rise with their bounds, as in life.
    let count = 0;
    add({ __name__: 'latency_seconds_bucket', ...target, le }, () => {
      observe();
      count += (counts[at] / Math.max(1, counts.at(-1))) * 5;
      return random.chance(0.003) ? (count = 0) : count;
    });
  }
}
