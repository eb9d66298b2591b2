import {
  CHUNK_HEADER_BYTES,
  HistogramChunk,
  MAX_SAMPLE_BYTES,
  MAX_XOR2_SAMPLE_BYTES,
  SAMPLE_KIND,
  setSampleCount,
  XOR2_HEADER_BYTES,
  XOR2_STARTS_AT,
  Xor2Appender,
  XorAppender,
} from '@narthex/chunks';
import { CHUNK_ENCODING, type ChunkRead } from '@narthex/storage';
import { type EncodedChunk } from './chunk-samples.js';
import { histogramEncoding } from './encoding-kinds.js';
import { SampleList } from './sample-list.js';

/** As upstream cuts the chunks of a series that it writes anew. */
const SAMPLES_A_CHUNK = 120;
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;

/**
 * Samples of one series, ascending in time, as chunks. A chunk ends where the kind of sample changes, after `most`
 * samples, and where a histogram does not fit behind the others. The bytes of each are its own. Start timestamps stay
 * where the list is of chunks that keep them.
 */
export function* chunksOf(list: SampleList, most = SAMPLES_A_CHUNK): IterableIterator<ChunkRead> {
  for (let from = 0; from < list.length;) {
    let to = from + 1;
    while (to < list.length && list.kinds[to] === list.kinds[from]) to++;
    if (list.kinds[from] === SAMPLE_KIND.float)
      yield* (list.usesXor2 ? xor2Chunks : xorChunks)(list, from, to, most);
    else yield* histogramChunks(list, from, to, most);
    from = to;
  }
}

/** What is left of a chunk without some of its samples, as one chunk of the same kind. @throws ChunkError */
export function* partOfChunk(
  chunk: EncodedChunk,
  keeps: (timestampMs: number) => boolean,
): IterableIterator<ChunkRead> {
  const left = new SampleList(chunk.sampleCount);
  left.addChunk(chunk, keeps);
  yield* chunksOf(left, chunk.sampleCount);
}

function* xorChunks(list: SampleList, start: number, end: number, most: number): IterableIterator<ChunkRead> {
  const { timestampsMs, valueWords } = list;
  const xor = new XorAppender();
  for (let from = start; from < end; from += most) {
    const to = Math.min(from + most, end);
    const bytes = new Uint8Array(CHUNK_HEADER_BYTES + MAX_SAMPLE_BYTES * (to - from));
    xor.create(bytes, 0);
    for (let i = from; i < to; i++)
      xor.append(timestampsMs[i]!, valueWords[2 * i + 1 - LOW]!, valueWords[2 * i + LOW]!);
    yield {
      minTimeMs: timestampsMs[from]!,
      maxTimeMs: xor.timestampMs,
      encoding: CHUNK_ENCODING.xor,
      sampleCount: xor.count,
      bytes: bytes.subarray(0, xor.byteLength),
    };
  }
}

function* xor2Chunks(
  list: SampleList,
  start: number,
  end: number,
  most: number,
): IterableIterator<ChunkRead> {
  const { timestampsMs, valueWords, startTimestampsMs } = list;
  const xor2 = new Xor2Appender();
  for (let from = start; from < end; from += most) {
    const to = Math.min(from + most, end);
    const bytes = new Uint8Array(XOR2_HEADER_BYTES + MAX_XOR2_SAMPLE_BYTES * (to - from));
    xor2.clear();
    xor2.resumeAt(bytes, xor2.bitLength);
    for (let i = from; i < to; i++) {
      const [high, low] = [valueWords[2 * i + 1 - LOW]!, valueWords[2 * i + LOW]!];
      xor2.append(timestampsMs[i]!, high, low, startTimestampsMs?.[i]);
    }
    setSampleCount(bytes, 0, xor2.count);
    bytes[XOR2_STARTS_AT] = xor2.starts.header;
    yield {
      minTimeMs: timestampsMs[from]!,
      maxTimeMs: xor2.timestampMs,
      encoding: CHUNK_ENCODING.xor2,
      sampleCount: xor2.count,
      bytes: bytes.subarray(0, xor2.byteLength),
    };
  }
}

/** A chunk of encoding XOR2 of one sample. */
export function singleFloatChunk(
  timestampMs: number,
  high: number,
  low: number,
  startTimestampMs: number,
): Uint8Array {
  const xor2 = new Xor2Appender();
  const bytes = new Uint8Array(XOR2_HEADER_BYTES + MAX_XOR2_SAMPLE_BYTES);
  xor2.clear();
  xor2.resumeAt(bytes, xor2.bitLength);
  xor2.append(timestampMs, high, low, startTimestampMs);
  setSampleCount(bytes, 0, 1);
  bytes[XOR2_STARTS_AT] = xor2.starts.header;
  return bytes.slice(0, xor2.byteLength);
}

function* histogramChunks(
  list: SampleList,
  start: number,
  end: number,
  most: number,
): IterableIterator<ChunkRead> {
  const integer = list.kinds[start] === SAMPLE_KIND.histogram;
  let chunk: HistogramChunk | undefined;
  let minTimeMs = 0;
  for (let i = start; i < end; i++) {
    const timestampMs = list.timestampsMs[i]!;
    const histogram = list.histograms[i]!;
    const startMs = list.keepsHistogramStarts ? (list.startTimestampsMs?.[i] ?? 0) : undefined;
    const open: HistogramChunk | undefined =
      chunk === undefined || chunk.encoder.count >= most
        ? undefined
        : chunk.append(timestampMs, histogram, startMs);
    const next: HistogramChunk =
      open ?? HistogramChunk.begin(integer, timestampMs, histogram, undefined, startMs);
    if (next.encoder.count === 1) {
      if (chunk !== undefined) yield finished(chunk, minTimeMs);
      minTimeMs = timestampMs;
    }
    chunk = next;
  }
  if (chunk !== undefined) yield finished(chunk, minTimeMs);
}

function finished(chunk: HistogramChunk, minTimeMs: number): ChunkRead {
  const { integer, count, timestampMs, starts } = chunk.encoder;
  return {
    minTimeMs,
    maxTimeMs: timestampMs,
    encoding: histogramEncoding(integer, starts !== undefined),
    sampleCount: count,
    bytes: chunk.bytes(),
  };
}
