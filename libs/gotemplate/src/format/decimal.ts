/** A finite number as decimal digits: 0.d₁d₂… × 10^point, without leading or trailing zeros ('' for zero). */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const zero: Decimal = { digits: '', point: 0 };

/** The shortest digits that read back as `value` (finite, not negative). */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return zero;
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return normal(mantissa.replace('.', ''), Number(exponent) + 1);
}

/** All digits of `value` (finite, not negative): every double is a finite decimal. */
export function exactDecimal(value: number): Decimal {
  if (value === 0) return zero;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  if (exponent >= 0) {
    const text = (mantissa << BigInt(exponent)).toString();
    return normal(text, text.length);
  }
  // mantissa / 2^n = mantissa × 5^n / 10^n
  const text = (mantissa * 5n ** BigInt(-exponent)).toString();
  return normal(text, text.length + exponent);
}

function normal(digits: string, point: number): Decimal {
  return { digits: digits.replace(/0+$/, ''), point };
}

/** Keeps `count` digits, the last rounded half to even as Go does. */
export function roundDecimal(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count < 0) return zero;
  if (count >= digits.length) return decimal;
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isHalf = rest === '5';
  const lastOdd = count > 0 && Number(kept.at(-1)) % 2 === 1;
  const up = isHalf ? lastOdd : rest.charAt(0) >= '5';
  if (!up) return normal(kept, point);
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(count, '0');
  return normal(raised, raised.length > count ? point + 1 : point);
}
