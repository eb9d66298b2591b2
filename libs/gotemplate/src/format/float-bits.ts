const FRACTION_BITS = 52n;
const HIDDEN_BIT = 1n << FRACTION_BITS;
const EXPONENT_BIAS = 1023;
/** Hexadecimal digits of the fraction. */
const FRACTION_DIGITS = 13;

interface Parts {
  readonly mantissa: bigint;
  /** Of two, for a mantissa that is a whole number. */
  readonly exponent: number;
}

function partsOf(magnitude: number): Parts {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const fraction = bits & (HIDDEN_BIT - 1n);
  const biased = Number(bits >> FRACTION_BITS);
  const isSubnormal = biased === 0;
  return {
    mantissa: isSubnormal ? fraction : fraction | HIDDEN_BIT,
    exponent: (isSubnormal ? 1 : biased) - EXPONENT_BIAS - Number(FRACTION_BITS),
  };
}

/** A finite number from 0 on as Go's verb `%b` has it: `4503599627370496p-51` (strconv.FormatFloat with 'b'). */
export function binaryFloat(magnitude: number): string {
  const { mantissa, exponent } = partsOf(magnitude);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/**
 * A finite number from 0 on as Go's verb `%x` has it: `0x1.8p+01`. A precision is how many digits stand behind the
 * point, -1 as many as it takes.
 */
export function hexadecimalFloat(magnitude: number, precision: number): string {
  let { mantissa, exponent } = partsOf(magnitude);
  if (mantissa === 0n) exponent = 0;
  else {
    while (mantissa < HIDDEN_BIT) {
      mantissa <<= 1n;
      exponent--;
    }
    exponent += Number(FRACTION_BITS);
  }
  if (precision >= 0 && precision < FRACTION_DIGITS) {
    mantissa = roundedToEven(mantissa, BigInt(4 * (FRACTION_DIGITS - precision)));
    if (mantissa >= HIDDEN_BIT << 1n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const digits = (mantissa & (HIDDEN_BIT - 1n)).toString(16).padStart(FRACTION_DIGITS, '0');
  const fraction =
    precision < 0 ? digits.replace(/0+$/, '') : digits.slice(0, precision).padEnd(precision, '0');
  const size = Math.abs(exponent).toString().padStart(2, '0');
  const point = fraction === '' ? '' : '.';
  return `0x${mantissa >> FRACTION_BITS}${point}${fraction}p${exponent < 0 ? '-' : '+'}${size}`;
}

/** Without its last bits, rounded to the nearest, a half to even. */
function roundedToEven(mantissa: bigint, bits: bigint): bigint {
  const unit = 1n << bits;
  const rest = mantissa & (unit - 1n);
  const down = mantissa - rest;
  const half = unit >> 1n;
  const up = rest > half || (rest === half && (down & unit) !== 0n);
  return up ? down + unit : down;
}
