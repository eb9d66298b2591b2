import {
  isStaleNaN,
  NO_ADDRESS,
  type SharedAddress,
  type SharedAllocator,
  type SharedViews,
} from '@narthex/bytes';
import {
  blankSampleCount,
  CHUNK_HEADER_BYTES,
  chunkSampleCount,
  HistogramEncoder,
  MAX_SAMPLE_BYTES,
  type ResetHeader,
  resumeHistogramChunk,
  XOR2_HEADER_BYTES,
} from '@narthex/chunks';
import { type NativeHistogram } from '@narthex/model';
import { CHUNK_ENCODING } from '@narthex/storage';
import { ENTRY, PIECE, ROW, WORD_BYTES } from '../shared/layout.js';
import {
  evenCut,
  HISTOGRAM_CHUNK_BYTES,
  LEAST_HISTOGRAMS,
  MAX_CHUNK_BYTES,
  rangeEnd,
  SAMPLES_PER_CHUNK,
} from './chunk-cutting.js';
import {
  histogramEncoding,
  holdsFloats,
  holdsIntegers,
  keepsHistogramStarts,
} from '../samples/encoding-kinds.js';
import { ChunkFormat } from './chunk-format.js';
import { retirePieces } from './chunk-memory.js';
import { FileReferences } from './file-references.js';
import { storeChunk } from './piece-writer.js';
import { HistogramSeries, type OpenHistograms } from './histogram-series.js';
import { isMarker, STALE_HIGH, STALE_LOW } from './stale-marker.js';
import { retireIntervals, withInterval } from './tombstone-block.js';
import { XorSeries } from './xor-series.js';
import { Xor2Series } from './xor2-series.js';

const ENTRY_BYTES = ENTRY.words * WORD_BYTES;

export interface SeriesStoreOptions {
  readonly allocator: SharedAllocator;
  /** Chunks end at multiples of this. */
  readonly chunkRangeMs: number;
  /** How many samples a chunk of floats should get; default 120. */
  readonly samplesPerChunk?: number;
  readonly format?: ChunkFormat;
}

/** The open chunk of a series, as a snapshot keeps it. */
export interface OpenChunk {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly encoding: number;
  /** With its count in front. */
  readonly bytes: Uint8Array;
  /** The bits of the last value, where it is a float. */
  readonly lastHigh: number;
  readonly lastLow: number;
}

/**
 * Samples and chunks of single series, by the address of their rows. Every method that changes a row must run inside
 * a publication window.
 */
export class SeriesStore {
  /** Chunks there are now, full and open. */
  chunkCount = 0;
  chunksCreated = 0;
  chunksRemoved = 0;
  /** Series whose last sample is a stale marker. */
  staleSeries = 0;
  /** Full chunks that are in memory still. */
  unwritten = 0;
  /** The files that hold the others. */
  readonly files = new FileReferences();
  /** How new chunks are encoded. */
  readonly format: ChunkFormat;
  readonly #histograms: HistogramSeries;
  readonly #xor: XorSeries;
  readonly #xor2: Xor2Series;
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;
  readonly #chunkRangeMs: number;
  readonly #samplesPerChunk: number;
  constructor(options: SeriesStoreOptions) {
    const { allocator, chunkRangeMs, samplesPerChunk = SAMPLES_PER_CHUNK, format } = options;
    this.format = format ?? new ChunkFormat();
    this.#xor = new XorSeries(allocator);
    this.#xor2 = new Xor2Series(allocator);
    this.#allocator = allocator;
    this.#views = allocator.views;
    this.#histograms = new HistogramSeries(allocator);
    this.#chunkRangeMs = chunkRangeMs;
    this.#samplesPerChunk = samplesPerChunk;
  }

  /** Makes a fresh row of zeros the row of a series. */
  initialise(row: SharedAddress, labels: SharedAddress, walRef: number): void {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    words[at + ROW.labels] = labels;
    this.#setDouble(row, ROW.lastTime, -Infinity);
    this.#setDouble(row, ROW.walRef, walRef);
  }

  lastTimeMs(row: SharedAddress): number {
    return this.#double(row, ROW.lastTime);
  }

  lastValue(row: SharedAddress): number {
    return this.#double(row, ROW.lastValue);
  }

  walRef(row: SharedAddress): number {
    return this.#double(row, ROW.walRef);
  }

  /** True when the last sample is a float of exactly this value, bit for bit. */
  lastValueIs(row: SharedAddress, high: number, low: number): boolean {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row) + ROW.lastValue;
    return words[at] === low && words[at + 1] === high && this.lastHistogramKind(row) === undefined;
  }

  /** Whether the last sample is a histogram that counts in whole numbers; undefined when it is none. */
  lastHistogramKind(row: SharedAddress): boolean | undefined {
    return this.#histograms.get(row)?.encoder.integer;
  }

  /** True when the last sample is this histogram; empty buckets do not count. */
  lastHistogramIs(row: SharedAddress, histogram: NativeHistogram, integer: boolean): boolean {
    return this.#histograms.lastIs(row, histogram, integer);
  }

  /**
   * Adds a float sample as part of a commit. False, and nothing done, unless it is newer than the series' last.
   *
   * @param startTimestampMs 0 where unknown; kept in chunks of encoding XOR2 only
   */
  append(
    row: SharedAddress,
    commit: number,
    timestampMs: number,
    high: number,
    low: number,
    startTimestampMs: number,
  ): boolean {
    const views = this.#views;
    const words = views.words(row);
    const doubles = views.doubles(row);
    const at = views.wordIndex(row);
    const atDouble = views.doubleIndex(row);
    const lastMs = doubles[atDouble + (ROW.lastTime >>> 1)]!;
    if (timestampMs <= lastMs) return false;
    const count = words[at + ROW.count]!;
    if ((words[at + ROW.commit]! | 0) !== commit) {
      words[at + ROW.commitBefore] = words[at + ROW.commit]!;
      words[at + ROW.countBefore] = count;
      words[at + ROW.commit] = commit;
    }
    const fresh = this.#needsNewChunk(words, doubles, at, atDouble, timestampMs, lastMs);
    if (fresh) this.#openChunk(row, words, at, timestampMs, this.format.floatEncoding);
    if (words[at + ROW.openEncoding] === CHUNK_ENCODING.xor) {
      this.#xor.append(words, at, doubles, atDouble, timestampMs, high, low);
    } else {
      this.#xor2.append(row, timestampMs, high, low, startTimestampMs);
    }
    this.#setLastValue(words, at, high, low);
    doubles[atDouble + (ROW.lastTime >>> 1)] = timestampMs;
    words[at + ROW.count] = count + 1;
    return true;
  }

  /** As {@link append}, of a histogram, which must be well formed. */
  appendHistogram(
    row: SharedAddress,
    commit: number,
    timestampMs: number,
    histogram: NativeHistogram,
    integer: boolean,
    startTimestampMs: number,
  ): boolean {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    if (timestampMs <= this.lastTimeMs(row)) return false;
    const count = words[at + ROW.count]!;
    if ((words[at + ROW.commit]! | 0) !== commit) {
      words[at + ROW.commitBefore] = words[at + ROW.commit]!;
      words[at + ROW.countBefore] = count;
      words[at + ROW.commit] = commit;
    }
    const known = this.#histograms.get(row);
    const open = known?.encoder.integer === integer ? known : undefined;
    let begins: { header: ResetHeader; foretold: boolean } | undefined;
    const isOfFormat =
      open !== undefined && (open.encoder.starts !== undefined) === this.format.histogramStarts;
    if (!isOfFormat || this.#isFull(row, words, at, open, timestampMs)) {
      const header = (open?.encoder ?? new HistogramEncoder(integer)).headerBehind(histogram);
      begins = { header, foretold: false };
    } else {
      const plan = open.encoder.plan(histogram);
      if (plan.kind === 'cut') {
        begins = { header: plan.header, foretold: open.foretold };
      } else {
        const encoder =
          plan.kind === 'recode'
            ? this.#histograms.recode(row, plan.positiveSpans, plan.negativeSpans)
            : open.encoder;
        this.#histograms.write(row, encoder, timestampMs, plan.histogram, startTimestampMs);
      }
    }
    if (begins !== undefined) {
      const withStarts = this.format.histogramStarts;
      this.#openChunk(row, words, at, timestampMs, histogramEncoding(integer, withStarts));
      const encoder = this.#histograms.begin(row, { integer, withStarts }, begins.header, begins.foretold);
      this.#histograms.write(row, encoder, timestampMs, histogram, startTimestampMs);
    }
    // Of a histogram nothing but the marker is noted here.
    const isStale = isStaleNaN(histogram.sum);
    this.#setLastValue(words, at, isStale ? STALE_HIGH : 0, isStale ? STALE_LOW : 0);
    this.#setDouble(row, ROW.lastTime, timestampMs);
    words[at + ROW.count] = count + 1;
    return true;
  }

  /** True when the last sample is a stale marker, of a float or a histogram. */
  isStale(row: SharedAddress): boolean {
    const at = this.#views.wordIndex(row) + ROW.lastValue;
    return isMarker(this.#views.words(row)[at + 1]!, this.#views.words(row)[at]!) === 1;
  }

  /** Drops the chunks that end before a time. True when none is left. */
  truncate(row: SharedAddress, minTimeMs: number): boolean {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    while (words[at + ROW.entryCount]! > 0) {
      const entry = words[at + ROW.firstEntry]!;
      if (this.#double(entry, ENTRY.maxTime) >= minTimeMs) return false;
      const from = this.#views.words(entry);
      const e = this.#views.wordIndex(entry);
      const file = from[e + ENTRY.file]!;
      if (file === 0) {
        this.#retirePieces(from[e + ENTRY.chunk]!, from[e + ENTRY.sizeBytes]!);
        words[at + ROW.unwritten]!--;
        this.unwritten--;
      } else {
        this.files.release(file);
        this.chunkCount--;
        this.chunksRemoved++;
      }
      words[at + ROW.entryCount]!--;
      words[at + ROW.firstEntry] = words[at + ROW.entryCount] === 0 ? NO_ADDRESS : from[e + ENTRY.next]!;
      this.#allocator.retire(entry, ENTRY_BYTES);
    }
    const open = words[at + ROW.open]!;
    if (open === NO_ADDRESS) return true;
    if (this.lastTimeMs(row) >= minTimeMs) return false;
    this.#retirePieces(open, (words[at + ROW.openBits]! + 7) >>> 3);
    this.#forget(row);
    words[at + ROW.open] = NO_ADDRESS;
    words[at + ROW.openBits] = 0;
    words[at + ROW.openFirst] = words[at + ROW.count]!;
    return true;
  }

  /** Gives back what a row without chunks still owns, before the row itself goes. */
  release(row: SharedAddress): void {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    const tombstones = words[at + ROW.tombstones]!;
    if (tombstones !== NO_ADDRESS) retireIntervals(this.#allocator, tombstones);
    words[at + ROW.tombstones] = NO_ADDRESS;
    words[at + ROW.labels] = NO_ADDRESS;
    this.#setLastValue(words, at, 0, 0);
  }

  /** Marks the samples between two times, both included, as deleted. */
  addTombstone(row: SharedAddress, minTimeMs: number, maxTimeMs: number): void {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    words[at + ROW.tombstones] = withInterval(
      this.#allocator,
      words[at + ROW.tombstones]!,
      minTimeMs,
      maxTimeMs,
    );
  }

  /** Whether the next sample begins a chunk, by the rules of Prometheus's head. */
  #needsNewChunk(
    words: Uint32Array,
    doubles: Float64Array,
    at: number,
    atDouble: number,
    timestampMs: number,
    lastMs: number,
  ): boolean {
    if (words[at + ROW.open] === NO_ADDRESS) return true;
    const encoding = words[at + ROW.openEncoding]!;
    // One kind of floats may follow the other at the next chunk, unless start timestamps would be lost till then.
    if (encoding !== this.format.floatEncoding && (this.format.storesStarts || !holdsFloats(encoding)))
      return true;
    if (words[at + ROW.openBits]! > 8 * (MAX_CHUNK_BYTES - MAX_SAMPLE_BYTES)) return true;
    const samples = (words[at + ROW.count]! - words[at + ROW.openFirst]!) >>> 0;
    const cutAt = atDouble + (ROW.cutAt >>> 1);
    if (samples === this.#samplesPerChunk >>> 2) {
      doubles[cutAt] = evenCut(doubles[atDouble + (ROW.openMinTime >>> 1)]!, lastMs, doubles[cutAt]!);
    }
    return timestampMs >= doubles[cutAt]! || samples >= 2 * this.#samplesPerChunk;
  }

  /** Whether the open chunk of histograms has had its time, by the rules of Prometheus's head. */
  #isFull(
    row: SharedAddress,
    words: Uint32Array,
    at: number,
    open: OpenHistograms,
    timestampMs: number,
  ): boolean {
    const sizeBytes = (words[at + ROW.openBits]! + 7) >>> 3;
    const firstMs = this.#double(row, ROW.openMinTime);
    const cutMs = this.#double(row, ROW.cutAt);
    const rangeEndMs = open.foretold ? rangeEnd(firstMs, this.#chunkRangeMs) : cutMs;
    if (!open.foretold && sizeBytes >= HISTOGRAM_CHUNK_BYTES / 4) {
      const ratio = HISTOGRAM_CHUNK_BYTES / sizeBytes;
      this.#setDouble(row, ROW.cutAt, evenCut(firstMs, this.lastTimeMs(row), cutMs, ratio));
      open.foretold = true;
    }
    const due = timestampMs >= this.#double(row, ROW.cutAt) || sizeBytes >= 2 * HISTOGRAM_CHUNK_BYTES;
    return due && (open.encoder.count >= LEAST_HISTOGRAMS || timestampMs >= rangeEndMs);
  }

  #openChunk(
    row: SharedAddress,
    words: Uint32Array,
    at: number,
    timestampMs: number,
    encoding: number,
  ): void {
    if (words[at + ROW.open] !== NO_ADDRESS) this.#closeChunk(row, words, at);
    this.#forget(row);
    const piece = this.#allocator.allocate(PIECE.bytes);
    this.#views
      .words(piece)
      .fill(0, this.#views.wordIndex(piece), this.#views.wordIndex(piece) + PIECE.data + 1);
    words[at + ROW.open] = piece;
    words[at + ROW.openTail] = piece;
    words[at + ROW.openBits] = 8 * (encoding === CHUNK_ENCODING.xor ? CHUNK_HEADER_BYTES : XOR2_HEADER_BYTES);
    words[at + ROW.openEncoding] = encoding;
    words[at + ROW.openFirst] = words[at + ROW.count]!;
    this.#setDouble(row, ROW.openMinTime, timestampMs);
    this.#setDouble(row, ROW.cutAt, rangeEnd(timestampMs, this.#chunkRangeMs));
    this.chunkCount++;
    this.chunksCreated++;
  }

  /** What is known of the open chunk apart from its row and its bytes holds no longer. */
  #forget(row: SharedAddress): void {
    this.#histograms.forget(row);
    this.#xor2.forget(row);
  }

  /** Gives the open chunk an entry behind those of the full ones. */
  #closeChunk(row: SharedAddress, words: Uint32Array, at: number): void {
    const entry = this.#allocator.allocate(ENTRY_BYTES);
    const to = this.#views.words(entry);
    const e = this.#views.wordIndex(entry);
    const first = words[at + ROW.openFirst]!;
    to[e + ENTRY.next] = NO_ADDRESS;
    to[e + ENTRY.chunk] = words[at + ROW.open]!;
    to[e + ENTRY.sizeBytes] = (words[at + ROW.openBits]! + 7) >>> 3;
    to[e + ENTRY.countAndEncoding] =
      ((words[at + ROW.count]! - first) & 0xffff) | (words[at + ROW.openEncoding]! << 16);
    to[e + ENTRY.first] = first;
    to[e + ENTRY.file] = 0;
    this.#setDouble(entry, ENTRY.minTime, this.#double(row, ROW.openMinTime));
    this.#setDouble(entry, ENTRY.maxTime, this.lastTimeMs(row));
    if (words[at + ROW.entryCount] === 0) {
      words[at + ROW.firstEntry] = entry;
    } else {
      const last = words[at + ROW.lastEntry]!;
      this.#views.words(last)[this.#views.wordIndex(last) + ENTRY.next] = entry;
    }
    words[at + ROW.lastEntry] = entry;
    words[at + ROW.entryCount]!++;
    words[at + ROW.unwritten]!++;
    this.unwritten++;
  }

  /**
   * Gives a row that has none the chunk that was open when a process ended. The next sample begins another one, as
   * upstream has it.
   * @throws ChunkError when histograms cannot be decoded
   */
  restoreOpen(row: SharedAddress, chunk: OpenChunk, commit: number): void {
    const { bytes, encoding, minTimeMs, maxTimeMs } = chunk;
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    const count = chunkSampleCount(encoding, bytes);
    let bitLength = 8 * bytes.length;
    if (!holdsFloats(encoding)) {
      const withStarts = keepsHistogramStarts(encoding);
      const resumed = resumeHistogramChunk(bytes, holdsIntegers(encoding), count, withStarts);
      this.#histograms.adopt(row, resumed.encoder);
      ({ bitLength } = resumed);
    }
    const stored = Uint8Array.from(bytes);
    blankSampleCount(encoding, stored);
    const chain = storeChunk(this.#allocator, stored);
    words[at + ROW.open] = chain.first;
    words[at + ROW.openTail] = chain.tail;
    words[at + ROW.openBits] = bitLength;
    words[at + ROW.openFirst] = words[at + ROW.count]!;
    words[at + ROW.openEncoding] = encoding;
    words[at + ROW.commit] = commit;
    words[at + ROW.count]! += count;
    this.#setLastValue(words, at, chunk.lastHigh, chunk.lastLow);
    this.#setDouble(row, ROW.openMinTime, minTimeMs);
    this.#setDouble(row, ROW.lastTime, maxTimeMs);
    this.#setDouble(row, ROW.cutAt, maxTimeMs);
    this.chunkCount++;
    this.chunksCreated++;
  }

  /** Ends the open chunk, if there is one, so that all chunks of the series are full ones. */
  seal(row: SharedAddress): void {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    if (words[at + ROW.open] === NO_ADDRESS) return;
    this.#closeChunk(row, words, at);
    this.#forget(row);
    words[at + ROW.open] = NO_ADDRESS;
    words[at + ROW.openBits] = 0;
    words[at + ROW.openFirst] = words[at + ROW.count]!;
  }

  #retirePieces(first: SharedAddress, sizeBytes: number): void {
    retirePieces(this.#allocator, first, sizeBytes);
    this.chunkCount--;
    this.chunksRemoved++;
  }

  #setLastValue(words: Uint32Array, at: number, high: number, low: number): void {
    const before = isMarker(words[at + ROW.lastValue + 1]!, words[at + ROW.lastValue]!);
    this.staleSeries += isMarker(high, low) - before;
    words[at + ROW.lastValue] = low;
    words[at + ROW.lastValue + 1] = high;
  }

  #double(address: SharedAddress, word: number): number {
    return this.#views.doubles(address)[this.#views.doubleIndex(address) + (word >>> 1)]!;
  }

  #setDouble(address: SharedAddress, word: number, value: number): void {
    this.#views.doubles(address)[this.#views.doubleIndex(address) + (word >>> 1)] = value;
  }
}
