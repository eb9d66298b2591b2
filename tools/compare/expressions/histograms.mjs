import { DURATIONS, HISTOGRAM_FUNCTIONS, HISTOGRAM_RANGE_FUNCTIONS, HISTOGRAMS } from './vocabulary.mjs';

const LIMITS = ['0', '1', '0.1', '-2', '5', '100', 'Inf', '-Inf', 'NaN'];
const QUANTILES = ['0.5', '0.9', '0.99', '0', '1', '0.01', '-1', '2', 'NaN'];

/** Makes random expressions over native histograms. */
export class HistogramExpressions {
  #random;
  #tools;

  /** `tools`: `{ node, matcher(label), shift(), clause(), vector(depth), grouped(node) }`. */
  constructor(random, tools) {
    this.#random = random;
    this.#tools = tools;
  }

  /** Floats or histograms. */
  any(depth) {
    const random = this.#random;
    if (depth <= 0) return this.histograms(0);
    const inner = this.histograms(depth - 1);
    const call = (before, after = ')') => this.#tools.node('vector', before + inner.text + after, [inner]);
    return random.weighted([
      [4, () => this.histograms(depth)],
      [3, () => call(`${random.pick(HISTOGRAM_FUNCTIONS)}(`)],
      [3, () => call(`histogram_quantile(${random.pick(QUANTILES)}, `)],
      [2, () => call(`histogram_fraction(${random.pick(LIMITS)}, ${random.pick(LIMITS)}, `)],
      [1, () => call(`count ${this.#tools.clause()} (`)],
      [
        1,
        () =>
          call(`${random.pick(['max', 'min', 'stddev', 'stdvar', 'group', 'timestamp', 'abs', 'absent'])}(`),
      ],
      [1, () => call(`${random.pick(['topk(2, ', 'bottomk(1, ', 'quantile(0.5, ', 'sort('])}`)],
      [1, () => call(`count_values ${this.#tools.clause()} ("value", `)],
      [1, () => this.#comparison(depth)],
    ])();
  }

  histograms(depth) {
    const random = this.#random;
    if (depth <= 0) return this.#tools.node('vector', this.#selector() + this.#tools.shift());
    return random.weighted([
      [2, () => this.histograms(0)],
      [5, () => this.#overRange(depth)],
      [4, () => this.#aggregated(depth)],
      [3, () => this.#arithmetic(depth)],
    ])();
  }

  matrix(depth) {
    const random = this.#random;
    if (depth > 1 && random.chance(0.3)) {
      const inner = this.histograms(depth - 1);
      const step = random.chance(0.6) ? random.pick(['15s', '30s', '1m', '47s']) : '';
      const range = random.pick(['1m', '5m', '10m', '15m']);
      const text = `${this.#tools.grouped(inner)}[${range}:${step}]${this.#tools.shift()}`;
      return this.#tools.node('matrix', text, [inner]);
    }
    const text = `${this.#selector()}[${random.pick(DURATIONS)}]${this.#tools.shift()}`;
    return this.#tools.node('matrix', text);
  }

  #selector() {
    const random = this.#random;
    const { name, labels } = random.pick(HISTOGRAMS);
    const matchers = random.some(labels, 0.3).map((label) => this.#tools.matcher(label));
    if (random.chance(0.04)) {
      return `{${[`__name__=~"${random.pick(['size_bytes|work', 'size_bytes|up', 'request_.*|size_.*'])}"`, ...matchers].join(',')}}`;
    }
    return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`;
  }

  #overRange(depth) {
    const inner = this.matrix(depth);
    const name = this.#random.pick(HISTOGRAM_RANGE_FUNCTIONS);
    return this.#tools.node('vector', `${name}(${inner.text})`, [inner]);
  }

  #aggregated(depth) {
    const inner = this.histograms(depth - 1);
    const operator = this.#random.pick(['sum', 'sum', 'avg']);
    return this.#tools.node('vector', `${operator} ${this.#tools.clause()} (${inner.text})`, [inner]);
  }

  #arithmetic(depth) {
    const random = this.#random;
    const inner = this.histograms(depth - 1);
    const { node, grouped } = this.#tools;
    return random.weighted([
      [
        3,
        () =>
          node(
            'vector',
            `${grouped(inner)} ${random.pick(['*', '/'])} ${random.pick(['2', '0', '-1', '0.5', 'Inf'])}`,
            [inner],
          ),
      ],
      [1, () => node('vector', `${random.pick(['3 * ', '2 / ', '-', '1 + '])}${grouped(inner)}`, [inner])],
      [
        4,
        () => {
          const other = random.chance(0.5) ? inner : this.histograms(depth - 1);
          const operator = random.pick([
            '+',
            '-',
            '+',
            '-',
            '*',
            '/',
            'and',
            'or',
            'unless',
            '^',
            '%',
            'atan2',
          ]);
          return node('vector', `${grouped(inner)} ${operator} ${grouped(other)}`, [inner, other]);
        },
      ],
      [
        1,
        () => {
          const other = this.#tools.vector(depth - 1);
          return node(
            'vector',
            `${grouped(inner)} ${random.pick(['+', '*', '/', '=='])} on (job, instance) ${grouped(other)}`,
            [inner, other],
          );
        },
      ],
    ])();
  }

  #comparison(depth) {
    const random = this.#random;
    const { node, grouped } = this.#tools;
    const left = this.histograms(depth - 1);
    const right = random.chance(0.4)
      ? left
      : random.chance(0.5)
        ? this.histograms(depth - 1)
        : node('scalar', '5');
    const operator = random.pick(['==', '!=', '<', '>=']) + (random.chance(0.4) ? ' bool' : '');
    return node(
      'vector',
      `${grouped(left)} ${operator} ${grouped(right)}`,
      [left, right].filter(({ type }) => type === 'vector'),
    );
  }
}
