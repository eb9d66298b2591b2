import { BitWriter, type SharedAddress, type SharedAllocator, type SharedViews } from '@narthex/bytes';
import {
  blankSampleCount,
  HISTOGRAM_HEADER_BYTES,
  HISTOGRAM_STARTS_AT,
  HistogramEncoder,
  recodeHistogramChunk,
  type ResetHeader,
} from '@narthex/chunks';
import {
  type BucketSpan,
  compactHistogram,
  COUNTER_RESET_HINT,
  histogramsEqual,
  type NativeHistogram,
} from '@narthex/model';
import { ROW } from '../shared/layout.js';
import { copyPieceBytes, retirePieces } from './chunk-memory.js';
import { lastByte, setHeaderByte, storeChunk, writeBehind, writePieces } from './piece-writer.js';
import { RowMap } from './row-map.js';

/** What main knows of a row whose open chunk holds histograms, apart from what the row says. */
export interface OpenHistograms {
  readonly encoder: HistogramEncoder;
  /** It was foretold when to cut the chunk. */
  foretold: boolean;
}

/**
 * The open chunks of histogram series. Their bytes stand in pieces as those of all others; how to go on with them is
 * known to objects that only such series have. Every method that changes a row must run inside a publication window.
 */
export class HistogramSeries {
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;
  readonly #open = new RowMap<OpenHistograms>();
  #scratch = new Uint8Array(256);

  constructor(allocator: SharedAllocator) {
    this.#allocator = allocator;
    this.#views = allocator.views;
  }

  /** Series whose open chunk holds histograms. */
  get size(): number {
    return this.#open.size;
  }

  get(row: SharedAddress): OpenHistograms | undefined {
    return this.#open.get(row);
  }

  /** The open chunk of the row has gone, or is no longer of histograms. */
  forget(row: SharedAddress): void {
    this.#open.delete(row);
  }

  /** Says how to go on with the open chunk of a row, which is in place. It has been foretold when to cut it. */
  adopt(row: SharedAddress, encoder: HistogramEncoder): void {
    this.#open.set(row, { encoder, foretold: true });
  }

  /** True when the last sample of the row is this histogram; empty buckets do not count. */
  lastIs(row: SharedAddress, histogram: NativeHistogram, integer: boolean): boolean {
    const known = this.#open.get(row);
    if (known?.encoder.integer !== integer) return false;
    const last = known.encoder.last(COUNTER_RESET_HINT.unknown);
    return histogramsEqual(compactHistogram(last), compactHistogram(histogram));
  }

  /** Begins the open chunk of a row, whose first piece is there, and puts the header into it. */
  begin(
    row: SharedAddress,
    { integer, withStarts }: { readonly integer: boolean; readonly withStarts: boolean },
    header: ResetHeader,
    foretold: boolean,
  ): HistogramEncoder {
    const encoder = new HistogramEncoder(integer, header, withStarts ? 0 : undefined);
    this.#open.set(row, { encoder, foretold });
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    const bytes = withStarts ? Uint8Array.of(header, 0, 0) : Uint8Array.of(0, 0, header);
    writePieces(this.#allocator, words[at + ROW.open]!, 0, bytes);
    words[at + ROW.openBits] = 8 * HISTOGRAM_HEADER_BYTES;
    return encoder;
  }

  /** Writes a histogram, planned by the encoder, behind the bits of the open chunk. */
  write(
    row: SharedAddress,
    encoder: HistogramEncoder,
    timestampMs: number,
    histogram: NativeHistogram,
    startTimestampMs: number,
  ): void {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    const bitLength = words[at + ROW.openBits]!;
    const usedBits = bitLength & 7;
    const firstByte = bitLength >>> 3;
    const room = ((usedBits + encoder.roomFor(histogram) + 7) >>> 3) + 8;
    if (room > this.#scratch.length) this.#scratch = new Uint8Array(2 * room);
    const scratch = this.#scratch;
    const tail = words[at + ROW.openTail]!;
    if (usedBits !== 0) scratch[0] = lastByte(this.#views, tail, firstByte);
    const bits = new BitWriter(scratch, usedBits);
    const headerBefore = encoder.starts?.header;
    encoder.write(bits, timestampMs, histogram, startTimestampMs);
    const bytes = scratch.subarray(0, (bits.position + 7) >>> 3);
    words[at + ROW.openTail] = writeBehind(this.#allocator, tail, firstByte, usedBits, bytes);
    const startsHeader = encoder.starts?.header;
    if (startsHeader !== undefined && startsHeader !== headerBefore)
      setHeaderByte(this.#views, words[at + ROW.open]!, HISTOGRAM_STARTS_AT, startsHeader);
    words[at + ROW.openBits] = 8 * firstByte + bits.position;
  }

  /** Puts the same histograms in wider spans in the place of the open chunk. */
  recode(
    row: SharedAddress,
    positiveSpans: readonly BucketSpan[],
    negativeSpans: readonly BucketSpan[],
  ): HistogramEncoder {
    const known = this.#open.get(row)!;
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    const sizeBytes = (words[at + ROW.openBits]! + 7) >>> 3;
    const first = words[at + ROW.open]!;
    const bytes = new Uint8Array(sizeBytes);
    copyPieceBytes(this.#allocator, first, sizeBytes, bytes, 0);
    const recoded = recodeHistogramChunk(bytes, known.encoder, positiveSpans, negativeSpans);
    const stored = recoded.bytes();
    // Readers have the count from the row.
    blankSampleCount(words[at + ROW.openEncoding]!, stored);
    const chain = storeChunk(this.#allocator, stored);
    words[at + ROW.open] = chain.first;
    words[at + ROW.openTail] = chain.tail;
    words[at + ROW.openBits] = recoded.bitLength;
    retirePieces(this.#allocator, first, sizeBytes);
    this.#open.set(row, { encoder: recoded.encoder, foretold: known.foretold });
    return recoded.encoder;
  }
}
