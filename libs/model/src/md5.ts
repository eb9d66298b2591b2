/** The shift of each of the four steps of each of the four rounds. */
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

/**
 * The last eight bytes of the MD5 digest (RFC 1321) of the text's UTF-8, as one big-endian number. Relabelling's
 * `hashmod` is defined on it; nothing here is meant to be secure.
 */
export function md5Tail(text: string): bigint {
  const message = padded(new TextEncoder().encode(text));
  const view = new DataView(message.buffer);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < message.length; block += 64) digestBlock(state, view, block);
  const tail = new DataView(new ArrayBuffer(8));
  tail.setInt32(0, state[2]!, true);
  tail.setInt32(4, state[3]!, true);
  return tail.getBigUint64(0);
}

/** The message, a one bit, zeros up to eight bytes before a multiple of 64, and the length in bits. */
function padded(bytes: Uint8Array): Uint8Array {
  const message = new Uint8Array((((bytes.length + 8) >> 6) + 1) * 64);
  message.set(bytes);
  message[bytes.length] = 0x80;
  new DataView(message.buffer).setBigUint64(message.length - 8, BigInt(bytes.length) * 8n, true);
  return message;
}

function digestBlock(state: Int32Array, view: DataView, block: number): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const mixed = mix(round, b, c, d);
    const word = view.getInt32(block + 4 * wordIndex(round, i), true);
    const sum = (a + mixed + word + SINES[i]!) | 0;
    const shift = SHIFTS[4 * round + (i & 3)]!;
    const rotated = (sum << shift) | (sum >>> (32 - shift));
    [a, d, c, b] = [d, c, b, (b + rotated) | 0];
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (d & b) | (~d & c);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

function wordIndex(round: number, i: number): number {
  if (round === 0) return i;
  if (round === 1) return (5 * i + 1) & 15;
  return round === 2 ? (3 * i + 5) & 15 : (7 * i) & 15;
}
