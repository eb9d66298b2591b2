import { CHUNK_HEADER_BYTES, MAX_SAMPLE_BYTES, XorAppender } from '@narthex/chunks';
import { CHUNK_ENCODING, type ChunkRead, type SampleColumns } from '@narthex/storage';

/** As upstream cuts the chunks of a series that it writes anew. */
const SAMPLES_A_CHUNK = 120;
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;

/** Float samples, oldest first, as XOR chunks of at most 120. The bytes of each are its own. */
export function* xorChunks(samples: SampleColumns, most = SAMPLES_A_CHUNK): IterableIterator<ChunkRead> {
  const { timestampsMs, values, length } = samples;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const xor = new XorAppender();
  for (let from = 0; from < length; from += most) {
    const to = Math.min(from + most, length);
    const bytes = new Uint8Array(CHUNK_HEADER_BYTES + MAX_SAMPLE_BYTES * (to - from));
    xor.create(bytes, 0);
    for (let i = from; i < to; i++)
      xor.append(timestampsMs[i]!, words[2 * i + 1 - LOW]!, words[2 * i + LOW]!);
    yield {
      minTimeMs: timestampsMs[from]!,
      maxTimeMs: xor.timestampMs,
      encoding: CHUNK_ENCODING.xor,
      sampleCount: xor.count,
      bytes: bytes.subarray(0, xor.byteLength),
    };
  }
}
