import { ByteWriter, type SharedAddress } from '@narthex/bytes';
import { HistogramChunk } from '@narthex/chunks';
import { CHUNK_ENCODING, StorageError } from '@narthex/storage';
import { encodeHistograms, encodeSamples, type HistogramRecord, SampleBatch } from '@narthex/wal';
import { type OooStore, SAMPLES_PER_OOO_CHUNK } from './ooo-store.js';

/** Samples added in one publication window; now and then one of them makes a chunk. */
const WINDOW_SAMPLES = 64;
const WINDOW_HISTOGRAMS = 16;

/** Where out-of-order samples are written before they show. Throws when a batch could not be written whole. */
export interface OooLog {
  append(records: readonly Uint8Array[]): void;
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

  constructor(store: OooStore) {
    this.#store = store;
  }

  get length(): number {
    return this.#floats.length + this.#histograms.length;
  }

  /** Notes a sample of the series that the log knows as `ref`. */
  collect(row: SharedAddress, ref: number, timestampMs: number, high: number, low: number): void {
    this.#floatRows[this.#floats.length] = row;
    put(this.#floats, ref, timestampMs, high, low);
  }

  collectHistogram(row: SharedAddress, record: HistogramRecord): void {
    this.#histogramRows.push(row);
    this.#histograms.push(record);
  }

  /**
   * Adds what was collected, unless the same times are there, and writes it to the log.
   * @throws StorageError with code `WAL_WRITE`; nothing of it is kept then
   */
  addAll(target: LateTarget, log: OooLog | undefined): LateCounts {
    const store = this.#store;
    store.begin();
    inWindows(target, this.#floats.length, WINDOW_SAMPLES, (i) => this.#addFloat(i, target.commit));
    inWindows(target, this.#histograms.length, WINDOW_HISTOGRAMS, (i) =>
      this.#addHistogram(i, target.commit),
    );
    const counts = { floats: this.#addedFloats.length, histograms: this.#addedHistograms.length };
    try {
      if (log !== undefined && counts.floats + counts.histograms > 0) log.append(this.#records());
      store.settle();
      return counts;
    } catch (cause) {
      target.publish(() => store.undo(this.#touched));
      throw new StorageError('WAL_WRITE', cause instanceof Error ? cause.message : String(cause), { cause });
    } finally {
      this.#clear();
    }
  }

  #addFloat(i: number, commit: number): void {
    const { refs, timestampsMs, valueWords } = this.#floats;
    const block = this.#blockFor(this.#floatRows[i]!, commit);
    const [low, high] = [valueWords[2 * i]!, valueWords[2 * i + 1]!];
    if (this.#store.insertFloat(block, timestampsMs[i]!, high, low))
      put(this.#addedFloats, refs[i]!, timestampsMs[i]!, high, low);
  }

  #addHistogram(i: number, commit: number): void {
    const record = this.#histograms[i]!;
    const { timestampMs, histogram, integer } = record;
    const block = this.#blockFor(this.#histogramRows[i]!, commit);
    const chunk = HistogramChunk.begin(integer, timestampMs, histogram).bytes();
    const encoding = integer ? CHUNK_ENCODING.histogram : CHUNK_ENCODING.floatHistogram;
    if (this.#store.insertHistogram(block, timestampMs, encoding, chunk)) this.#addedHistograms.push(record);
  }

  /** The block of a series, with room for one more sample. */
  #blockFor(row: SharedAddress, commit: number): SharedAddress {
    const store = this.#store;
    const block = store.ensureBlock(row);
    if (store.beginCommit(block, commit)) this.#touched.push(block);
    if (store.buffered(block) === SAMPLES_PER_OOO_CHUNK) store.cut(block);
    return block;
  }

  #records(): Uint8Array[] {
    const writer = this.#writer.clear();
    const ends: number[] = [0];
    if (this.#addedFloats.length > 0) {
      encodeSamples(writer, this.#addedFloats);
      ends.push(writer.length);
    }
    encodeHistograms(writer, this.#addedHistograms, (_start, end) => ends.push(end));
    const bytes = writer.view();
    return ends.slice(1).map((end, at) => bytes.subarray(ends[at], end));
  }

  #clear(): void {
    this.#floats.clear();
    this.#addedFloats.clear();
    this.#floatRows = [];
    this.#histograms = [];
    this.#histogramRows = [];
    this.#addedHistograms = [];
    this.#touched = [];
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

function put(batch: SampleBatch, ref: number, timestampMs: number, high: number, low: number): void {
  const at = batch.grow();
  batch.refs[at] = ref;
  batch.timestampsMs[at] = timestampMs;
  batch.valueWords[2 * at] = low;
  batch.valueWords[2 * at + 1] = high;
  batch.startTimestampsMs[at] = 0;
}
