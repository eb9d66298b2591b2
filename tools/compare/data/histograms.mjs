/** Explicit bounds; a metric's series agree on theirs, but for those of `odd_seconds`. */
const BOUNDS = [0.1, 0.5, 1, 2.5, 10];
const ODD_BOUNDS = [
  [0.1, 1, 10],
  [0.1, 0.5, 1, 10],
  [1, 5, 10],
];

/**
 * Native histograms among the data. Counters keep counts of more than a million, also after a reset, except those of
 * `young_bytes`: so near to zero later releases extrapolate less than 3.5.3 (see deliberate-differences.yaml).
 */
export function addHistograms(random, add) {
  for (const instance of ['a:1', 'b:1', 'c:2']) {
    for (const job of ['api', 'db']) {
      const target = { job, instance };
      add({ __name__: 'size_bytes', ...target }, exponentialCounter(random, 1_000_000));
      add({ __name__: 'work', ...target }, exponentialGauge(random));
      for (const code of ['200', '500'])
        add({ __name__: 'request_seconds', ...target, code }, customCounter(random, BOUNDS));
      add({ __name__: 'blended', ...target }, blended(random));
    }
    add({ __name__: 'young_bytes', instance }, exponentialCounter(random, 0));
    add({ __name__: 'odd_seconds', instance }, customCounter(random, random.pick(ODD_BOUNDS)));
  }
}

/** Whole counts that only rise, apart from resets; now and then the resolution falls, and some observe below zero. */
function exponentialCounter(random, base) {
  let schema = random.integer(-1, 3);
  const zeroThreshold = random.pick([0, 0.001, 2 ** -128]);
  const signed = random.chance(0.4);
  let [positive, negative, zeroCount, sum] = [new Map(), new Map(), 0, 0];
  const restart = () => {
    positive = base > 0 ? new Map([[2, base + random.integer(0, base)]]) : new Map();
    [negative, zeroCount, sum] = [new Map(), 0, positive.size * base * 3];
  };
  restart();
  return () => {
    if (random.chance(0.01)) restart();
    if (random.chance(0.003)) schema = random.integer(-1, 3);
    for (let i = random.integer(0, 4); i > 0; i--) {
      const side = signed && random.chance(0.3) ? negative : positive;
      const index = random.integer(-3, 6) + (random.chance(0.02) ? 12 : 0);
      const by = random.integer(1, 40);
      side.set(index, (side.get(index) ?? 0) + by);
      sum += (side === negative ? -1 : 1) * by * 2 ** index;
    }
    if (random.chance(0.2)) zeroCount += random.integer(1, 5);
    return histogram({ schema, zeroThreshold, zeroCount, sum, positive, negative, integer: true });
  };
}

/** Fractions that go up and down, marked as a gauge. */
function exponentialGauge(random) {
  const schema = random.integer(0, 2);
  const levels = Array.from({ length: 6 }, () => random.next() * 50);
  return () => {
    levels.forEach((level, i) => (levels[i] = Math.max(0, level + (random.next() - 0.5) * 8)));
    const positive = new Map(levels.map((level, i) => [i - 2, level]));
    const sum = random.chance(0.004) ? NaN : levels.reduce((total, level, i) => total + level * i, 0);
    return histogram({ schema, zeroThreshold: 0, zeroCount: 0, sum, positive, negative: new Map(), hint: 3 });
  };
}

function customCounter(random, bounds) {
  let counts;
  let sum;
  const restart = () => {
    counts = [...bounds, Infinity].map(() => random.integer(200_000, 400_000));
    sum = counts.reduce((total, count, i) => total + count * (bounds[i] ?? 20), 0);
  };
  restart();
  return () => {
    if (random.chance(0.01)) restart();
    const at = random.integer(0, bounds.length);
    counts[at] += random.integer(0, 30);
    sum += bounds[at] ?? 20;
    const positive = new Map(counts.map((count, i) => [i, count]));
    return {
      ...histogram({
        schema: -53,
        zeroThreshold: 0,
        zeroCount: 0,
        sum,
        positive,
        negative: new Map(),
        integer: true,
      }),
      customValues: bounds,
    };
  };
}

/** Now floats, now histograms. */
function blended(random) {
  const next = exponentialCounter(random, 1_000_000);
  let [isFloat, value] = [random.chance(0.5), 5];
  return () => {
    if (random.chance(0.02)) isFloat = !isFloat;
    const current = next();
    return isFloat ? (value += random.next()) : current;
  };
}

/** Maps from a bucket's index to its count become spans and counts. */
function histogram({ schema, zeroThreshold, zeroCount, sum, positive, negative, hint = 0, integer = false }) {
  const [above, below] = [sideOf(positive), sideOf(negative)];
  const total = (counts) => counts.reduce((sum, count) => sum + count, 0);
  return {
    integer,
    counterResetHint: hint,
    schema,
    zeroThreshold,
    zeroCount,
    count: zeroCount + total(above.counts) + total(below.counts),
    sum,
    positiveSpans: above.spans,
    positiveBuckets: above.counts,
    negativeSpans: below.spans,
    negativeBuckets: below.counts,
    customValues: [],
  };
}

function sideOf(buckets) {
  const spans = [];
  const counts = [];
  let next = 0;
  for (const [index, count] of [...buckets].sort(([a], [b]) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    counts.push(count);
    next = index + 1;
  }
  return { spans, counts };
}
