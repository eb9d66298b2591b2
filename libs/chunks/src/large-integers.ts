/** Numbers of 64 bits, each with how it changed last: what histograms need once a number is not exact as a float64. */
export class LargeIntegers {
  readonly #last: BigInt64Array;
  readonly #change: BigInt64Array;

  constructor(last: Float64Array, change: Float64Array) {
    this.#last = BigInt64Array.from(last, toBigInt);
    this.#change = BigInt64Array.from(change, toBigInt);
  }

  get(at: number): bigint {
    return this.#last[at]!;
  }

  begin(at: number, value: bigint): void {
    this.#last[at] = value;
    this.#change[at] = 0n;
  }

  /** Where a number comes to when it changes as it did. */
  expected(at: number): bigint {
    return BigInt.asIntN(64, this.#last[at]! + this.#change[at]!);
  }

  /** Takes a number on by how its change differs from the one before. */
  step(at: number, difference: bigint): void {
    this.#change[at]! += difference;
    this.#last[at]! += this.#change[at]!;
  }

  /** Takes a number to a value; how the change differs from the one before. */
  moveTo(at: number, value: bigint): bigint {
    const change = value - this.#last[at]!;
    const difference = BigInt.asIntN(64, change - this.#change[at]!);
    this.step(at, difference);
    return difference;
  }
}

function toBigInt(value: number): bigint {
  return BigInt(value);
}
