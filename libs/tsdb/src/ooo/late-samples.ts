import { ByteWriter, type SharedAddress } from '@narthex/bytes';
import { HistogramChunk } from '@narthex/chunks';
import { CHUNK_ENCODING, StorageError } from '@narthex/storage';
import {
  encodeHistograms,
  encodeHistogramsV2,
  encodeMmapMarkers,
  encodeSamples,
  encodeSamplesV2,
  type HistogramRecord,
  type MmapMarkerRecord,
  SampleBatch,
} from '@narthex/wal';
import { type ChunkFormat } from '../head/chunk-format.js';
import { histogramEncoding } from '../samples/encoding-kinds.js';
import { singleFloatChunk } from '../samples/rewritten-samples.js';
import { type CutChunk, type OooStore, SAMPLES_PER_OOO_CHUNK } from './ooo-store.js';

/** Samples added in one publication window; now and then one of them makes a chunk. */
const WINDOW_SAMPLES = 64;
const WINDOW_HISTOGRAMS = 16;

/** Where out-of-order samples are written before they show. Throws when a batch could not be written whole. */
export interface OooLog {
  append(records: readonly Uint8Array[]): void;
}

/** Gives full chunks places in files, which they get to some time later. */
export interface LateChunkPlaces {
  /** The chunk's place in a file, as markers name it; `block` is that of the series that the log knows as `seriesRef`. */
  add(seriesRef: number, block: SharedAddress, chunk: CutChunk): number;
  /** What is added from here on may be taken back, until the event loop gets its turn. */
  begin(): void;
  takeBack(): void;
}

/** What a commit of late samples changes in the head. */
export interface LateTarget {
  /** Runs a change of published words in a window of its own. */
  readonly publish: (change: () => void) => void;
  /** The number of the commit at hand, which does not show yet. */
  readonly commit: number;
}

/** How many samples were added. */
export interface LateCounts {
  readonly floats: number;
  readonly histograms: number;
}

/** The samples of one commit that go out of order: collected while the others are appended, then added all at once. */
export class LateSamples {
  readonly #store: OooStore;
  readonly #format: ChunkFormat;
  readonly #writer = new ByteWriter();
  /** What is to be added, and the rows it belongs to. */
  readonly #floats = new SampleBatch(64);
  #floatRows: SharedAddress[] = [];
  #histograms: HistogramRecord[] = [];
  #histogramRows: SharedAddress[] = [];
  /** What was added, for the log. */
  readonly #addedFloats = new SampleBatch(64);
  #addedHistograms: HistogramRecord[] = [];
  #touched: SharedAddress[] = [];
  /** Of chunks that became full: they stand in front of the samples added since. */
  #markers: MmapMarkerRecord[] = [];
  /** Where the records end that are written already. */
  #ends: number[] = [];
  /** Undefined where full chunks stay in memory. */
  #places: LateChunkPlaces | undefined;

  constructor(store: OooStore, format: ChunkFormat) {
    this.#store = store;
    this.#format = format;
  }

  get length(): number {
    return this.#floats.length + this.#histograms.length;
  }

  /** Notes a sample of a batch, of the series that the log knows as `ref`. */
  collect(row: SharedAddress, ref: number, batch: SampleBatch, at: number): void {
    this.#floatRows[this.#floats.length] = row;
    put(this.#floats, ref, batch, at);
  }

  collectHistogram(row: SharedAddress, record: HistogramRecord): void {
    this.#histogramRows.push(row);
    this.#histograms.push(record);
  }

  /**
   * Adds what was collected, unless the same times are there, and writes it to the log.
   * @param places where full chunks go to; they stay in memory without it, or without a log to tell of them
   * @throws StorageError with code `WAL_WRITE`; nothing of it is kept then
   */
  addAll(target: LateTarget, log: OooLog | undefined, places?: LateChunkPlaces): LateCounts {
    const store = this.#store;
    store.begin();
    this.#places = log === undefined ? undefined : places;
    this.#places?.begin();
    this.#writer.clear();
    const counts = { floats: 0, histograms: 0 };
    inWindows(target, this.#floats.length, WINDOW_SAMPLES, (i) => {
      if (this.#addFloat(i, target.commit)) counts.floats++;
    });
    inWindows(target, this.#histograms.length, WINDOW_HISTOGRAMS, (i) => {
      if (this.#addHistogram(i, target.commit)) counts.histograms++;
    });
    try {
      if (log !== undefined && counts.floats + counts.histograms > 0) log.append(this.#records());
      store.settle();
      return counts;
    } catch (cause) {
      this.#places?.takeBack();
      target.publish(() => store.undo(this.#touched));
      throw new StorageError('WAL_WRITE', cause instanceof Error ? cause.message : String(cause), { cause });
    } finally {
      this.#clear();
    }
  }

  #addFloat(i: number, commit: number): boolean {
    const { refs, timestampsMs, startTimestampsMs, valueWords } = this.#floats;
    const ref = refs[i]!;
    const block = this.#blockFor(this.#floatRows[i]!, ref, commit);
    const [low, high] = [valueWords[2 * i]!, valueWords[2 * i + 1]!];
    const [timestampMs, startMs] = [timestampsMs[i]!, startTimestampsMs[i]!];
    // A sample that knows its start is kept as a chunk, as histograms are.
    const isNew =
      startMs === 0 || this.#format.floatEncoding === CHUNK_ENCODING.xor
        ? this.#store.insertFloat(block, timestampMs, high, low)
        : this.#store.insertChunk(
            block,
            timestampMs,
            CHUNK_ENCODING.xor2,
            singleFloatChunk(timestampMs, high, low, startMs),
          );
    if (isNew) put(this.#addedFloats, ref, this.#floats, i);
    return isNew;
  }

  #addHistogram(i: number, commit: number): boolean {
    const record = this.#histograms[i]!;
    const { ref, timestampMs, startTimestampMs, histogram, integer } = record;
    const withStarts = this.#format.histogramStarts;
    const block = this.#blockFor(this.#histogramRows[i]!, ref, commit);
    const startMs = withStarts ? startTimestampMs : undefined;
    const chunk = HistogramChunk.begin(integer, timestampMs, histogram, undefined, startMs).bytes();
    const encoding = histogramEncoding(integer, withStarts);
    if (!this.#store.insertChunk(block, timestampMs, encoding, chunk)) return false;
    this.#addedHistograms.push(record);
    return true;
  }

  /** The block of a series, with room for one more sample. */
  #blockFor(row: SharedAddress, ref: number, commit: number): SharedAddress {
    const store = this.#store;
    const block = store.ensureBlock(row);
    const isFirst = store.beginCommit(block, commit);
    if (isFirst) this.#touched.push(block);
    if (store.buffered(block) < SAMPLES_PER_OOO_CHUNK) return block;
    // Samples of the same commit that are in the chunk have to stand in front of its marker.
    if (!isFirst) this.#endRecords();
    for (const chunk of store.cut(block)) {
      if (this.#places !== undefined)
        this.#markers.push({ ref, chunkRef: this.#places.add(ref, block, chunk) });
    }
    return block;
  }

  /** Writes the records of what was added since the last time. */
  #endRecords(): void {
    const writer = this.#writer;
    const ends = this.#ends;
    const { storesStarts } = this.#format;
    if (this.#markers.length > 0) {
      encodeMmapMarkers(writer, this.#markers);
      ends.push(writer.length);
      this.#markers = [];
    }
    if (this.#addedFloats.length > 0) {
      (storesStarts ? encodeSamplesV2 : encodeSamples)(writer, this.#addedFloats);
      ends.push(writer.length);
      this.#addedFloats.clear();
    }
    const encode = storesStarts ? encodeHistogramsV2 : encodeHistograms;
    encode(writer, this.#addedHistograms, (_start, end) => ends.push(end));
    this.#addedHistograms = [];
  }

  #records(): Uint8Array[] {
    this.#endRecords();
    const bytes = this.#writer.view();
    return this.#ends.map((end, at) => bytes.subarray(at === 0 ? 0 : this.#ends[at - 1], end));
  }

  #clear(): void {
    this.#floats.clear();
    this.#addedFloats.clear();
    this.#floatRows = [];
    this.#histograms = [];
    this.#histogramRows = [];
    this.#addedHistograms = [];
    this.#touched = [];
    this.#markers = [];
    this.#ends = [];
  }
}

function inWindows(target: LateTarget, length: number, most: number, add: (i: number) => void): void {
  for (let from = 0; from < length; from += most) {
    const to = Math.min(from + most, length);
    target.publish(() => {
      for (let i = from; i < to; i++) add(i);
    });
  }
}

function put(to: SampleBatch, ref: number, from: SampleBatch, i: number): void {
  const at = to.grow();
  to.refs[at] = ref;
  to.timestampsMs[at] = from.timestampsMs[i]!;
  to.valueWords[2 * at] = from.valueWords[2 * i]!;
  to.valueWords[2 * at + 1] = from.valueWords[2 * i + 1]!;
  to.startTimestampsMs[at] = from.startTimestampsMs[i]!;
}
