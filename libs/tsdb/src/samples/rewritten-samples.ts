import {
  CHUNK_HEADER_BYTES,
  HistogramChunk,
  MAX_SAMPLE_BYTES,
  SAMPLE_KIND,
  XorAppender,
} from '@narthex/chunks';
import { CHUNK_ENCODING, type ChunkRead } from '@narthex/storage';
import { type EncodedChunk } from './chunk-samples.js';
import { SampleList } from './sample-list.js';

/** As upstream cuts the chunks of a series that it writes anew. */
const SAMPLES_A_CHUNK = 120;
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;

/**
 * Samples of one series, ascending in time, as chunks. A chunk ends where the kind of sample changes, after `most`
 * samples, and where a histogram does not fit behind the others. The bytes of each are its own. Start timestamps are
 * left out.
 */
export function* chunksOf(list: SampleList, most = SAMPLES_A_CHUNK): IterableIterator<ChunkRead> {
  for (let from = 0; from < list.length;) {
    let to = from + 1;
    while (to < list.length && list.kinds[to] === list.kinds[from]) to++;
    if (list.kinds[from] === SAMPLE_KIND.float) yield* floatChunks(list, from, to, most);
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

function* floatChunks(
  list: SampleList,
  start: number,
  end: number,
  most: number,
): IterableIterator<ChunkRead> {
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
    const open: HistogramChunk | undefined =
      chunk === undefined || chunk.encoder.count >= most ? undefined : chunk.append(timestampMs, histogram);
    const next: HistogramChunk = open ?? HistogramChunk.begin(integer, timestampMs, histogram);
    if (next.encoder.count === 1) {
      if (chunk !== undefined) yield finished(chunk, minTimeMs);
      minTimeMs = timestampMs;
    }
    chunk = next;
  }
  if (chunk !== undefined) yield finished(chunk, minTimeMs);
}

function finished(chunk: HistogramChunk, minTimeMs: number): ChunkRead {
  const { integer, count, timestampMs } = chunk.encoder;
  return {
    minTimeMs,
    maxTimeMs: timestampMs,
    encoding: integer ? CHUNK_ENCODING.histogram : CHUNK_ENCODING.floatHistogram,
    sampleCount: count,
    bytes: chunk.bytes(),
  };
}
