/** Wire types of protobuf (https://protobuf.dev/programming-guides/encoding/). */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

const TWO_TO_32 = 0x1_0000_0000;
const utf8 = new TextEncoder();

/**
 * Writes protobuf messages into a buffer that grows. Zero and empty values are written too unless a method says
 * otherwise: what to leave out is the caller's business.
 */
export class MessageWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(capacityBytes = 4096) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  clear(): void {
    this.#at = 0;
  }

  /** What was written, as a copy of its own. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  /** What was written, in place: valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Begins a message within the message; what is returned goes to {@link end}. */
  begin(field: number): number {
    this.#tag(field, LENGTH);
    this.#reserve(1);
    return ++this.#at;
  }

  /** Ends a message within the message: puts its length before it. */
  end(start: number): void {
    const length = this.#at - start;
    if (length < 0x80) {
      this.#bytes[start - 1] = length;
      return;
    }
    const extra = varintSize(length) - 1;
    this.#reserve(extra);
    this.#bytes.copyWithin(start + extra, start, this.#at);
    this.#at = start - 1;
    this.#varint(length);
    this.#at = start + extra + length;
  }

  /** Non-negative whole numbers up to 2^53; negative ones in two's complement, as int32 and int64 are. */
  integer(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  /** A zigzag integer, as sint32 and sint64 are. */
  signed(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#zigzag(value);
  }

  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** The double at an index, bit for bit: NaNs keep what they carry. */
  doubleOf(field: number, values: Float64Array, index: number): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    const source = new DataView(values.buffer, values.byteOffset + 8 * index, 8);
    // Both in the machine's order of bytes, whichever that is: written by halves, lower half first.
    this.#view.setBigUint64(this.#at, source.getBigUint64(0, LITTLE_ENDIAN), true);
    this.#at += 8;
  }

  /** The double whose two halves stand at an index of a view of doubles' memory, bit for bit. */
  doubleWords(field: number, words: Uint32Array, index: number): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#view.setUint32(this.#at, words[2 * index + LOW_WORD]!, true);
    this.#view.setUint32(this.#at + 4, words[2 * index + 1 - LOW_WORD]!, true);
    this.#at += 8;
  }

  /** Field after field, as they were written elsewhere. Short ones are copied sooner by hand. */
  fields(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    if (length > SHORT_BYTES) this.#bytes.set(bytes, this.#at);
    else for (let i = 0; i < length; i++) this.#bytes[this.#at + i] = bytes[i]!;
    this.#at += length;
  }

  text(field: number, text: string): void {
    this.bytes(field, utf8.encode(text));
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#tag(field, LENGTH);
    this.#varint(bytes.length);
    this.raw(bytes);
  }

  /** Bytes as they are, without a tag. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** A text or bytes that stand behind their own length already. */
  prefixed(field: number, bytes: Uint8Array): void {
    this.#tag(field, LENGTH);
    this.fields(bytes);
  }

  /** A number as it stands in a packed field, without a tag. */
  varint(value: number): void {
    this.#varint(value);
  }

  /** Packed; nothing when there are none. */
  integers(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.begin(field);
    for (const value of values) this.#varint(value);
    this.end(start);
  }

  /** Packed zigzag integers; nothing when there are none. */
  signeds(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.begin(field);
    for (const value of values) this.#zigzag(value);
    this.end(start);
  }

  /** Packed; nothing when there are none. */
  doubles(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.begin(field);
    this.#reserve(8 * values.length);
    for (const value of values) {
      this.#view.setFloat64(this.#at, value, true);
      this.#at += 8;
    }
    this.end(start);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #zigzag(value: number): void {
    if (value >= -TWO_TO_32 / 4 && value < TWO_TO_32 / 4) {
      this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    const big = BigInt(value);
    this.#bigVarint(BigInt.asUintN(64, (big << 1n) ^ (big >> 63n)));
  }

  #varint(value: number): void {
    if (value < 0 || value > Number.MAX_SAFE_INTEGER) {
      this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    this.#reserve(10);
    let rest = value;
    while (rest >= TWO_TO_32) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #bigVarint(value: bigint): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7fn) {
      this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#at++] = Number(rest);
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
/** Where the lower half of a double stands in memory. */
const LOW_WORD = LITTLE_ENDIAN ? 0 : 1;
const SHORT_BYTES = 48;

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}
