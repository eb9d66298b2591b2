import { type SharedAddress, type SharedAllocator } from '@narthex/bytes';
import { MAX_XOR2_SAMPLE_BYTES, XOR2_STARTS_AT, Xor2Appender } from '@narthex/chunks';
import { ROW } from '../shared/layout.js';
import { lastByte, setHeaderByte, writeBehind } from './piece-writer.js';
import { RowMap } from './row-map.js';
import { isMarker } from './stale-marker.js';

/** What is to be known of an open chunk apart from what its row says. */
interface Xor2State {
  valueHigh: number;
  valueLow: number;
  startsHeader: number;
  startTimestampMs: number;
  distanceMs: number;
}

/**
 * Open chunks of floats in encoding XOR2. The row of a series holds nearly all of their state; objects are needed for
 * those alone that have a start timestamp, or end with a stale marker.
 */
export class Xor2Series {
  readonly #allocator: SharedAllocator;
  readonly #states = new RowMap<Xor2State>();
  readonly #xor2 = new Xor2Appender();
  /** The last, partial byte of a chunk, then what one sample adds. */
  readonly #scratch = new Uint8Array(1 + MAX_XOR2_SAMPLE_BYTES + 4);

  constructor(allocator: SharedAllocator) {
    this.#allocator = allocator;
  }

  /** The open chunk of the row has gone, or is no longer one of these. */
  forget(row: SharedAddress): void {
    this.#states.delete(row);
  }

  /**
   * Writes a sample behind the others of the open chunk, which is a fresh one while it has none, and notes in the row
   * how to go on with it. The row's last time and value, and its count, are still those before.
   */
  append(row: SharedAddress, timestampMs: number, high: number, low: number, startTimestampMs: number): void {
    const { views } = this.#allocator;
    const words = views.words(row);
    const doubles = views.doubles(row);
    const at = views.wordIndex(row);
    const atDouble = views.doubleIndex(row);
    const xor2 = this.#xor2;
    xor2.clear();
    xor2.count = (words[at + ROW.count]! - words[at + ROW.openFirst]!) >>> 0;
    if (xor2.count > 0) this.#load(row, words, at, doubles, atDouble);
    const usedBits = xor2.bitLength & 7;
    const firstByte = xor2.bitLength >>> 3;
    const tail = words[at + ROW.openTail]!;
    const scratch = this.#scratch;
    if (usedBits !== 0) scratch[0] = lastByte(views, tail, firstByte);
    xor2.resumeAt(scratch, usedBits);
    const headerChanged = xor2.append(timestampMs, high, low, startTimestampMs);
    const bytes = scratch.subarray(0, xor2.byteLength - firstByte);
    words[at + ROW.openTail] = writeBehind(this.#allocator, tail, firstByte, usedBits, bytes);
    if (headerChanged) setHeaderByte(views, words[at + ROW.open]!, XOR2_STARTS_AT, xor2.starts.header);
    words[at + ROW.openBits] = xor2.bitLength;
    words[at + ROW.window] = xor2.leading | (xor2.trailing << 8);
    doubles[atDouble + (ROW.delta >>> 1)] = xor2.deltaMs;
    this.#keep(row, isMarker(high, low) === 1);
  }

  #load(row: SharedAddress, words: Uint32Array, at: number, doubles: Float64Array, atDouble: number): void {
    const xor2 = this.#xor2;
    xor2.bitLength = words[at + ROW.openBits]!;
    xor2.timestampMs = doubles[atDouble + (ROW.lastTime >>> 1)]!;
    xor2.deltaMs = doubles[atDouble + (ROW.delta >>> 1)]!;
    const window = words[at + ROW.window]!;
    xor2.leading = window & 0xff;
    xor2.trailing = window >>> 8;
    const state = this.#states.get(row);
    xor2.valueHigh = state?.valueHigh ?? words[at + ROW.lastValue + 1]!;
    xor2.valueLow = state?.valueLow ?? words[at + ROW.lastValue]!;
    if (state !== undefined) xor2.starts.resume(state.startsHeader, state.startTimestampMs, state.distanceMs);
  }

  #keep(row: SharedAddress, isStale: boolean): void {
    const { valueHigh, valueLow, starts } = this.#xor2;
    const { header: startsHeader, timestampMs: startTimestampMs, distanceMs } = starts;
    const state = this.#states.get(row);
    if (!isStale && startsHeader === 0) {
      if (state !== undefined) this.#states.delete(row);
    } else if (state === undefined) {
      this.#states.set(row, { valueHigh, valueLow, startsHeader, startTimestampMs, distanceMs });
    } else {
      state.valueHigh = valueHigh;
      state.valueLow = valueLow;
      state.startsHeader = startsHeader;
      state.startTimestampMs = startTimestampMs;
      state.distanceMs = distanceMs;
    }
  }
}
