import { openChunk } from '@narthex/chunks';
import { CHUNK_ENCODING, type ChunkRead } from '@narthex/storage';
import { distributionText } from './distribution.js';

/** How full the chunks of a block are. */
export class ChunkStatistics {
  readonly #floatSamples: number[] = [];
  readonly #floatBytes: number[] = [];
  readonly #histogramSamples: number[] = [];
  readonly #histogramBytes: number[] = [];
  readonly #histogramBuckets: number[] = [];
  #count = 0;

  add(chunk: ChunkRead): void {
    this.#count++;
    const { encoding, sampleCount, bytes } = chunk;
    if (encoding === CHUNK_ENCODING.xor || encoding === CHUNK_ENCODING.xor2) {
      this.#floatSamples.push(sampleCount);
      this.#floatBytes.push(bytes.length);
      return;
    }
    this.#histogramSamples.push(sampleCount);
    this.#histogramBytes.push(bytes.length);
    this.#histogramBuckets.push(bucketsOf(chunk));
  }

  text(): string {
    return [
      distributionText('samples per float chunk', this.#floatSamples, this.#count),
      distributionText('bytes per float chunk', this.#floatBytes, this.#count),
      distributionText('samples per histogram chunk', this.#histogramSamples, this.#count),
      distributionText('bytes per histogram chunk', this.#histogramBytes, this.#count),
      distributionText('buckets per histogram chunk', this.#histogramBuckets, this.#count),
    ].join('');
  }
}

/** Buckets of all histograms of a chunk taken together, empty ones that the layout has included. */
function bucketsOf({ encoding, bytes, sampleCount }: ChunkRead): number {
  const cursor = openChunk(encoding, bytes, sampleCount);
  let buckets = 0;
  while (cursor.next()) {
    const { positiveBuckets, negativeBuckets } = cursor.histogram();
    buckets += positiveBuckets.length + negativeBuckets.length;
  }
  return buckets;
}
