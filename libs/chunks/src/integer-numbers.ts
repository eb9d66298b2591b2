import { type BitReader, type BitWriter, isStaleAt, isStaleNaN } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import { type HistogramNumbers } from './histogram-numbers.js';
import { readUnsignedVarbit, readVarbit, writeUnsignedVarbit, writeVarbit } from './varbit.js';
import { XorColumn } from './xor-column.js';

const COUNT = 0;
const ZERO_COUNT = 1;
const BUCKETS = 2;

/**
 * Numbers of an integer histogram: counts as differences of differences, the count of a bucket as that to the bucket
 * before it, the sum as in XOR chunks.
 */
export class IntegerNumbers implements HistogramNumbers {
  readonly #positive: number;
  /** Count, zero count, differences from bucket to bucket: as of the last histogram, and how they changed then. */
  readonly #last: Float64Array;
  readonly #change: Float64Array;
  readonly #sum = new XorColumn(1);

  constructor(positiveBuckets: number, negativeBuckets: number) {
    this.#positive = positiveBuckets;
    this.#last = new Float64Array(BUCKETS + positiveBuckets + negativeBuckets);
    this.#change = new Float64Array(this.#last.length);
  }

  get count(): number {
    return this.#last[COUNT]!;
  }

  get zeroCount(): number {
    return this.#last[ZERO_COUNT]!;
  }

  get sum(): number {
    return this.#sum.values[0]!;
  }

  get isStale(): boolean {
    return isStaleAt(this.#sum.words, 0);
  }

  positiveCounts(): number[] {
    return this.#counts(BUCKETS, BUCKETS + this.#positive);
  }

  negativeCounts(): number[] {
    return this.#counts(BUCKETS + this.#positive, this.#last.length);
  }

  writeFirst(bits: BitWriter, histogram: NativeHistogram): void {
    const stale = isStaleNaN(histogram.sum);
    const last = this.#last;
    last[COUNT] = stale ? 0 : histogram.count;
    last[ZERO_COUNT] = stale ? 0 : histogram.zeroCount;
    writeUnsignedVarbit(bits, last[COUNT]);
    writeUnsignedVarbit(bits, last[ZERO_COUNT]);
    this.#sum.writeFirst(bits, 0, histogram.sum);
    if (stale) return;
    this.#eachDifference(histogram, (at, difference) => {
      last[at] = difference;
      writeVarbit(bits, difference);
    });
  }

  writeNext(bits: BitWriter, histogram: NativeHistogram): void {
    const stale = isStaleNaN(histogram.sum);
    this.#write(bits, COUNT, stale ? this.#expected(COUNT) : histogram.count);
    this.#write(bits, ZERO_COUNT, stale ? this.#expected(ZERO_COUNT) : histogram.zeroCount);
    this.#sum.write(bits, 0, histogram.sum);
    if (stale) return;
    this.#eachDifference(histogram, (at, difference) => this.#write(bits, at, difference));
  }

  readFirst(bits: BitReader): void {
    const last = this.#last;
    last[COUNT] = readUnsignedVarbit(bits);
    last[ZERO_COUNT] = readUnsignedVarbit(bits);
    this.#sum.readFirst(bits, 0);
    for (let at = BUCKETS; at < last.length; at++) last[at] = readVarbit(bits);
  }

  readNext(bits: BitReader): void {
    this.#read(bits, COUNT);
    this.#read(bits, ZERO_COUNT);
    this.#sum.read(bits, 0);
    if (this.isStale) return;
    for (let at = BUCKETS; at < this.#last.length; at++) this.#read(bits, at);
  }

  #write(bits: BitWriter, at: number, value: number): void {
    const change = value - this.#last[at]!;
    writeVarbit(bits, change - this.#change[at]!);
    this.#change[at] = change;
    this.#last[at] = value;
  }

  #read(bits: BitReader, at: number): void {
    const change = this.#change[at]! + readVarbit(bits);
    this.#change[at] = change;
    this.#last[at]! += change;
  }

  /** The number that costs one bit. */
  #expected(at: number): number {
    return this.#last[at]! + this.#change[at]!;
  }

  #eachDifference(histogram: NativeHistogram, visit: (at: number, difference: number) => void): void {
    let at = BUCKETS;
    for (const counts of [histogram.positiveBuckets, histogram.negativeBuckets]) {
      let before = 0;
      for (const count of counts) {
        visit(at++, count - before);
        before = count;
      }
    }
  }

  #counts(from: number, to: number): number[] {
    const counts: number[] = [];
    let count = 0;
    for (let at = from; at < to; at++) {
      count += this.#last[at]!;
      counts.push(count);
    }
    return counts;
  }
}
