import { type DiskChunk } from '../head/chunk-entries.js';
import { type ScannedChunk } from './chunk-file-scan.js';
import { markedPlace, recordHeadBytes } from './chunk-record.js';

/** A chunk of late samples, and the number by which the log knows its series. */
export interface FoundLateChunk {
  readonly seriesRef: number;
  readonly chunk: DiskChunk;
}

/** Chunks of out-of-order samples found in files, by their places, as markers in the log name them. */
export class FoundLateChunks {
  /** In the order of the files. */
  readonly #found = new Map<number, FoundLateChunk>();
  #lastTaken = -Infinity;

  /** How many nobody has taken. */
  get size(): number {
    return this.#found.size;
  }

  add(scanned: Readonly<ScannedChunk>): void {
    const { seriesRef, file, dataOffset, sizeBytes, sampleCount, encoding, minTimeMs, maxTimeMs } = scanned;
    const chunk = { file, dataOffset, sizeBytes, sampleCount, encoding, minTimeMs, maxTimeMs };
    this.#found.set(markedPlace(file, dataOffset - recordHeadBytes(sizeBytes)), { seriesRef, chunk });
  }

  /** Forgets the chunks of this file and of all behind it. */
  dropFrom(file: number): void {
    for (const [place, { chunk }] of this.#found) if (chunk.file >= file) this.#found.delete(place);
  }

  /** The chunk of a series at a place, which is not given a second time; undefined where there is none. */
  take(seriesRef: number, place: number): DiskChunk | undefined {
    const found = this.#found.get(place);
    if (found?.seriesRef !== seriesRef) return undefined;
    this.#found.delete(place);
    this.#lastTaken = Math.max(this.#lastTaken, place);
    return found.chunk;
  }

  /** Those that stand behind all that were taken. */
  *behindTaken(): Generator<FoundLateChunk> {
    for (const [place, found] of this.#found) if (place > this.#lastTaken) yield found;
  }

  /** Lets go of those that nobody took. */
  forget(): void {
    this.#found.clear();
  }
}
