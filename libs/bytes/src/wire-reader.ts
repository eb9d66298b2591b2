import { MalformedMessageError } from './byte-errors.js';
import { type MessageShape, PACKED, UNKNOWN } from './message-shape.js';

const TWO_TO_32 = 0x1_0000_0000;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const FIXED32 = 5;

/**
 * Reads protobuf messages field by field, without making objects of them
 * (https://protobuf.dev/programming-guides/encoding/). Strict as upstream's generated code is, and with its messages:
 * known fields must have their wire types, unknown ones are skipped, later values win. Text is not checked.
 *
 * A message within a message is read by the same reader up to the place that {@link messageEnd} gives. Every method
 * throws {@link MalformedMessageError} when the bytes do not go on as they should.
 */
export class WireReader {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Index of the next byte. */
  at = 0;
  /** The number of the field that {@link next} found. */
  field = 0;
  #wire = 0;
  #low = 0;
  #high = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Goes to the next field that the message knows; false at its end. The value must be read before the next call. */
  next(shape: MessageShape, end: number): boolean {
    while (this.at < end) {
      const start = this.at;
      let tag = this.bytes[start]!;
      let field: number;
      if (tag < 0x80) {
        this.at = start + 1;
        field = tag >>> 3;
      } else {
        this.#readVarint(end);
        tag = this.#low;
        field = (this.#low >>> 3) | (this.#high << 29);
      }
      const wire = tag & 7;
      if (wire === GROUP_END) {
        throw new MalformedMessageError(`proto: ${shape.name}: wiretype end group for non-group`);
      }
      if (field <= 0) {
        throw new MalformedMessageError(`proto: ${shape.name}: illegal tag ${field} (wire type ${wire})`);
      }
      const expected = field < shape.wires.length ? shape.wires[field]! : UNKNOWN;
      if (expected === UNKNOWN) {
        this.at = start;
        this.#skip(end);
        continue;
      }
      const fits = expected < PACKED ? wire === expected : wire === expected - PACKED || wire === LENGTH;
      if (!fits) {
        const name = shape.names[field]!;
        throw new MalformedMessageError(`proto: wrong wireType = ${wire} for field ${name}`);
      }
      this.field = field;
      this.#wire = wire;
      return true;
    }
    return false;
  }

  /** Text; ill-formed UTF-8 becomes U+FFFD. */
  text(end: number): string {
    const stop = this.messageEnd(end);
    const text = this.bytes.toString('utf8', this.at, stop);
    this.at = stop;
    return text;
  }

  /** Where the message, text or list that begins here ends. Behind the call the reader stands at its first byte. */
  messageEnd(end: number): number {
    let length = this.at < end ? this.bytes[this.at]! : 0x80;
    if (length < 0x80) this.at++;
    else {
      this.#readVarint(end);
      if (this.#high >>> 31 === 1) throw negativeLength();
      length = this.#high * TWO_TO_32 + this.#low;
    }
    const stop = this.at + length;
    if (stop > 2 ** 63) throw negativeLength();
    if (stop > end) throw cutShort();
    return stop;
  }

  /** uint32, uint64 and enums. Exact to 2^53. */
  unsigned(end: number): number {
    if (this.at < end && this.bytes[this.at]! < 0x80) return this.bytes[this.at++]!;
    this.#readVarint(end);
    return this.#high * TWO_TO_32 + this.#low;
  }

  /** int32 and int64, negative ones in two's complement. Exact to 2^53. */
  integer(end: number): number {
    this.#readVarint(end);
    return (this.#high | 0) * TWO_TO_32 + this.#low;
  }

  /** int64: all 64 bits, in two's complement. */
  signed64(end: number): bigint {
    this.#readVarint(end);
    return BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low));
  }

  /** sint32 and sint64: zigzag. Exact to 2^53. */
  signed(end: number): number {
    this.#readVarint(end);
    const negative = (this.#low & 1) === 1;
    const low = ((this.#low >>> 1) | (this.#high << 31)) >>> 0;
    const magnitude = (this.#high >>> 1) * TWO_TO_32 + low;
    return negative ? -magnitude - 1 : magnitude;
  }

  /** fixed64: all 64 bits, unsigned. */
  fixed64(end: number): bigint {
    return this.view.getBigUint64(this.#take(8, end), true);
  }

  double(end: number): number {
    const at = this.#take(8, end);
    return this.view.getFloat64(at, true);
  }

  /** Copies a double bit for bit to where two words view a `Float64Array`. */
  doubleInto(words: Uint32Array, index: number, end: number): void {
    const at = this.#take(8, end);
    words[2 * index + LOW_WORD] = this.view.getUint32(at, true);
    words[2 * index + HIGH_WORD] = this.view.getUint32(at + 4, true);
  }

  /** Reads the values of a packed field, or the one that comes by itself. */
  unsigneds(end: number, into: number[]): void {
    this.#each(end, () => into.push(this.unsigned(end)));
  }

  /** Reads the fixed64 values of a packed field, or the one that comes by itself. Exact to 2^53. */
  fixed64s(end: number, into: number[]): void {
    this.#each(end, () => into.push(Number(this.fixed64(end))));
  }

  /** Reads zigzag values of a packed field, or the one that comes by itself. */
  signeds(end: number, into: number[]): void {
    this.#each(end, () => into.push(this.signed(end)));
  }

  /** As {@link signeds}, with all 64 bits. */
  signedBigs(end: number, into: bigint[]): void {
    this.#each(end, () => {
      const zigzag = BigInt.asUintN(64, this.signed64(end));
      into.push((zigzag >> 1n) ^ -(zigzag & 1n));
    });
  }

  /** Reads the doubles of a packed field, or the one that comes by itself. */
  doubles(end: number, into: number[]): void {
    this.#each(end, () => into.push(this.double(end)));
  }

  /** As upstream's code: the end of the list ends it, but its last value may reach on to the end of the message. */
  #each(end: number, read: () => void): void {
    if (this.#wire !== LENGTH) {
      read();
      return;
    }
    const stop = this.messageEnd(end);
    while (this.at < stop) read();
  }

  #take(length: number, end: number): number {
    const { at } = this;
    if (at + length > end) throw cutShort();
    this.at = at + length;
    return at;
  }

  /** Skips a field, with everything in it when it is a group. */
  #skip(end: number): void {
    let depth = 0;
    do {
      if (this.at >= end) throw cutShort();
      this.#readVarint(end);
      const wire = this.#low & 7;
      switch (wire) {
        case VARINT:
          this.#readVarint(end);
          break;
        case FIXED64:
          this.at += 8;
          break;
        case LENGTH:
          this.at = this.messageEnd(end);
          break;
        case GROUP_START:
          depth++;
          break;
        case GROUP_END:
          if (depth === 0) throw new MalformedMessageError('proto: unexpected end of group');
          depth--;
          break;
        case FIXED32:
          this.at += 4;
          break;
        default:
          throw new MalformedMessageError(`proto: illegal wireType ${wire}`);
      }
    } while (depth > 0);
    if (this.at > end) throw cutShort();
  }

  /** Reads 64 bits into the two halves; bits beyond are dropped. */
  #readVarint(end: number): void {
    const { bytes } = this;
    let { at } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw cutShort();
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.at = at;
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw new MalformedMessageError('proto: integer overflow');
  }
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW_WORD = isLittleEndian ? 0 : 1;
const HIGH_WORD = 1 - LOW_WORD;

/** The bytes end within a message. */
function cutShort(): MalformedMessageError {
  return new MalformedMessageError('unexpected EOF');
}

function negativeLength(): MalformedMessageError {
  return new MalformedMessageError('proto: negative length found during unmarshaling');
}
