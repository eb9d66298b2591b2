import { POINTS_KERNEL_BASE64 } from './points-kernel.generated.js';
import { powersOfTen } from './powers-of-ten.js';
import { timestampJson } from './samples.js';

const PAGE_BYTES = 65_536;
const TABLE_AT = PAGE_BYTES;
const FRAGMENT_BYTES = 32;
/** More than one point ever takes: a fragment, 25 characters of value, what closes it. */
const POINT_BYTES = 72;

/** Points written by one call. */
export const MOST_POINTS = 1024;
/** Times that are known at once: upstream answers with no more points a series. */
export const MOST_TIMES = 11_001;

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly writePoints: (
    values: number,
    places: number,
    count: number,
    fragments: number,
    out: number,
  ) => number;
}

export function compilePointsKernel(): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(POINTS_KERNEL_BASE64, 'base64'));
}

/** Writes runs of points as JSON, in WebAssembly: most of the time of a large answer goes into printing numbers. */
export class PointsKernel {
  /** The times that are known, by their numbers. */
  readonly times = new Float64Array(MOST_TIMES);
  readonly #exports: KernelExports;
  readonly #bytes: Uint8Array;
  readonly #values: Float64Array;
  readonly #places: Uint32Array;
  readonly #fragmentsAt: number;
  readonly #outAt: number;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
    const { memory } = this.#exports;
    const table = powersOfTen();
    const valuesAt = TABLE_AT + table.byteLength;
    const placesAt = valuesAt + MOST_POINTS * 8;
    this.#fragmentsAt = placesAt + MOST_POINTS * 4;
    this.#outAt = this.#fragmentsAt + MOST_TIMES * FRAGMENT_BYTES;
    const missing = this.#outAt + MOST_POINTS * POINT_BYTES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    const { buffer } = memory;
    new BigUint64Array(buffer, TABLE_AT, table.length).set(table);
    this.#bytes = new Uint8Array(buffer);
    this.#values = new Float64Array(buffer, valuesAt, MOST_POINTS);
    this.#places = new Uint32Array(buffer, placesAt, MOST_POINTS);
  }

  /** Makes a time known under a number below {@link MOST_TIMES}. */
  setTime(place: number, timestampMs: number): void {
    this.times[place] = timestampMs;
    const text = `[${timestampJson(timestampMs)},"`;
    const at = this.#fragmentsAt + place * FRAGMENT_BYTES;
    this.#bytes[at] = text.length;
    for (let i = 0; i < text.length; i++) this.#bytes[at + 1 + i] = text.charCodeAt(i);
  }

  /** The values to be written, and under which numbers their times are known: to be filled in before {@link write}. */
  get values(): Float64Array {
    return this.#values;
  }

  get places(): Uint32Array {
    return this.#places;
  }

  /** The first `count` points, with commas between them. Valid until the next call. */
  write(count: number): Uint8Array {
    return this.#write(count, this.#places.byteOffset, this.#fragmentsAt);
  }

  /** As {@link write}, for points whose times are known under `firstPlace` and the numbers that follow it. */
  writeRun(count: number, firstPlace: number): Uint8Array {
    return this.#write(count, 0, this.#fragmentsAt + firstPlace * FRAGMENT_BYTES);
  }

  #write(count: number, placesAt: number, fragmentsAt: number): Uint8Array {
    const valuesAt = this.#values.byteOffset;
    const end = this.#exports.writePoints(valuesAt, placesAt, count, fragmentsAt, this.#outAt);
    return this.#bytes.subarray(this.#outAt, end);
  }
}
