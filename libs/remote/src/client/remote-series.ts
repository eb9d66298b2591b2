import { crc32c, WireReader } from '@narthex/bytes';
import { openChunk, chunkSampleCount, SAMPLE_KIND } from '@narthex/chunks';
import { Labels } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { RemoteReadError } from '../errors.js';
import { readHistogram } from '../write/histogram-message.js';
import { HISTOGRAM, LABEL, SAMPLE, TIME_SERIES } from '../wire/message-shapes.js';
import { type StoreSeries } from './port-protocol.js';
import {
  CHUNK,
  CHUNKED_READ_RESPONSE,
  CHUNKED_SERIES,
  QUERY_RESULT,
  READ_RESPONSE,
} from './read-answer-shapes.js';

/** One series of a store's answer. */
export interface RemoteSeries {
  readonly labels: Labels;
  /** Appends its samples between two times, both included, oldest first. @throws ChunkError */
  readonly read: (minTimeMs: number, maxTimeMs: number, into: SampleColumns) => void;
}

/**
 * The series of an answer, sorted by labels. Chunks are decoded when they are read.
 * @throws RemoteReadError, MalformedMessageError for an answer that is none
 */
export function remoteSeries(answer: StoreSeries): readonly RemoteSeries[] {
  const { bytes, addedLabels } = answer;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const series =
    answer.form === 'samples' ? sampledSeries(buffer) : chunkedSeries(buffer, answer.frameLimitBytes);
  const added = new Set(addedLabels);
  return series
    .map(({ labels, read }) => ({ labels: labels.filter((name) => !added.has(name)), read }))
    .sort((a, b) => a.labels.compare(b.labels));
}

function sampledSeries(message: Buffer): RemoteSeries[] {
  const reader = new WireReader(message);
  const series: RemoteSeries[] = [];
  // One query was asked, so there is one result.
  while (reader.next(READ_RESPONSE, message.length)) {
    const end = reader.messageEnd(message.length);
    while (reader.next(QUERY_RESULT, end)) series.push(timeSeries(reader, reader.messageEnd(end)));
  }
  return series;
}

function timeSeries(reader: WireReader, end: number): RemoteSeries {
  const { field } = TIME_SERIES;
  const pairs: [string, string][] = [];
  const samples = new SampleColumns(16);
  const bits = new ValueBits();
  while (reader.next(TIME_SERIES, end)) {
    const itemEnd = reader.messageEnd(end);
    if (reader.field === field.Labels) pairs.push(label(reader, itemEnd));
    else if (reader.field === field.Samples) sample(reader, itemEnd, bits, samples);
    else if (reader.field === field.Histograms) {
      const { timestampMs, histogram } = readHistogram(reader, itemEnd, HISTOGRAM);
      samples.pushHistogram(timestampMs, histogram);
    } else reader.at = itemEnd;
  }
  const order = byTime(samples);
  return {
    labels: Labels.of(pairs),
    read: (minTimeMs, maxTimeMs, into) => {
      for (const at of order) {
        const timestampMs = samples.timestampsMs[at]!;
        if (timestampMs >= minTimeMs && timestampMs <= maxTimeMs) copySample(samples, at, into);
      }
    },
  };
}

function label(reader: WireReader, end: number): [string, string] {
  let name = '';
  let value = '';
  while (reader.next(LABEL, end)) {
    if (reader.field === LABEL.field.Name) name = reader.text(end);
    else value = reader.text(end);
  }
  return [name, value];
}

/** Room for the bits of one value. */
class ValueBits {
  readonly words = new Uint32Array(2);

  clear(): void {
    this.words.fill(0);
  }

  pushTo(into: SampleColumns, timestampMs: number): void {
    into.pushBits(timestampMs, this.words[HIGH]!, this.words[LOW]!);
  }
}

const [LOW, HIGH] = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? [0, 1] : [1, 0];

function sample(reader: WireReader, end: number, bits: ValueBits, into: SampleColumns): void {
  let timestampMs = 0;
  bits.clear();
  while (reader.next(SAMPLE, end)) {
    if (reader.field === SAMPLE.field.Value) reader.doubleInto(bits.words, 0, end);
    else timestampMs = reader.integer(end);
  }
  bits.pushTo(into, timestampMs);
}

/** Floats and histograms come apart: the places in the order of their times. */
function byTime({ timestampsMs, histograms, length }: SampleColumns): Uint32Array {
  const order = Uint32Array.from({ length }, (_, at) => at);
  return histograms === undefined ? order : order.sort((a, b) => timestampsMs[a]! - timestampsMs[b]!);
}

/** Copies one sample with every bit. */
export function copySample(from: SampleColumns, at: number, into: SampleColumns): void {
  const timestampMs = from.timestampsMs[at]!;
  const histogram = from.histograms?.[at];
  if (histogram !== undefined) {
    into.pushHistogram(timestampMs, histogram);
    return;
  }
  const words = new Uint32Array(from.values.buffer, from.values.byteOffset + 8 * at, 2);
  into.pushBits(timestampMs, words[HIGH]!, words[LOW]!);
}

interface ReceivedChunk {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly encoding: number;
  readonly bytes: Uint8Array;
}

/** A series may take several frames, one behind the other. */
function chunkedSeries(stream: Buffer, frameLimitBytes: number): RemoteSeries[] {
  const series: { readonly labels: Labels; readonly chunks: ReceivedChunk[] }[] = [];
  for (const frame of frames(stream, frameLimitBytes)) {
    const reader = new WireReader(frame);
    while (reader.next(CHUNKED_READ_RESPONSE, frame.length)) {
      if (reader.field === CHUNKED_READ_RESPONSE.field.QueryIndex) {
        reader.integer(frame.length);
        continue;
      }
      const { labels, chunks } = chunksOf(reader, reader.messageEnd(frame.length));
      const last = series.at(-1);
      if (last?.labels.equals(labels) === true) last.chunks.push(...chunks);
      else series.push({ labels, chunks });
    }
  }
  return series.map(({ labels, chunks }) => ({
    labels,
    read: (minTimeMs, maxTimeMs, into) => readChunks(chunks, minTimeMs, maxTimeMs, into),
  }));
}

function chunksOf(
  reader: WireReader,
  end: number,
): { readonly labels: Labels; readonly chunks: ReceivedChunk[] } {
  const pairs: [string, string][] = [];
  const chunks: ReceivedChunk[] = [];
  while (reader.next(CHUNKED_SERIES, end)) {
    const itemEnd = reader.messageEnd(end);
    if (reader.field === CHUNKED_SERIES.field.Labels) pairs.push(label(reader, itemEnd));
    else chunks.push(chunk(reader, itemEnd));
  }
  return { labels: Labels.of(pairs), chunks };
}

function chunk(reader: WireReader, end: number): ReceivedChunk {
  const { field } = CHUNK;
  const read: { -readonly [K in keyof ReceivedChunk]: ReceivedChunk[K] } = {
    minTimeMs: 0,
    maxTimeMs: 0,
    encoding: 0,
    bytes: new Uint8Array(0),
  };
  while (reader.next(CHUNK, end)) {
    if (reader.field === field.MinTimeMs) read.minTimeMs = reader.integer(end);
    else if (reader.field === field.MaxTimeMs) read.maxTimeMs = reader.integer(end);
    else if (reader.field === field.Type) read.encoding = reader.integer(end);
    else {
      const stop = reader.messageEnd(end);
      read.bytes = reader.bytes.subarray(reader.at, stop);
      reader.at = stop;
    }
  }
  return read;
}

/** Samples of chunks that overlap come in order, and those of the same time once. */
function readChunks(
  chunks: readonly ReceivedChunk[],
  minTimeMs: number,
  maxTimeMs: number,
  into: SampleColumns,
): void {
  const samples = new SampleColumns();
  const bits = new ValueBits();
  const wanted = chunks.filter((one) => one.maxTimeMs >= minTimeMs && one.minTimeMs <= maxTimeMs);
  for (const { encoding, bytes } of wanted) {
    const cursor = openChunk(encoding, bytes, chunkSampleCount(encoding, bytes));
    while (cursor.next()) {
      if (cursor.timestampMs < minTimeMs || cursor.timestampMs > maxTimeMs) continue;
      if (cursor.kind === SAMPLE_KIND.float) {
        cursor.copyValue(bits.words, 0);
        bits.pushTo(samples, cursor.timestampMs);
      } else samples.pushHistogram(cursor.timestampMs, cursor.histogram());
    }
  }
  const order = Uint32Array.from({ length: samples.length }, (_, at) => at);
  const isSorted = wanted.every((one, at) => at === 0 || wanted[at - 1]!.maxTimeMs < one.minTimeMs);
  if (!isSorted) order.sort((a, b) => samples.timestampsMs[a]! - samples.timestampsMs[b]! || a - b);
  let lastMs = -Infinity;
  for (const at of order) {
    const timestampMs = samples.timestampsMs[at]!;
    if (timestampMs === lastMs) continue;
    lastMs = timestampMs;
    copySample(samples, at, into);
  }
}

/** The messages of a stream: each behind its length as a varint and its CRC-32C. */
function* frames(stream: Buffer, limitBytes: number): IterableIterator<Buffer> {
  for (let at = 0; at < stream.length;) {
    let sizeBytes = 0;
    let shift = 1;
    let byte: number;
    do {
      if (at === stream.length || shift > 2 ** 49) throw new RemoteReadError('unexpected EOF');
      byte = stream[at++]!;
      sizeBytes += (byte & 0x7f) * shift;
      shift *= 128;
    } while (byte > 0x7f);
    if (sizeBytes > limitBytes) {
      throw new RemoteReadError(
        `chunkedReader: message size exceeded the limit ${limitBytes} bytes; got: ${sizeBytes} bytes`,
      );
    }
    if (at + 4 + sizeBytes > stream.length) throw new RemoteReadError('unexpected EOF');
    const checksum = stream.readUInt32BE(at);
    const frame = stream.subarray(at + 4, at + 4 + sizeBytes);
    if (crc32c(frame) !== checksum) {
      throw new RemoteReadError('chunkedReader: corrupted frame; checksum mismatch');
    }
    yield frame;
    at += 4 + sizeBytes;
  }
}
