import { type BitReader, type BitWriter } from '@narthex/bytes';
import { readVarbit, readVarint, writeVarbit, writeVarint } from './varbit.js';

const FIRST_KNOWN = 0x80;
/** Start timestamps follow every sample from this one on at the latest: the header has no room for a later one. */
const LATEST_CHANGE = 0x7f;

/** The most bits of one start timestamp. */
export const START_TIMESTAMP_BITS = 80;

/**
 * Reads and writes the start timestamps of encodings 4, 5 and 6, behind each sample: the first plain where there is
 * one, the others from the sample on at which it changed first, as their distance to the time of the sample before, and
 * how that changed. A byte of the chunk's header says which samples have them.
 */
export class StartTimestamps {
  /** Of the sample read or written last, in ms; 0 while unknown. */
  timestampMs = 0;
  /** The byte of the chunk's header; it changes at most twice while a chunk is written. */
  header: number;
  /** From the time of the sample before to the last start timestamp, once these have changed. */
  distanceMs = 0;

  constructor(header = 0) {
    this.header = header;
  }

  /** Goes on writing where another left off; all zero for a new chunk. */
  resume(header: number, timestampMs: number, distanceMs: number): void {
    this.header = header;
    this.timestampMs = timestampMs;
    this.distanceMs = distanceMs;
  }

  /** Reads on behind sample `at`, counting from 0. @throws ShortBufferError */
  read(bits: BitReader, at: number, timestampMs: number, timestampBeforeMs: number): void {
    if (at === 0) {
      if ((this.header & FIRST_KNOWN) !== 0) this.timestampMs = timestampMs - readVarint(bits);
      return;
    }
    const changesAt = this.header & ~FIRST_KNOWN;
    if (changesAt === 0 || at < changesAt) return;
    const distanceMs = readVarbit(bits);
    this.distanceMs = at === changesAt ? distanceMs : this.distanceMs + distanceMs;
    this.timestampMs = timestampBeforeMs - this.distanceMs;
  }

  /** Writes what {@link read} reads. True when the header has changed. */
  write(
    bits: BitWriter,
    at: number,
    timestampMs: number,
    timestampBeforeMs: number,
    startTimestampMs: number,
  ): boolean {
    const beforeMs = this.timestampMs;
    this.timestampMs = startTimestampMs;
    if (at === 0) {
      if (startTimestampMs === 0) return false;
      writeVarint(bits, timestampMs - startTimestampMs);
      this.header = FIRST_KNOWN;
      return true;
    }
    const changes = (this.header & ~FIRST_KNOWN) === 0;
    if (changes && startTimestampMs === beforeMs && at !== LATEST_CHANGE) return false;
    const distanceMs = timestampBeforeMs - startTimestampMs;
    writeVarbit(bits, changes ? distanceMs : distanceMs - this.distanceMs);
    this.distanceMs = distanceMs;
    if (changes) this.header |= at;
    return changes;
  }
}
