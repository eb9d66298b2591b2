import { type SharedRoom } from '@narthex/storage';
import { type GivenBlock } from '../read/given-series.js';

type Found = Pick<GivenBlock, 'length' | 'refs' | 'chunkEnds' | 'minTimesMs' | 'maxTimesMs' | 'chunkRefs'>;

/**
 * The series that a select found in a block and their chunks in the range, in columns: an object for each would cost
 * more than the data.
 */
export class FoundSeries {
  length = 0;
  refs: Uint32Array;
  /** The chunks of series i are `[chunkEnds[i - 1], chunkEnds[i])`. */
  chunkEnds: Uint32Array;
  chunkCount = 0;
  minTimesMs: Float64Array = new Float64Array(64);
  maxTimesMs: Float64Array = new Float64Array(64);
  chunkRefs: Float64Array = new Float64Array(64);

  constructor(capacity: number) {
    this.refs = new Uint32Array(capacity);
    this.chunkEnds = new Uint32Array(capacity);
  }

  /** Those that another thread has found. */
  static takeOver(given: Found): FoundSeries {
    const found = new FoundSeries(0);
    found.length = given.length;
    found.refs = given.refs;
    found.chunkEnds = given.chunkEnds;
    found.chunkCount = given.chunkRefs.length;
    found.minTimesMs = given.minTimesMs;
    found.maxTimesMs = given.maxTimesMs;
    found.chunkRefs = given.chunkRefs;
    return found;
  }

  handOver(room: SharedRoom): Found {
    const { length, chunkCount } = this;
    return {
      length,
      refs: room.copy(this.refs.subarray(0, length)),
      chunkEnds: room.copy(this.chunkEnds.subarray(0, length)),
      minTimesMs: room.copy(this.minTimesMs.subarray(0, chunkCount)),
      maxTimesMs: room.copy(this.maxTimesMs.subarray(0, chunkCount)),
      chunkRefs: room.copy(this.chunkRefs.subarray(0, chunkCount)),
    };
  }

  /** Adds a chunk to the series that {@link close} will add. */
  addChunk(ref: number, minTimeMs: number, maxTimeMs: number): void {
    const at = this.chunkCount++;
    if (at === this.chunkRefs.length) {
      this.minTimesMs = doubled(this.minTimesMs);
      this.maxTimesMs = doubled(this.maxTimesMs);
      this.chunkRefs = doubled(this.chunkRefs);
    }
    this.minTimesMs[at] = minTimeMs;
    this.maxTimesMs[at] = maxTimeMs;
    this.chunkRefs[at] = ref;
  }

  /** Adds the series whose chunks were added since the last one; not one without chunks. */
  close(ref: number): void {
    if (this.chunkCount === this.firstChunk(this.length)) return;
    this.refs[this.length] = ref;
    this.chunkEnds[this.length++] = this.chunkCount;
  }

  firstChunk(index: number): number {
    return index === 0 ? 0 : this.chunkEnds[index - 1]!;
  }
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
