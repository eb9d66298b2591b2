import { quoteGo } from './quote.js';
import { compareText } from './text-order.js';

/** The label that holds a metric's name. */
export const METRIC_NAME = '__name__';

/**
 * An immutable set of label names and values, sorted by name, without empty values (an empty value means that the
 * label is absent). Kept as one flat array `[name, value, name, value, …]`.
 */
export class Labels {
  static readonly EMPTY = new Labels([]);

  readonly #pairs: readonly string[];
  #key: string | undefined;

  private constructor(pairs: readonly string[]) {
    this.#pairs = pairs;
  }

  /** Labels from an object or a list of entries, in any order; a later entry of the same name wins. */
  static of(entries: Readonly<Record<string, string>> | Iterable<readonly [string, string]>): Labels {
    const builder = new LabelsBuilder();
    const list = isIterable(entries) ? entries : Object.entries(entries);
    for (const [name, value] of list) builder.set(name, value);
    return builder.labels();
  }

  /**
   * As {@link of}, but with the empty values, as upstream keeps what a file of rules says: put over other labels, an
   * empty value takes one away.
   */
  static withEmptyValues(entries: Iterable<readonly [string, string]>): Labels {
    const sorted = [...new Map(entries)].sort(([a], [b]) => compareText(a, b));
    return Labels.fromSortedPairs(sorted.flat());
  }

  /**
   * Labels from a flat array that is already sorted by {@link compareText}, without duplicates. The array is taken
   * over, not copied. Empty values have no place in a stored series; expositions may hold them on purpose.
   */
  static fromSortedPairs(pairs: readonly string[]): Labels {
    return pairs.length === 0 ? Labels.EMPTY : new Labels(pairs);
  }

  /** How many labels there are. */
  get size(): number {
    return this.#pairs.length / 2;
  }

  nameAt(index: number): string {
    return this.#pairs[2 * index]!;
  }

  valueAt(index: number): string {
    return this.#pairs[2 * index + 1]!;
  }

  /** The label's value; empty when absent. */
  get(name: string): string {
    const pairs = this.#pairs;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1]!;
    return '';
  }

  has(name: string): boolean {
    return this.get(name) !== '';
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (let i = 0; i < this.#pairs.length; i += 2) yield [this.#pairs[i]!, this.#pairs[i + 1]!];
  }

  /** The flat sorted array itself. */
  pairs(): readonly string[] {
    return this.#pairs;
  }

  /** A string that two label sets share exactly when they are equal; made once. */
  get key(): string {
    return (this.#key ??= this.#pairs.join('\u{10ffff}'));
  }

  equals(other: Labels): boolean {
    const a = this.#pairs;
    const b = other.#pairs;
    if (a === b) return true;
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  /** The order of series in Prometheus's answers: label by label, then the shorter first. */
  compare(other: Labels): number {
    const a = this.#pairs;
    const b = other.#pairs;
    const shorter = Math.min(a.length, b.length);
    for (let i = 0; i < shorter; i++) {
      const order = compareText(a[i]!, b[i]!);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }

  /** Only the labels whose names `keep` accepts. */
  filter(keep: (name: string) => boolean): Labels {
    const kept: string[] = [];
    for (let i = 0; i < this.#pairs.length; i += 2) {
      if (keep(this.#pairs[i]!)) kept.push(this.#pairs[i]!, this.#pairs[i + 1]!);
    }
    return kept.length === this.#pairs.length ? this : Labels.fromSortedPairs(kept);
  }

  withoutName(): Labels {
    return this.filter((name) => name !== METRIC_NAME);
  }

  /** Names to values as a plain object without prototype, in sorted order. */
  toObject(): Record<string, string> {
    const object = Object.create(null) as Record<string, string>;
    for (const [name, value] of this) object[name] = value;
    return object;
  }

  toJSON(): Record<string, string> {
    return this.toObject();
  }

  /** `{a="b", c="d"}` as upstream's labels print: all labels, the metric name among them. */
  toString(): string {
    const parts: string[] = [];
    for (const [name, value] of this)
      parts.push(`${isPlainLabelName(name) ? name : quoteGo(name)}=${quoteGo(value)}`);
    return `{${parts.join(', ')}}`;
  }
}

function isIterable(entries: object): entries is Iterable<readonly [string, string]> {
  return Symbol.iterator in entries;
}

const PLAIN_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const PLAIN_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** True for a label name that needs no quotes: `[a-zA-Z_][a-zA-Z0-9_]*`. */
export function isPlainLabelName(name: string): boolean {
  return PLAIN_LABEL_NAME.test(name);
}

/** True for a metric name that needs no quotes: `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
export function isPlainMetricName(name: string): boolean {
  return PLAIN_METRIC_NAME.test(name);
}

/** Puts labels together. Setting a label to the empty string removes it. */
export class LabelsBuilder {
  readonly #base: Labels;
  readonly #changes = new Map<string, string>();

  constructor(base: Labels = Labels.EMPTY) {
    this.#base = base;
  }

  get(name: string): string {
    return this.#changes.get(name) ?? this.#base.get(name);
  }

  set(name: string, value: string): this {
    this.#changes.set(name, value);
    return this;
  }

  delete(name: string): this {
    return this.set(name, '');
  }

  /** Every label there is now, in no particular order. */
  *entries(): IterableIterator<[string, string]> {
    for (const [name, value] of this.#base) if (!this.#changes.has(name)) yield [name, value];
    for (const [name, value] of this.#changes) if (value !== '') yield [name, value];
  }

  labels(): Labels {
    if (this.#changes.size === 0) return this.#base;
    const entries = [...this.entries()].sort(([a], [b]) => compareText(a, b));
    return Labels.fromSortedPairs(entries.flat());
  }
}
