import { NO_ADDRESS, type SharedAddress, type SharedAllocator, type SharedViews } from '@narthex/bytes';
import { MAX_SAMPLE_BYTES, XorAppender } from '@narthex/chunks';
import { PIECE, ROW, WORD_BYTES } from '../shared/layout.js';

const PIECE_DATA_AT = PIECE.data * WORD_BYTES;

/** Open chunks of floats in encoding XOR. The row of a series holds all of their state. */
export class XorSeries {
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;
  readonly #xor = new XorAppender();
  /** The last, partial byte of a chunk, then what one sample adds. */
  readonly #scratch = new Uint8Array(1 + MAX_SAMPLE_BYTES + 4);

  constructor(allocator: SharedAllocator) {
    this.#allocator = allocator;
    this.#views = allocator.views;
  }

  /**
   * Writes a sample behind the others of the open chunk, which is a fresh one while it has none, and notes in the row
   * how to go on with it. The row's last time and value, and its count, are still those before. The row comes as the
   * arrays and places of its words and doubles, which the caller knows.
   */
  append(
    words: Uint32Array,
    at: number,
    doubles: Float64Array,
    atDouble: number,
    timestampMs: number,
    high: number,
    low: number,
  ): void {
    const xor = this.#xor;
    const count = (words[at + ROW.count]! - words[at + ROW.openFirst]!) >>> 0;
    if (count === 0) {
      xor.clear();
    } else {
      xor.count = count;
      xor.bitLength = words[at + ROW.openBits]!;
      xor.timestampMs = doubles[atDouble + (ROW.lastTime >>> 1)]!;
      xor.deltaMs = doubles[atDouble + (ROW.delta >>> 1)]!;
      xor.valueLow = words[at + ROW.lastValue]!;
      xor.valueHigh = words[at + ROW.lastValue + 1]!;
      const window = words[at + ROW.window]!;
      xor.leading = window & 0xff;
      xor.trailing = window >>> 8;
    }
    this.#appendBits(words, at, timestampMs, high, low);
    words[at + ROW.openBits] = xor.bitLength;
    words[at + ROW.window] = xor.leading | (xor.trailing << 8);
    doubles[atDouble + (ROW.delta >>> 1)] = xor.deltaMs;
  }

  /** Encodes a sample behind the bits of the open chunk, whose state the appender holds. */
  #appendBits(words: Uint32Array, at: number, timestampMs: number, high: number, low: number): void {
    const xor = this.#xor;
    const scratch = this.#scratch;
    const views = this.#views;
    const usedBits = xor.bitLength & 7;
    const firstByte = xor.bitLength >>> 3;
    let piece = words[at + ROW.openTail]!;
    let bytes = views.bytes(piece);
    let place = firstByte % PIECE.dataBytes;
    let to = views.byteIndex(piece) + PIECE_DATA_AT + place;
    if (place + MAX_SAMPLE_BYTES < PIECE.dataBytes && (place > 0 || usedBits > 0 || firstByte === 0)) {
      // The sample ends within this piece, whatever it takes.
      xor.resumeAt(bytes, 8 * to + usedBits);
      xor.append(timestampMs, high, low);
      return;
    }
    if (usedBits !== 0) scratch[0] = bytes[to]!;
    xor.resumeAt(scratch, usedBits);
    xor.append(timestampMs, high, low);
    const count = ((xor.bitLength + 7) >>> 3) - firstByte;
    for (let i = 0; i < count; i++) {
      // The tail is full when the next byte would be the first of a piece.
      if (place === PIECE.dataBytes || (i === 0 && place === 0 && usedBits === 0 && firstByte > 0)) {
        piece = this.#addPiece(words, at, piece);
        bytes = views.bytes(piece);
        place = 0;
        to = views.byteIndex(piece) + PIECE_DATA_AT;
      }
      bytes[to++] = scratch[i]!;
      place++;
    }
  }

  #addPiece(words: Uint32Array, at: number, tail: SharedAddress): SharedAddress {
    const piece = this.#allocator.allocate(PIECE.bytes);
    this.#views.words(piece)[this.#views.wordIndex(piece) + PIECE.next] = NO_ADDRESS;
    this.#views.words(tail)[this.#views.wordIndex(tail) + PIECE.next] = piece;
    words[at + ROW.openTail] = piece;
    return piece;
  }
}
