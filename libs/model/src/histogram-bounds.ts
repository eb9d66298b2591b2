import { CUSTOM_BUCKETS_SCHEMA, type NativeHistogram } from './native-histogram.js';

/** True for the schema of histograms with explicit bounds. */
export function isCustomSchema(schema: number): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA;
}

export function usesCustomBuckets(histogram: NativeHistogram): boolean {
  return isCustomSchema(histogram.schema);
}

/** Enough fixed-point digits to round 2^(k/256) to the nearest double. */
const PRECISION_BITS = 160n;
const tables = new Map<number, Float64Array>();

/** 2^(k/2^schema) for k = 0 … 2^schema − 1, each the nearest double. */
function fractionsOf(schema: number): Float64Array {
  let table = tables.get(schema);
  if (table === undefined) {
    const one = 1n << PRECISION_BITS;
    let root = one << 1n;
    for (let i = 0; i < schema; i++) root = squareRoot(root << PRECISION_BITS);
    table = new Float64Array(2 ** schema);
    let power = one;
    for (let k = 0; k < table.length; k++) {
      // 64 bits carry what a double needs; conversion rounds to nearest.
      table[k] = Number(power >> (PRECISION_BITS - 63n)) / 2 ** 63;
      power = (power * root) >> PRECISION_BITS;
    }
    tables.set(schema, table);
  }
  return table;
}

/** The integer square root, by Newton's method. */
function squareRoot(value: bigint): bigint {
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/**
 * The upper bound of the positive bucket `index` of an exponential schema: 2^(index · 2^−schema). Where that is past
 * the largest double, it is the largest double
 * (https://prometheus.io/docs/specs/native_histograms/#standard-exponential-schemas).
 */
export function exponentialBound(schema: number, index: number): number {
  if (schema <= 0) return capped(2 ** (index * 2 ** -schema));
  const perOctave = 2 ** schema;
  const octave = Math.floor(index / perOctave);
  const fraction = fractionsOf(schema)[index - octave * perOctave]!;
  return capped(octave > 1023 ? Infinity : fraction * 2 ** octave);
}

function capped(bound: number): number {
  return bound === Infinity ? Number.MAX_VALUE : bound;
}

/** The upper bound of the positive bucket `index`; −Inf and +Inf enclose custom bounds. */
export function upperBound(schema: number, index: number, customValues: readonly number[]): number {
  if (!isCustomSchema(schema)) return exponentialBound(schema, index);
  if (index < 0) return -Infinity;
  return customValues[index] ?? Infinity;
}

/** True when two lists of custom bounds are the same. */
export function customBoundsMatch(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, i) => bound === b[i]));
}

/** The bounds that both ascending lists have. */
export function commonBounds(a: readonly number[], b: readonly number[]): readonly number[] {
  const common: number[] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    const difference = a[i]! - b[k]!;
    if (difference === 0) common.push(a[i]!);
    if (difference <= 0) i++;
    if (difference >= 0) k++;
  }
  return common;
}
