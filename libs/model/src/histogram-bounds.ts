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
const FINEST_SCHEMA = 8;
const ULP = 2 ** -52;

/**
 * By how many units in the last place each of upstream's bounds of the finest schema lies below the nearest double, `+`
 * for one above. Upstream's figures
 * (https://github.com/prometheus/prometheus/blob/main/model/histogram/generic.go) count: clients sort by them.
 */
const BELOW_NEAREST =
  '00000010001000000012001111111111001000100111001100110+1100110011' +
  '0000001111221021001000100001000000010+00102200110111001010221111' +
  '1010112211211011111111212122212200110010112210221122101121221121' +
  '1132112122322232222222333344324311211222213311222132112222432233';

const tables = new Map<number, Float64Array>();

/** 2^(k/2^schema) for k = 0 … 2^schema − 1. */
function fractionsOf(schema: number): Float64Array {
  let table = tables.get(schema);
  if (table === undefined) {
    table = schema === FINEST_SCHEMA ? finestFractions() : everySecond(fractionsOf(schema + 1));
    tables.set(schema, table);
  }
  return table;
}

function everySecond(table: Float64Array): Float64Array {
  return table.filter((_, k) => k % 2 === 0);
}

function finestFractions(): Float64Array {
  const one = 1n << PRECISION_BITS;
  let root = one << 1n;
  for (let i = 0; i < FINEST_SCHEMA; i++) root = squareRoot(root << PRECISION_BITS);
  let power = one;
  return Float64Array.from(BELOW_NEAREST, (below) => {
    // 64 bits carry what a double needs; conversion rounds to nearest.
    const nearest = Number(power >> (PRECISION_BITS - 63n)) / 2 ** 63;
    power = (power * root) >> PRECISION_BITS;
    return nearest - (below === '+' ? -1 : Number(below)) * ULP;
  });
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
 * The upper bound of the positive bucket `index` of an exponential schema: 2^(index · 2^−schema). The bound 2^1024 is
 * the largest double, which makes the bucket above it the one of infinite observations
 * (https://prometheus.io/docs/specs/native_histograms/#standard-exponential-schemas).
 */
export function exponentialBound(schema: number, index: number): number {
  const octave = index * 2 ** -schema;
  if (octave >= 1024) return octave === 1024 ? Number.MAX_VALUE : Infinity;
  if (schema <= 0) return 2 ** octave;
  const whole = Math.floor(octave);
  return fractionsOf(schema)[index - whole * 2 ** schema]! * 2 ** whole;
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
