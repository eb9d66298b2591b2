import { HistogramExpressions } from './histograms.mjs';
import {
  AGGREGATIONS,
  ARITHMETIC,
  COMPARISONS,
  DURATIONS,
  EXPERIMENTAL_RANGE_FUNCTIONS,
  LABELS,
  METRICS,
  NUMBERS,
  PATTERNS,
  RANGE_FUNCTIONS,
  SETS,
  VALUES,
  VECTOR_FUNCTIONS,
} from './vocabulary.mjs';

/** An expression: its text, what type it has, and the expressions inside it, to look for the one that differs. */
const node = (type, text, parts = []) => ({ type, text, parts });

/** Makes random expressions of every type. They parse; whether they can be evaluated is up to the data. */
export class ExpressionGenerator {
  #random;
  #endMs;
  #experimental;
  #histogramShare;
  #histograms;

  /** `histogramShare`: how many of the queries are about native histograms, 0 to 1. */
  constructor(random, { endMs, experimental, histogramShare }) {
    this.#random = random;
    this.#endMs = endMs;
    this.#experimental = experimental;
    this.#histogramShare = histogramShare;
    this.#histograms = new HistogramExpressions(random, {
      node,
      grouped,
      matcher: (label) => this.#matcher(label),
      shift: () => this.#shift(),
      clause: () => this.#clause(),
      vector: (depth) => this.vector(depth),
    });
  }

  /** A whole query: nearly always an instant vector. */
  query() {
    const random = this.#random;
    const depth = random.weighted([
      [2, 1],
      [4, 2],
      [3, 3],
      [1, 4],
    ]);
    if (random.chance(this.#histogramShare)) return this.#histograms.any(depth);
    return random.weighted([
      [30, () => this.vector(depth)],
      [3, () => this.scalar(depth)],
      [1, () => this.matrix(1)],
    ])();
  }

  vector(depth) {
    if (depth <= 0) return this.#selector();
    return this.#random.weighted([
      [2, () => this.#selector()],
      [5, () => this.#rangeCall(depth)],
      [5, () => this.#aggregation(depth)],
      [3, () => this.#vectorCall(depth)],
      [5, () => this.#binary(depth)],
      [1, () => this.#unary(depth)],
      [2, () => this.#quantile(depth)],
      [this.#experimental ? 4 : 0, () => this.#experiment(depth)],
    ])();
  }

  #experiment(depth) {
    const random = this.#random;
    const inner = () => this.vector(depth - 1);
    return random.weighted([
      [
        4,
        () => this.#wrap('vector', `${random.pick(EXPERIMENTAL_RANGE_FUNCTIONS)}(`, this.matrix(depth), ')'),
      ],
      [2, () => this.#wrap('vector', 'double_exponential_smoothing(', this.matrix(depth), ', 0.3, 0.6)')],
      [2, () => this.#wrap('vector', `limitk ${this.#clause()} (${random.integer(-1, 5)}, `, inner(), ')')],
      [
        2,
        () =>
          this.#wrap(
            'vector',
            `limit_ratio ${this.#clause()} (${random.pick(['0.5', '-0.3', '2'])}, `,
            inner(),
            ')',
          ),
      ],
      [4, () => this.#info(inner())],
      [
        1,
        () =>
          this.#wrap(
            'vector',
            `${random.pick(['sort_by_label', 'sort_by_label_desc'])}(`,
            inner(),
            ', "job", "code")',
          ),
      ],
    ])();
  }

  #info(inner) {
    const random = this.#random;
    const matchers = random
      .some(['version', 'missing', 'job', 'zone'], 0.3)
      .map((label) => this.#matcher(label));
    if (random.chance(0.3)) {
      matchers.push(random.pick(['__name__="target_info"', '__name__=~".*_info"', '__name__="constant"']));
    }
    const selector = matchers.length === 0 && random.chance(0.7) ? '' : `, {${matchers.join(', ')}}`;
    return node('vector', `info(${inner.text}${selector})`, [inner]);
  }

  scalar(depth) {
    const random = this.#random;
    if (depth <= 0) return node('scalar', random.pick(NUMBERS));
    return random.weighted([
      [6, () => node('scalar', random.pick(NUMBERS))],
      [1, () => node('scalar', 'time()')],
      [1, () => node('scalar', 'pi()')],
      [2, () => this.#wrap('scalar', 'scalar(', this.vector(depth - 1), ')')],
      [
        2,
        () => {
          const operator = random.weighted([
            [3, random.pick(ARITHMETIC)],
            [1, `${random.pick(COMPARISONS)} bool`],
          ]);
          const left = this.scalar(depth - 1);
          const right = this.scalar(depth - 1);
          return node('scalar', `(${left.text} ${operator} ${right.text})`, [left, right]);
        },
      ],
    ])();
  }

  matrix(depth, wantsCounter = false) {
    const random = this.#random;
    if (depth > 1 && random.chance(0.2)) {
      const inner = this.vector(depth - 1);
      const step = random.chance(0.6) ? random.pick(['15s', '30s', '1m', '47s']) : '';
      const range = random.pick(['1m', '5m', '10m', '15m']);
      return node('matrix', `${grouped(inner)}[${range}:${step}]${this.#shift()}`, [inner]);
    }
    return node('matrix', `${this.#plainSelector(wantsCounter)}[${random.pick(DURATIONS)}]${this.#shift()}`);
  }

  #selector() {
    return node('vector', this.#plainSelector() + this.#shift());
  }

  #plainSelector(wantsCounter = false) {
    const random = this.#random;
    const metric = random.pick(
      wantsCounter && random.chance(0.8) ? METRICS.filter((one) => one.counter) : METRICS,
    );
    const matchers = random.some(metric.labels, 0.3).map((label) => this.#matcher(label));
    if (random.chance(0.05)) matchers.push(this.#matcher(random.pick(LABELS.slice(0, -1))));
    if (metric.quoted) return `{${[`"${metric.name}"`, ...matchers].join(',')}}`;
    if (random.chance(0.04)) {
      const pattern = random.pick(['requests_total|errors_total', 'temp.*|load', 'latency_seconds_.*']);
      return `{${[`__name__=~"${pattern}"`, ...matchers].join(',')}}`;
    }
    return matchers.length === 0 ? metric.name : `${metric.name}{${matchers.join(',')}}`;
  }

  #matcher(label) {
    const random = this.#random;
    const name = label.includes('.') ? `"${label}"` : label;
    const value = random.pick(VALUES[label] ?? ['x']);
    return random.weighted([
      [5, () => `${name}="${value}"`],
      [3, () => `${name}!="${value}"`],
      [4, () => `${name}=~"${random.pick([...PATTERNS, value])}"`],
      [2, () => `${name}!~"${random.pick([...PATTERNS, value])}"`],
    ])();
  }

  #shift() {
    const random = this.#random;
    const at = () => {
      const time = random.pick(['start()', 'end()', String(this.#endMs / 1000 - random.integer(0, 3600))]);
      return ` @ ${time}`;
    };
    const offset = () => ` offset ${random.chance(0.2) ? '-' : ''}${random.pick(DURATIONS)}`;
    return random.weighted([
      [20, () => ''],
      [2, offset],
      [1, at],
      [1, () => (random.chance(0.5) ? at() + offset() : offset() + at())],
    ])();
  }

  #rangeCall(depth) {
    const random = this.#random;
    return random.weighted([
      [
        10,
        () => {
          const name = random.pick(RANGE_FUNCTIONS);
          const counter = ['rate', 'increase', 'irate', 'resets'].includes(name);
          return this.#wrap('vector', `${name}(`, this.matrix(depth, counter), ')');
        },
      ],
      [
        2,
        () => {
          const matrix = this.matrix(depth);
          const q = this.scalar(depth - 2);
          return node('vector', `quantile_over_time(${q.text}, ${matrix.text})`, [q, matrix]);
        },
      ],
      [
        1,
        () => {
          const matrix = this.matrix(depth);
          const ahead = this.scalar(depth - 2);
          return node('vector', `predict_linear(${matrix.text}, ${ahead.text})`, [matrix, ahead]);
        },
      ],
    ])();
  }

  #aggregation(depth) {
    const random = this.#random;
    const inner = this.vector(depth - 1);
    const clause = this.#clause();
    return random.weighted([
      [10, () => this.#wrap('vector', `${random.pick(AGGREGATIONS)} ${clause} (`, inner, ')')],
      [
        3,
        () => {
          const k = random.chance(0.8) ? node('scalar', String(random.integer(-1, 4))) : this.scalar(1);
          return node('vector', `${random.pick(['topk', 'bottomk'])} ${clause} (${k.text}, ${inner.text})`, [
            k,
            inner,
          ]);
        },
      ],
      [
        2,
        () => {
          const q = this.scalar(1);
          return node('vector', `quantile ${clause} (${q.text}, ${inner.text})`, [q, inner]);
        },
      ],
      [1, () => node('vector', `count_values ${clause} ("value", ${inner.text})`, [inner])],
    ])();
  }

  #clause() {
    const random = this.#random;
    if (random.chance(0.25)) return '';
    return `${random.pick(['by', 'without'])} (${this.#labels()})`;
  }

  #labels() {
    return this.#random.some(LABELS, 0.3).join(', ');
  }

  #vectorCall(depth) {
    const random = this.#random;
    const inner = this.vector(depth - 1);
    return random.weighted([
      [8, () => this.#wrap('vector', `${random.pick(VECTOR_FUNCTIONS)}(`, inner, ')')],
      [1, () => this.#wrap('vector', 'round(', inner, `, ${random.pick(NUMBERS)})`)],
      [
        1,
        () =>
          this.#wrap(
            'vector',
            `${random.pick(['clamp_min', 'clamp_max'])}(`,
            inner,
            `, ${random.pick(NUMBERS)})`,
          ),
      ],
      [1, () => this.#wrap('vector', 'clamp(', inner, `, ${random.pick(NUMBERS)}, ${random.pick(NUMBERS)})`)],
      [
        2,
        () => {
          const [to, from] = [random.pick(LABELS), random.pick(LABELS)];
          const [replacement, pattern] = [
            random.pick(['$1', 'new-$1', '', '${1}x$2']),
            random.pick(['(.*)', '(.).*', 'a(.*)', '(api|db)']),
          ];
          return this.#wrap(
            'vector',
            'label_replace(',
            inner,
            `, "${to}", "${replacement}", "${from}", "${pattern}")`,
          );
        },
      ],
      [
        1,
        () =>
          this.#wrap(
            'vector',
            'label_join(',
            inner,
            `, "${random.pick(LABELS)}", "${random.pick(['-', '', ','])}", "job", "instance")`,
          ),
      ],
      [1, () => this.#wrap('vector', 'vector(', this.scalar(depth - 1), ')')],
    ])();
  }

  #binary(depth) {
    const random = this.#random;
    const operator = random.weighted([
      [5, () => random.pick(ARITHMETIC)],
      [3, () => random.pick(COMPARISONS) + (random.chance(0.4) ? ' bool' : '')],
      [3, () => random.pick(SETS)],
    ])();
    const isSet = SETS.includes(operator);
    const withScalar = !isSet && random.chance(0.4);
    const inner = this.vector(depth - 1);
    if (withScalar) {
      const scalar = this.scalar(depth - 1);
      const [left, right] = random.chance(0.5) ? [inner, scalar] : [scalar, inner];
      return node('vector', `${grouped(left)} ${operator} ${grouped(right)}`, [left, right]);
    }
    const other = random.chance(0.5) ? inner : this.vector(depth - 1);
    const text = `${grouped(inner)} ${operator} ${this.#matching(isSet)}${grouped(other)}`;
    return node('vector', text, [inner, other]);
  }

  #matching(isSet) {
    const random = this.#random;
    if (random.chance(0.4)) return '';
    const kind = random.pick(['on', 'ignoring']);
    const names = random.some(LABELS.slice(0, -1), 0.4);
    const clause = `${kind} (${names.join(', ')}) `;
    if (isSet || random.chance(0.5)) return clause;
    // A label may not stand both in `on` and in what is taken over.
    const taken =
      kind === 'on' ? LABELS.slice(0, -1).filter((name) => !names.includes(name)) : LABELS.slice(0, -1);
    return `${clause}${random.pick(['group_left', 'group_right'])} (${random.some(taken, 0.2).join(', ')}) `;
  }

  #unary(depth) {
    const inner = this.vector(depth - 1);
    return node('vector', `${this.#random.pick(['-', '+'])}${grouped(inner)}`, [inner]);
  }

  #quantile(depth) {
    const random = this.#random;
    const q = this.scalar(1);
    const buckets = random.weighted([
      [3, () => node('vector', `rate(latency_seconds_bucket[${random.pick(DURATIONS)}])`)],
      [
        2,
        () =>
          node(
            'vector',
            `sum by (le${random.pick(['', ', job', ', instance'])}) (rate(latency_seconds_bucket[5m]))`,
          ),
      ],
      [1, () => node('vector', 'latency_seconds_bucket')],
      [1, () => node('vector', 'strange_bucket')],
      [1, () => this.vector(depth - 1)],
    ])();
    if (random.chance(0.2)) {
      return node(
        'vector',
        `histogram_fraction(${random.pick(['0', '-1', '0.1'])}, ${q.text}, ${buckets.text})`,
        [q, buckets],
      );
    }
    return node('vector', `histogram_quantile(${q.text}, ${buckets.text})`, [q, buckets]);
  }

  #wrap(type, before, inner, after) {
    return node(type, before + inner.text + after, [inner]);
  }
}

/** In parentheses unless it is simple: what is inside stays together. */
function grouped({ text }) {
  return /^[\w:]+$/.test(text) ? text : `(${text})`;
}
