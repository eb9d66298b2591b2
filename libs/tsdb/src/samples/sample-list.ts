import { openChunk, SAMPLE_KIND, type SampleCursor } from '@narthex/chunks';
import { type NativeHistogram } from '@narthex/model';
import { CHUNK_ENCODING } from '@narthex/storage';
import { type EncodedChunk } from './chunk-samples.js';
import { keepsHistogramStarts } from './encoding-kinds.js';

/** Samples to be written anew, of every kind, with what a chunk has to know of them. */
export class SampleList {
  length = 0;
  timestampsMs: Float64Array;
  /** One of `SAMPLE_KIND` each. */
  kinds: Uint8Array;
  /** Values of floats, bit for bit, as pairs of words in the order of the machine. */
  valueWords: Uint32Array;
  readonly histograms: (NativeHistogram | undefined)[] = [];
  /** In ms, 0 where unknown; undefined while no sample has one. */
  startTimestampsMs: Float64Array | undefined;
  /** Floats were, and are to be, in chunks of encoding XOR2. */
  usesXor2 = false;
  /** Histograms were, and are to be, in chunks that keep start timestamps. */
  keepsHistogramStarts = false;

  constructor(capacity: number) {
    this.timestampsMs = new Float64Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.valueWords = new Uint32Array(2 * capacity);
  }

  /** Adds the samples of a chunk that `keeps` wants, all of them by default. @throws ChunkError */
  addChunk({ encoding, bytes, sampleCount }: EncodedChunk, keeps?: (timestampMs: number) => boolean): void {
    const cursor = openChunk(encoding, bytes, sampleCount);
    if (encoding === CHUNK_ENCODING.xor2) this.usesXor2 = true;
    if (keepsHistogramStarts(encoding)) this.keepsHistogramStarts = true;
    while (cursor.next()) if (keeps === undefined || keeps(cursor.timestampMs)) this.add(cursor);
  }

  /** Adds a float, its value as it stands in a column of floats. */
  addFloat(timestampMs: number, words: Uint32Array, wordIndex: number): void {
    const at = this.#grow();
    this.timestampsMs[at] = timestampMs;
    this.kinds[at] = SAMPLE_KIND.float;
    this.valueWords[2 * at] = words[wordIndex]!;
    this.valueWords[2 * at + 1] = words[wordIndex + 1]!;
  }

  addHistogram(timestampMs: number, histogram: NativeHistogram, integer: boolean): void {
    const at = this.#grow();
    this.timestampsMs[at] = timestampMs;
    this.kinds[at] = integer ? SAMPLE_KIND.histogram : SAMPLE_KIND.floatHistogram;
    this.histograms[at] = histogram;
  }

  /** The same samples in order of time; of several at one time the one that was added first. */
  sorted(): SampleList {
    const places = Uint32Array.from({ length: this.length }, (_, place) => place);
    const times = this.timestampsMs;
    places.sort((a, b) => times[a]! - times[b]! || a - b);
    const sorted = new SampleList(this.length);
    sorted.usesXor2 = this.usesXor2;
    sorted.keepsHistogramStarts = this.keepsHistogramStarts;
    for (const place of places) {
      const at = sorted.length;
      if (at > 0 && sorted.timestampsMs[at - 1] === times[place]) continue;
      sorted.timestampsMs[at] = times[place]!;
      sorted.kinds[at] = this.kinds[place]!;
      sorted.valueWords[2 * at] = this.valueWords[2 * place]!;
      sorted.valueWords[2 * at + 1] = this.valueWords[2 * place + 1]!;
      sorted.histograms[at] = this.histograms[place];
      sorted.#setStart(at, this.startTimestampsMs?.[place] ?? 0);
      sorted.length++;
    }
    return sorted;
  }

  /** Adds the sample that a cursor stands at. */
  add(cursor: SampleCursor): void {
    if (cursor.kind !== SAMPLE_KIND.float) {
      this.addHistogram(cursor.timestampMs, cursor.histogram(), cursor.kind === SAMPLE_KIND.histogram);
    } else {
      const at = this.#grow();
      this.timestampsMs[at] = cursor.timestampMs;
      this.kinds[at] = SAMPLE_KIND.float;
      cursor.copyValue(this.valueWords, at);
    }
    this.#setStart(this.length - 1, cursor.startTimestampMs);
  }

  #setStart(at: number, startTimestampMs: number): void {
    if (startTimestampMs === 0) return;
    this.startTimestampsMs ??= new Float64Array(this.timestampsMs.length);
    this.startTimestampsMs[at] = startTimestampMs;
  }

  #grow(): number {
    const at = this.length++;
    if (at < this.timestampsMs.length) return at;
    const capacity = Math.max(16, 2 * at);
    const timestampsMs = new Float64Array(capacity);
    const kinds = new Uint8Array(capacity);
    const valueWords = new Uint32Array(2 * capacity);
    timestampsMs.set(this.timestampsMs);
    kinds.set(this.kinds);
    valueWords.set(this.valueWords);
    this.timestampsMs = timestampsMs;
    this.kinds = kinds;
    this.valueWords = valueWords;
    if (this.startTimestampsMs !== undefined) {
      const startTimestampsMs = new Float64Array(capacity);
      startTimestampsMs.set(this.startTimestampsMs);
      this.startTimestampsMs = startTimestampsMs;
    }
    return at;
  }
}
