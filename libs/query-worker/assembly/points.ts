// Writes the points of a series as JSON: `[time,"value"],…`. Compiled by ../build-kernels.mjs.
//
// Values are printed with the fewest digits that read back the same, the closest of those to the value, by Schubfach
// (Raffaello Giulietti, "The Schubfach way to render doubles", 2022; the names of its quantities are kept). Its table
// of powers of ten is written by the other side: 617 entries of two words, for 10^292 down to 10^-324.

const TABLE_AT: usize = 65_536;
const K_MIN: i32 = -324;

const MANTISSA: u64 = 0xf_ffff_ffff_ffff;
const HIDDEN: u64 = 0x10_0000_0000_0000;
const MASK_63: u64 = 0x7fff_ffff_ffff_ffff;

/** The decimal that was found: `digits` times ten to the `exponent`. */
let digits: u64 = 0;
let exponent: i32 = 0;

function highHalf(a: u64, b: u64): u64 {
  const a0 = a & 0xffff_ffff;
  const a1 = a >> 32;
  const b0 = b & 0xffff_ffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  const other = a0 * b1 + (middle & 0xffff_ffff);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

/** The product with a power of ten, rounded to odd. */
function roundToOdd(g1: u64, g0: u64, cp: u64): u64 {
  const x1 = highHalf(g0, cp);
  const z = ((g1 * cp) >> 1) + x1;
  const w = highHalf(g1, cp) + (z >> 63);
  return w | (((z & MASK_63) + MASK_63) >> 63);
}

/** Finds the decimal of a number above zero. */
function toDecimal(bits: u64): void {
  const biased = <i32>(bits >> 52);
  const fraction = bits & MANTISSA;
  if (biased == 0 && fraction < 3) {
    // The two smallest numbers have a single digit.
    digits = fraction == 1 ? 5 : 1;
    exponent = fraction == 1 ? -324 : -323;
    return;
  }
  const c = biased == 0 ? fraction : fraction | HIDDEN;
  const q = (biased == 0 ? 1 : biased) - 1075;
  const odd = c & 1;
  const cb = c << 2;
  // A power of two is nearer to its neighbour below.
  const regular = fraction != 0 || biased <= 1;
  const cbl = regular ? cb - 2 : cb - 1;
  const k = <i32>((<i64>q * 661_971_961_083 - (regular ? 0 : 274_743_187_322)) >> 41);
  const h = q + <i32>((<i64>-k * 913_124_641_741) >> 38) + 2;
  const entry = TABLE_AT + ((<usize>(k - K_MIN)) << 4);
  const g1 = load<u64>(entry);
  const g0 = load<u64>(entry, 8);
  const vb = roundToOdd(g1, g0, cb << <u64>h);
  const vbl = roundToOdd(g1, g0, cbl << <u64>h) + odd;
  const vbr = roundToOdd(g1, g0, (cb + 2) << <u64>h);
  const s = vb >> 2;
  exponent = k;
  if (s >= 10) {
    const below = (s / 10) * 10;
    const above = below + 10;
    const belowIn = vbl <= below << 2;
    if (belowIn != (above << 2) + odd <= vbr) {
      digits = belowIn ? below : above;
      dropZeros();
      return;
    }
  }
  const t = s + 1;
  const lowerIn = vbl <= s << 2;
  const upperIn = (t << 2) + odd <= vbr;
  if (lowerIn != upperIn) digits = lowerIn ? s : t;
  else {
    const middle = (s + t) << 1;
    digits = vb < middle || (vb == middle && (s & 1) == 0) ? s : t;
  }
}

function dropZeros(): void {
  if (digits % 100_000_000 == 0) {
    digits /= 100_000_000;
    exponent += 8;
  }
  if (digits % 10_000 == 0) {
    digits /= 10_000;
    exponent += 4;
  }
  if (digits % 100 == 0) {
    digits /= 100;
    exponent += 2;
  }
  while (digits % 10 == 0) {
    digits /= 10;
    exponent++;
  }
}

function lengthOf(n: u64): i32 {
  let length = 1;
  for (let power: u64 = 10; length < 20 && n >= power; power *= 10) length++;
  return length;
}

/** Writes the last `length` digits of n so that they begin at `out`. */
function writeDigits(n: u64, length: i32, out: usize): void {
  let at = out + length;
  let rest = n;
  while (rest > 0xffff_ffff) {
    const high = rest / 100_000_000;
    let low = <u32>(rest - high * 100_000_000);
    rest = high;
    for (let i = 0; i < 8; i++) {
      const next = low / 10;
      store<u8>(--at, 48 + (low - next * 10));
      low = next;
    }
  }
  let small = <u32>rest;
  while (at > out) {
    const next = small / 10;
    store<u8>(--at, 48 + (small - next * 10));
    small = next;
  }
}

function fill(out: usize, count: i32): usize {
  for (let i = 0; i < count; i++) store<u8>(out + i, 48);
  return out + count;
}

/** `1.5e+22` */
function writeExponential(out: usize, length: i32): usize {
  let at = out;
  if (length == 1) store<u8>(at++, <u8>(48 + digits));
  else {
    writeDigits(digits, length, at + 1);
    store<u8>(at, load<u8>(at + 1));
    store<u8>(at + 1, 46);
    at += length + 1;
  }
  let power = length + exponent - 1;
  store<u8>(at++, 101);
  store<u8>(at++, power < 0 ? 45 : 43);
  power = abs(power);
  const places = power < 100 ? 2 : 3;
  writeDigits(power, places, at);
  return at + places;
}

function writePlain(out: usize, length: i32): usize {
  const point = length + exponent;
  if (exponent >= 0) {
    writeDigits(digits, length, out);
    return fill(out + length, exponent);
  }
  if (point <= 0) {
    store<u8>(out, 48);
    store<u8>(out + 1, 46);
    const at = fill(out + 2, -point);
    writeDigits(digits, length, at);
    return at + length;
  }
  writeDigits(digits, length, out + 1);
  for (let i = 0; i < point; i++) store<u8>(out + i, load<u8>(out + i + 1));
  store<u8>(out + point, 46);
  return out + length + 1;
}

function writeValue(value: f64, out: usize): usize {
  if (value != value) {
    store<u32>(out, 0x004e614e);
    return out + 3;
  }
  const bits = reinterpret<u64>(value);
  let at = out;
  const magnitude = abs(value);
  if (magnitude == Infinity) {
    store<u32>(out, value > 0 ? 0x666e492b : 0x666e492d);
    return out + 4;
  }
  if (bits >> 63 != 0) store<u8>(at++, 45);
  if (magnitude < 9_007_199_254_740_992 && trunc(magnitude) == magnitude) {
    const whole = <u64>magnitude;
    const length = lengthOf(whole);
    writeDigits(whole, length, at);
    return at + length;
  }
  toDecimal(bits & MASK_63);
  const length = lengthOf(digits);
  return magnitude < 1e-6 || magnitude >= 1e21 ? writeExponential(at, length) : writePlain(at, length);
}

/**
 * Writes `count` points behind `out`, commas between them. `places` holds for each the number of its fragment: 32
 * bytes at `fragments`, the length first, then `[time,"`. Returns where the text ends.
 */
export function writePoints(values: usize, places: usize, count: i32, fragments: usize, out: usize): usize {
  let at = out;
  for (let i = 0; i < count; i++) {
    const fragment = fragments + (<usize>load<u32>(places + (i << 2)) << 5);
    store<u64>(at, load<u64>(fragment, 1));
    store<u64>(at, load<u64>(fragment, 9), 8);
    store<u64>(at, load<u64>(fragment, 17), 16);
    store<u64>(at, load<u64>(fragment, 24), 23);
    at = writeValue(load<f64>(values + (i << 3)), at + load<u8>(fragment));
    // `"],`
    store<u32>(at, 0x2c5d22);
    at += 3;
  }
  return count == 0 ? at : at - 1;
}
