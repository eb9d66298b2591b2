const K_MIN = -324;
const K_MAX = 292;
const MASK_63 = (1n << 63n) - 1n;

/**
 * The table that the points kernel multiplies with: for each k from -324 to 292 the first 126 bits of 10^-k, rounded
 * up, in two words of 63 bits.
 */
export function powersOfTen(): BigUint64Array {
  const table = new BigUint64Array(2 * (K_MAX - K_MIN + 1));
  for (let k = K_MIN; k <= K_MAX; k++) {
    const g = firstBitsOf(-k);
    table[2 * (k - K_MIN)] = g >> 63n;
    table[2 * (k - K_MIN) + 1] = g & MASK_63;
  }
  return table;
}

/** floor(10^e / 2^r) + 1, with r such that the result has 126 bits. */
function firstBitsOf(e: number): bigint {
  if (e >= 0) {
    const power = 10n ** BigInt(e);
    const surplus = power.toString(2).length - 126;
    return (surplus >= 0 ? power >> BigInt(surplus) : power << BigInt(-surplus)) + 1n;
  }
  const divisor = 10n ** BigInt(-e);
  // 10^e lies between two powers of two, of which the lower one is this one's negative length.
  const r = -divisor.toString(2).length - 125;
  return (1n << BigInt(-r)) / divisor + 1n;
}
