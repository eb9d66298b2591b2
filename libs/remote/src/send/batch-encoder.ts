import { MessageWriter } from '@narthex/bytes';
import { encodeHistogram } from '../encode/histogram-encoder.js';
import { type Batch, ITEM_KIND } from './batch.js';
import { type SeriesStore } from './series-store.js';

/** A request, not compressed. */
export interface EncodedBatch {
  /** Valid until the next one is encoded. */
  readonly message: Uint8Array;
  /** Entries of metadata in it. */
  readonly metadataCount: number;
}

/** Makes requests of batches; the memory for it stays between them. */
export interface BatchEncoder {
  encode(batch: Batch): EncodedBatch;
}

/**
 * Writes a `prometheus.WriteRequest` (https://prometheus.io/docs/specs/prw/remote_write_spec/): each item is a series
 * of its own, in the order of the log, as upstream sends them.
 */
export class BatchEncoderV1 implements BatchEncoder {
  readonly #store: SeriesStore;
  readonly #writer = new MessageWriter(64 * 1024);

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  encode(batch: Batch): EncodedBatch {
    const writer = this.#writer;
    writer.clear();
    for (let at = 0; at < batch.length; at++) {
      const series = writer.begin(1);
      this.#labels(batch.rows[at]!);
      const kind = batch.kinds[at]!;
      if (kind === ITEM_KIND.sample) writeSample(writer, batch, at, 0);
      else if (kind === ITEM_KIND.exemplar) this.#exemplar(batch, at);
      else writeHistogram(writer, 4, batch, at, 0);
      writer.end(series);
    }
    return { message: writer.view(), metadataCount: 0 };
  }

  #labels(row: number): void {
    const writer = this.#writer;
    const { symbols } = this.#store;
    const labels = this.#store.labelsOf(row);
    for (let i = 0; i < labels.length; i++) writer.fields(symbols.encoded(labels[i]!));
  }

  #exemplar(batch: Batch, at: number): void {
    const writer = this.#writer;
    const exemplar = writer.begin(3);
    const pairs = batch.exemplarLabels[at]!;
    for (let i = 0; i < pairs.length; i += 2) {
      const label = writer.begin(1);
      writer.text(1, pairs[i]!);
      writer.text(2, pairs[i + 1]!);
      writer.end(label);
    }
    writer.doubleWords(2, batch.valueWords, at);
    writer.integer(3, batch.timestampsMs[at]!);
    writer.end(exemplar);
  }
}

/**
 * Writes an `io.prometheus.write.v2.Request` (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/): texts stand
 * once at its beginning, and metadata beside each item.
 */
export class BatchEncoderV2 implements BatchEncoder {
  readonly #store: SeriesStore;
  readonly #writer = new MessageWriter(16 * 1024);
  readonly #body = new MessageWriter(64 * 1024);
  /** By the number of a text in the pool: the request that had it last, and its place there. */
  #requests = new Uint32Array(0);
  #places = new Uint32Array(0);
  /** Texts that are not in the pool. */
  readonly #others = new Map<string, number>();
  #request = 0;
  #placeCount = 0;

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  encode(batch: Batch): EncodedBatch {
    this.#begin();
    const body = this.#body;
    let metadataCount = 0;
    for (let at = 0; at < batch.length; at++) {
      const row = batch.rows[at]!;
      const series = body.begin(5);
      const labels = body.begin(1);
      for (const symbol of this.#store.labelsOf(row)) body.varint(this.#placeOf(symbol));
      body.end(labels);
      const kind = batch.kinds[at]!;
      const startMs = batch.startsMs[at]!;
      if (kind === ITEM_KIND.sample) writeSample(body, batch, at, startMs);
      else if (kind === ITEM_KIND.exemplar) this.#exemplar(batch, at);
      else writeHistogram(body, 3, batch, at, startMs);
      if (this.#store.hasMetadata(row)) {
        this.#metadata(row);
        metadataCount++;
      }
      body.end(series);
    }
    this.#writer.raw(body.view());
    return { message: this.#writer.view(), metadataCount };
  }

  #begin(): void {
    this.#body.clear();
    this.#writer.clear();
    this.#writer.text(4, '');
    this.#placeCount = 1;
    this.#others.clear();
    this.#request++;
    const { end } = this.#store.symbols;
    if (this.#requests.length >= end) return;
    const requests = new Uint32Array(2 * end);
    requests.set(this.#requests);
    this.#requests = requests;
    const places = new Uint32Array(2 * end);
    places.set(this.#places);
    this.#places = places;
  }

  #placeOf(symbol: number): number {
    if (this.#requests[symbol] === this.#request) return this.#places[symbol]!;
    const encoded = this.#store.symbols.encoded(symbol);
    this.#requests[symbol] = this.#request;
    // The empty text stands first in every request.
    if (encoded.length === 1) return (this.#places[symbol] = 0);
    this.#writer.prefixed(4, encoded);
    return (this.#places[symbol] = this.#placeCount++);
  }

  #placeOfText(text: string): number {
    if (text === '') return 0;
    const symbol = this.#store.symbols.find(text);
    if (symbol !== undefined) return this.#placeOf(symbol);
    const known = this.#others.get(text);
    if (known !== undefined) return known;
    this.#writer.text(4, text);
    this.#others.set(text, this.#placeCount);
    return this.#placeCount++;
  }

  #exemplar(batch: Batch, at: number): void {
    const body = this.#body;
    const exemplar = body.begin(4);
    body.integers(
      1,
      batch.exemplarLabels[at]!.map((text) => this.#placeOfText(text)),
    );
    body.doubleWords(2, batch.valueWords, at);
    body.integer(3, batch.timestampsMs[at]!);
    body.end(exemplar);
  }

  #metadata(row: number): void {
    const body = this.#body;
    const metadata = body.begin(5);
    body.integer(1, this.#store.typeOf(row));
    body.integer(3, this.#placeOf(this.#store.helpOf(row)));
    body.integer(4, this.#placeOf(this.#store.unitOf(row)));
    body.end(metadata);
  }
}

/** The same message in both versions, but that only 2.0 says when a counter started; 0 for unknown. */
function writeSample(writer: MessageWriter, batch: Batch, at: number, startMs: number): void {
  const sample = writer.begin(2);
  writer.doubleWords(1, batch.valueWords, at);
  writer.integer(2, batch.timestampsMs[at]!);
  if (startMs !== 0) writer.integer(3, startMs);
  writer.end(sample);
}

function writeHistogram(
  writer: MessageWriter,
  field: number,
  batch: Batch,
  at: number,
  startTimestampMs: number,
): void {
  encodeHistogram(writer, field, {
    timestampMs: batch.timestampsMs[at]!,
    startTimestampMs,
    histogram: batch.histograms[at]!,
    integer: batch.kinds[at] === ITEM_KIND.histogram,
  });
}
