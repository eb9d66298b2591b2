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
const ZEROS: u64 = 0x3030_3030_3030_3030;
const NIBBLES: u64 = 0x0f0f_0f0f_0f0f_0f0f;

/** The most digits that a double needs. */
const MOST_DIGITS = 17;

/** What is found of at most 1024 values: their digits, and how many of these stand before the point, or that all do. */
const DIGITS_AT: usize = 32_768;
const POINTS_AT: usize = 40_960;
const WHOLE: i32 = i32.MAX_VALUE;

/** The powers of ten below 2^64. */
// prettier-ignore
const TENS = memory.data<u64>([
  1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
  100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
  10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
]);

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

/** Rounds a product with a power of ten to odd, of which these are the words: `high` of 63 bits more than `low`. */
function toOdd(y1: u64, y0: u64, x1: u64): u64 {
  const z = (y0 >> 1) + x1;
  return (y1 + (z >> 63)) | (((z & MASK_63) + MASK_63) >> 63);
}

/** Finds the decimal of a number above zero; zeros may stand at its end. */
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
  // A power of two is nearer to its neighbour below.
  const regular = fraction != 0 || biased <= 1;
  const k = <i32>((<i64>q * 661_971_961_083 - (regular ? 0 : 274_743_187_322)) >> 41);
  const h = <u64>(q + <i32>((<i64>-k * 913_124_641_741) >> 38) + 2);
  const entry = TABLE_AT + ((<usize>(k - K_MIN)) << 4);
  const g1 = load<u64>(entry);
  const g0 = load<u64>(entry, 8);

  // The number itself, times the power of ten. Its bounds are half a unit away: the power of ten, shifted.
  const cp = c << (h + 2);
  const x1 = highHalf(g0, cp);
  const x0 = g0 * cp;
  const y1 = highHalf(g1, cp);
  const y0 = g1 * cp;
  const vb = toOdd(y1, y0, x1);
  const up = h + 1;
  const x0r = x0 + (g0 << up);
  const y0r = y0 + (g1 << up);
  const vbr = toOdd(
    y1 + (g1 >> (64 - up)) + <u64>(y0r < y0),
    y0r,
    x1 + (g0 >> (64 - up)) + <u64>(x0r < x0),
  );
  const down = regular ? up : h;
  const x0l = x0 - (g0 << down);
  const y0l = y0 - (g1 << down);
  const vbl =
    toOdd(
      y1 - (g1 >> (64 - down)) - <u64>(y0l > y0),
      y0l,
      x1 - (g0 >> (64 - down)) - <u64>(x0l > x0),
    ) + odd;

  const s = vb >> 2;
  exponent = k;
  if (s >= 10) {
    const below = (highHalf(s, 0xcccc_cccc_cccc_cccd) >> 3) * 10;
    const above = below + 10;
    const belowIn = vbl <= below << 2;
    if (belowIn != (above << 2) + odd <= vbr) {
      digits = belowIn ? below : above;
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

/** How many digits a number below 10^19 has. */
function lengthOf(n: u64): i32 {
  // 1233 / 4096 is a little more than the logarithm of 2.
  const length = ((64 - <i32>clz(n | 1)) * 1233) >> 12;
  return length + <i32>(n >= load<u64>(TENS + (<usize>length << 3)));
}

/** The eight digits of a number below 10^8, zeros in front: one in a byte, the first in the lowest. */
function eightDigits(n: u64): u64 {
  // Numbers of four digits side by side, then of two, then of one.
  const four = (n * 109_951_163) >> 40;
  const fours = four | ((n - four * 10_000) << 32);
  const two = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
  const twos = two | ((fours - two * 100) << 16);
  const one = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
  return one | ((twos - one * 10) << 8);
}

/** The quotient by 10^8. */
function hundredMillions(n: u64): u64 {
  return highHalf(n, 0xabcc_7711_8461_cefd) >> 26;
}

/** Writes a number below 10^8 without zeros in front; returns where it ends. */
function writeSmall(n: u64, out: usize): usize {
  const word = eightDigits(n);
  const zeros = ctz(word | (1 << 56)) & 0x38;
  store<u64>(out, (word | ZEROS) >> zeros);
  return out + 8 - <usize>(zeros >> 3);
}

/** Writes a whole number below 10^16. */
function writeWhole(n: u64, out: usize): usize {
  if (n < 100_000_000) return writeSmall(n, out);
  const high = hundredMillions(n);
  const at = writeSmall(high, out);
  store<u64>(at, eightDigits(n - high * 100_000_000) | ZEROS);
  return at + 8;
}

/** Writes a decimal of seventeen digits, zeros at the end included, of which `point` stand before the point. */
function writeDecimal(all: u64, point: i32, isExponential: bool, out: usize): usize {
  // One digit, eight and eight.
  const front = hundredMillions(all);
  const first = hundredMillions(front);
  const middle = eightDigits(front - first * 100_000_000);
  const last = eightDigits(all - front * 100_000_000);
  const length =
    last != 0
      ? MOST_DIGITS - (<i32>clz(last) >> 3)
      : middle != 0
        ? MOST_DIGITS - 8 - (<i32>clz(middle) >> 3)
        : 1;
  const lead = <u8>(48 + first);
  if (isExponential) return writeExponential(out, length, point - 1, lead, middle | ZEROS, last | ZEROS);
  if (point > 0) return writeAroundPoint(out, length, point, lead, middle | ZEROS, last | ZEROS);
  store<u64>(out, 0x3030_3030_3030_2e30);
  const at = out + 2 - point;
  writeDigits(at, lead, middle | ZEROS, last | ZEROS);
  return at + length;
}

function writeDigits(out: usize, lead: u8, middle: u64, last: u64): void {
  store<u8>(out, lead);
  store<u64>(out, middle, 1);
  store<u64>(out, last, 9);
}

/** `12.345`, or a whole number of up to 21 digits. */
function writeAroundPoint(out: usize, length: i32, point: i32, lead: u8, middle: u64, last: u64): usize {
  writeDigits(out, lead, middle, last);
  if (point >= length) {
    store<u64>(out, ZEROS, MOST_DIGITS);
    return out + point;
  }
  // What stands behind the point moves one place on.
  const behind = out + point;
  if (point <= 8) {
    store<u64>(behind, middle >> (<u64>(point - 1) << 3), 1);
    store<u64>(out, last, 10);
  } else store<u64>(behind, last >> (<u64>(point - 9) << 3), 1);
  store<u8>(behind, 46);
  return out + length + 1;
}

/** `1.5e+22` */
function writeExponential(out: usize, length: i32, power: i32, lead: u8, middle: u64, last: u64): usize {
  writeDigits(out + 1, lead, middle, last);
  store<u8>(out, lead);
  store<u8>(out, 46, 1);
  let at = length == 1 ? out + 1 : out + length + 1;
  store<u8>(at++, 101);
  store<u8>(at++, power < 0 ? 45 : 43);
  const size = <u64>abs(power);
  if (size < 10) store<u8>(at++, 48);
  return writeSmall(size, at);
}

/**
 * Finds the digits of each value and where its point is, or that it is whole. A loop of its own: there is more for the
 * processor to do at once than where each value waits for the one before to be written.
 */
function findDecimals(values: usize, count: i32): void {
  // The digits of zero.
  let before: u64 = 0;
  let all: u64 = 0;
  let point = WHOLE;
  for (let i = 0; i < count; i++) {
    const bits = load<u64>(values + (i << 3));
    // Many series stay as they are for long.
    if (bits != before) {
      before = bits;
      const magnitude = abs(reinterpret<f64>(bits));
      if (magnitude < 9_007_199_254_740_992 && trunc(magnitude) == magnitude) {
        all = <u64>magnitude;
        point = WHOLE;
      } else {
        toDecimal(bits & MASK_63);
        const found = lengthOf(digits);
        all = digits * load<u64>(TENS + (<usize>(MOST_DIGITS - found) << 3));
        point = found + exponent;
      }
    }
    store<u64>(DIGITS_AT + (i << 3), all);
    store<i32>(POINTS_AT + (i << 2), point);
  }
}

/** Writes the i-th value. */
function writeValue(value: f64, i: i32, out: usize): usize {
  const magnitude = abs(value);
  if (!(magnitude < Infinity)) {
    store<u32>(out, value != value ? 0x004e614e : value > 0 ? 0x666e492b : 0x666e492d);
    return value != value ? out + 3 : out + 4;
  }
  let at = out;
  if (reinterpret<u64>(value) >> 63 != 0) store<u8>(at++, 45);
  const all = load<u64>(DIGITS_AT + (i << 3));
  const point = load<i32>(POINTS_AT + (i << 2));
  if (point == WHOLE) return writeWhole(all, at);
  return writeDecimal(all, point, magnitude < 1e-6 || magnitude >= 1e21, at);
}

/** Copies at most 32 bytes, or some more. */
function copyShort(from: usize, to: usize): void {
  const a = load<u64>(from);
  const b = load<u64>(from, 8);
  const c = load<u64>(from, 16);
  const d = load<u64>(from, 24);
  store<u64>(to, a);
  store<u64>(to, b, 8);
  store<u64>(to, c, 16);
  store<u64>(to, d, 24);
}

/**
 * Writes `count` points, at most 1024, behind `out`, commas between them. Their times are fragments at `fragments`, 32 bytes each: the
 * length first, then `[time,"`. `places` holds for each point the number of its fragment; where it is 0, they follow
 * each other. Returns where the text ends; up to 32 bytes behind that may be written to.
 */
export function writePoints(values: usize, places: usize, count: i32, fragments: usize, out: usize): usize {
  findDecimals(values, count);
  let at = out;
  let before: u64 = 0;
  let text: usize = 0;
  let length: usize = 0;
  for (let i = 0; i < count; i++) {
    const place = places == 0 ? <usize>i : <usize>load<u32>(places + (i << 2));
    const fragment = fragments + (place << 5);
    copyShort(fragment + 1, at);
    at += load<u8>(fragment);
    const bits = load<u64>(values + (i << 3));
    if (bits == before && text != 0) copyShort(text, at);
    else {
      length = writeValue(reinterpret<f64>(bits), i, at) - at;
      before = bits;
    }
    text = at;
    at += length;
    // `"],`
    store<u32>(at, 0x2c5d22);
    at += 3;
  }
  return count == 0 ? at : at - 1;
}
