import { type BitReader, type BitWriter, isStaleAt, isStaleNaN } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import { type HistogramNumbers } from './histogram-numbers.js';
import { XorColumn } from './xor-column.js';

const COUNT = 0;
const ZERO_COUNT = 1;
const SUM = 2;
const BUCKETS = 3;

/** Numbers of a float histogram: each as in XOR chunks, against the same number of the histogram before. */
export class FloatNumbers implements HistogramNumbers {
  readonly #positive: number;
  readonly #column: XorColumn;

  constructor(positiveBuckets: number, negativeBuckets: number) {
    this.#positive = positiveBuckets;
    this.#column = new XorColumn(BUCKETS + positiveBuckets + negativeBuckets);
  }

  get count(): number {
    return this.#column.values[COUNT]!;
  }

  get zeroCount(): number {
    return this.#column.values[ZERO_COUNT]!;
  }

  get sum(): number {
    return this.#column.values[SUM]!;
  }

  get isStale(): boolean {
    return isStaleAt(this.#column.words, SUM);
  }

  positiveCounts(): number[] {
    return Array.from(this.#column.values.subarray(BUCKETS, BUCKETS + this.#positive));
  }

  negativeCounts(): number[] {
    return Array.from(this.#column.values.subarray(BUCKETS + this.#positive));
  }

  writeFirst(bits: BitWriter, histogram: NativeHistogram): void {
    this.#each(histogram, (at, value) => this.#column.writeFirst(bits, at, value));
  }

  writeNext(bits: BitWriter, histogram: NativeHistogram): void {
    this.#each(histogram, (at, value) => this.#column.write(bits, at, value));
  }

  readFirst(bits: BitReader): void {
    for (let at = 0; at < this.#column.length; at++) this.#column.readFirst(bits, at);
  }

  readNext(bits: BitReader): void {
    const end = this.#column.length;
    for (let at = 0; at < end; at++) {
      this.#column.read(bits, at);
      if (at === SUM && this.isStale) return;
    }
  }

  #each(histogram: NativeHistogram, visit: (at: number, value: number) => void): void {
    const stale = isStaleNaN(histogram.sum);
    visit(COUNT, stale ? 0 : histogram.count);
    visit(ZERO_COUNT, stale ? 0 : histogram.zeroCount);
    visit(SUM, histogram.sum);
    if (stale) return;
    let at = BUCKETS;
    for (const count of histogram.positiveBuckets) visit(at++, count);
    for (const count of histogram.negativeBuckets) visit(at++, count);
  }
}
