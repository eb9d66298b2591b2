import { type BitReader } from '@narthex/bytes';
import { readVarbit, readVarint } from './varbit.js';

const FIRST_KNOWN = 0x80;

/**
 * Reads the start timestamps of encodings 4, 5 and 6, behind each sample: the first plain where there is one, the
 * others from the sample on at which it changed first, as their distance to the time of the sample before, and how
 * that changed.
 */
export class StartTimestamps {
  /** Of the sample read last, in ms; 0 while unknown. */
  timestampMs = 0;
  readonly #firstKnown: boolean;
  readonly #changesAt: number;
  #distanceMs = 0;

  constructor(header: number) {
    this.#firstKnown = (header & FIRST_KNOWN) !== 0;
    this.#changesAt = header & ~FIRST_KNOWN;
  }

  /** Reads on behind sample `at`, counting from 0. @throws ShortBufferError */
  read(bits: BitReader, at: number, timestampMs: number, timestampBeforeMs: number): void {
    if (at === 0) {
      if (this.#firstKnown) this.timestampMs = timestampMs - readVarint(bits);
      return;
    }
    if (this.#changesAt === 0 || at < this.#changesAt) return;
    const distanceMs = readVarbit(bits);
    this.#distanceMs = at === this.#changesAt ? distanceMs : this.#distanceMs + distanceMs;
    this.timestampMs = timestampBeforeMs - this.#distanceMs;
  }
}
