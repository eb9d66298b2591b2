const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const low = littleEndian ? 0 : 1;
const high = 1 - low;

/** High and low half of the bits of {@link STALE_NAN}: 0x7ff0000000000002. */
const staleHigh = 0x7ff00000;
const staleLow = 2;

/**
 * The value that marks the end of a series: a NaN with a payload of its own, as in Prometheus's `model/value`.
 * Typed arrays and shared memory keep the payload; plain arrays, structured clone and text lose it.
 */
export const STALE_NAN: number = fromHalves(staleHigh, staleLow);

/** What Prometheus stores where a target says NaN; JavaScript's own NaN has other bits. */
export const NORMAL_NAN: number = fromHalves(0x7ff80000, 1);

/** True for the stale marker alone, false for any other NaN. The only right way to test for it. */
export function isStaleNaN(value: number): boolean {
  // A NaN is the only value that differs from itself, and nearly all values end here.
  if (value === value) return false;
  scratch[0] = value;
  return scratchWords[low] === staleLow && scratchWords[high] === staleHigh;
}

/** {@link isStaleNaN} of `values[index]`, read as bits: the value does not pass through a register. */
export function isStaleAt(words: Uint32Array, index: number): boolean {
  return words[2 * index + low] === staleLow && words[2 * index + high] === staleHigh;
}

function fromHalves(highBits: number, lowBits: number): number {
  scratchWords[high] = highBits;
  scratchWords[low] = lowBits;
  return scratch[0]!;
}
