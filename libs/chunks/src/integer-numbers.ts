import { type BitReader, type BitWriter, isStaleAt, isStaleNaN } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import { type HistogramNumbers } from './histogram-numbers.js';
import { LargeIntegers } from './large-integers.js';
import {
  lastWide,
  readUnsignedVarbit,
  readVarbit,
  writeUnsignedVarbit,
  writeVarbit,
  writeWideVarbit,
} from './varbit.js';
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
  /** In place of both from the first number on that is not exact as one of those. */
  #large: LargeIntegers | undefined;
  readonly #sum = new XorColumn(1);

  constructor(positiveBuckets: number, negativeBuckets: number) {
    this.#positive = positiveBuckets;
    this.#last = new Float64Array(BUCKETS + positiveBuckets + negativeBuckets);
    this.#change = new Float64Array(this.#last.length);
  }

  get count(): number {
    return this.#unsigned(COUNT);
  }

  get zeroCount(): number {
    return this.#unsigned(ZERO_COUNT);
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
    for (const [at, value] of [histogram.count, histogram.zeroCount].entries()) {
      this.#begin(at, stale ? 0 : value);
      writeUnsignedVarbit(bits, stale ? 0 : value);
    }
    this.#sum.writeFirst(bits, 0, histogram.sum);
    if (stale) return;
    this.#eachDifference(histogram, (at, difference) => {
      this.#begin(at, difference);
      if (typeof difference === 'bigint') writeWideVarbit(bits, difference);
      else writeVarbit(bits, difference);
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
    this.#begin(COUNT, exact(bits, readUnsignedVarbit(bits)));
    this.#begin(ZERO_COUNT, exact(bits, readUnsignedVarbit(bits)));
    this.#sum.readFirst(bits, 0);
    for (let at = BUCKETS; at < this.#last.length; at++) this.#begin(at, exact(bits, readVarbit(bits)));
  }

  readNext(bits: BitReader): void {
    this.#read(bits, COUNT);
    this.#read(bits, ZERO_COUNT);
    this.#sum.read(bits, 0);
    if (this.isStale) return;
    for (let at = BUCKETS; at < this.#last.length; at++) this.#read(bits, at);
  }

  #begin(at: number, value: number | bigint): void {
    if (typeof value === 'number' && Number.isSafeInteger(value)) {
      this.#last[at] = value;
      this.#large?.begin(at, BigInt(value));
    } else this.#enlarge().begin(at, BigInt(value));
  }

  #write(bits: BitWriter, at: number, value: number | bigint): void {
    if (this.#large === undefined && typeof value === 'number') {
      const change = value - this.#last[at]!;
      const difference = change - this.#change[at]!;
      if (areSafe(value, change, difference)) {
        writeVarbit(bits, difference);
        this.#change[at] = change;
        this.#last[at] = value;
        return;
      }
    }
    writeWideVarbit(bits, this.#enlarge().moveTo(at, BigInt(value)));
  }

  #read(bits: BitReader, at: number): void {
    const difference = readVarbit(bits);
    if (this.#large === undefined) {
      const change = this.#change[at]! + difference;
      const value = this.#last[at]! + change;
      if (areSafe(difference, change, value)) {
        this.#change[at] = change;
        this.#last[at] = value;
        return;
      }
    }
    this.#enlarge().step(at, BigInt(exact(bits, difference)));
  }

  #enlarge(): LargeIntegers {
    return (this.#large ??= new LargeIntegers(this.#last, this.#change));
  }

  #unsigned(at: number): number {
    return this.#large === undefined ? this.#last[at]! : Number(BigInt.asUintN(64, this.#large.get(at)));
  }

  /** The number that costs one bit. */
  #expected(at: number): number | bigint {
    return this.#large === undefined ? this.#last[at]! + this.#change[at]! : this.#large.expected(at);
  }

  #eachDifference(
    histogram: NativeHistogram,
    visit: (at: number, difference: number | bigint) => void,
  ): void {
    let at = BUCKETS;
    for (const counts of [histogram.positiveBuckets, histogram.negativeBuckets]) {
      let before = 0;
      for (const count of counts) {
        const difference = count - before;
        visit(at++, Number.isSafeInteger(difference) ? difference : BigInt(count) - BigInt(before));
        before = count;
      }
    }
  }

  #counts(from: number, to: number): number[] {
    const counts: number[] = [];
    if (this.#large !== undefined) {
      let large = 0n;
      for (let at = from; at < to; at++) {
        large = BigInt.asIntN(64, large + this.#large.get(at));
        counts.push(Number(large));
      }
      return counts;
    }
    let count = 0;
    for (let at = from; at < to; at++) {
      count += this.#last[at]!;
      counts.push(count);
    }
    return counts;
  }
}

/** A number just read; with all its bits where it had to be rounded. */
function exact(bits: BitReader, value: number): number | bigint {
  return Number.isSafeInteger(value) ? value : lastWide(bits);
}

function areSafe(a: number, b: number, c: number): boolean {
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(c);
}
