import { crc32c } from '@narthex/bytes';
import { bytesToPageEnd, FRAGMENT, FRAGMENT_HEADER_BYTES, PAGE_SIZE_BYTES } from './format.js';

const firstCapacityBytes = 2 * PAGE_SIZE_BYTES;

export interface FragmentCounts {
  fragments: number;
  fragmentBytes: number;
}

/**
 * Lays records out as fragments in pages, in memory that is reused, from a place in a segment on. A page in which no
 * further header fits is padded with zeros at once.
 */
export class PageBuffer {
  readonly #limitBytes: number;
  readonly #flush: (bytes: Uint8Array) => void;
  readonly #counts: FragmentCounts;
  #buffer = Buffer.alloc(firstCapacityBytes);
  #length = 0;
  #startBytes = 0;

  /** @param flush takes what is laid out when more than `limitBytes` would gather. */
  constructor(limitBytes: number, counts: FragmentCounts, flush: (bytes: Uint8Array) => void) {
    this.#limitBytes = limitBytes;
    this.#counts = counts;
    this.#flush = flush;
  }

  /** Offset in the segment behind what is laid out. */
  get offsetBytes(): number {
    return this.#startBytes + this.#length;
  }

  /** Forgets what is laid out and goes on at another place. */
  startAt(offsetBytes: number): void {
    this.#startBytes = offsetBytes;
    this.#length = 0;
  }

  /** Hands over what is laid out. */
  flush(): void {
    if (this.#length === 0) return;
    this.#flush(this.#buffer.subarray(0, this.#length));
    this.#startBytes += this.#length;
    this.#length = 0;
  }

  /** Lays a record out; an empty one makes a fragment, too. */
  add(record: Uint8Array, flags: number): void {
    let from = 0;
    let type: number;
    for (let part = 0; part === 0 || from < record.length; part++) {
      const room = PAGE_SIZE_BYTES - (this.offsetBytes % PAGE_SIZE_BYTES) - FRAGMENT_HEADER_BYTES;
      const to = Math.min(record.length, from + room);
      if (to === record.length) type = part === 0 ? FRAGMENT.full : FRAGMENT.last;
      else type = part === 0 ? FRAGMENT.first : FRAGMENT.middle;
      this.#addFragment(type | flags, record.subarray(from, to));
      from = to;
    }
  }

  /** Fills the page with zeros to its end. */
  padPage(): void {
    const length = bytesToPageEnd(this.offsetBytes);
    this.#reserve(length);
    this.#buffer.fill(0, this.#length, this.#length + length);
    this.#length += length;
  }

  #addFragment(header: number, data: Uint8Array): void {
    const length = FRAGMENT_HEADER_BYTES + data.length;
    this.#reserve(length);
    const at = this.#length;
    this.#buffer[at] = header;
    this.#buffer.writeUInt16BE(data.length, at + 1);
    this.#buffer.writeUInt32BE(crc32c(data), at + 3);
    this.#buffer.set(data, at + FRAGMENT_HEADER_BYTES);
    this.#length += length;
    this.#counts.fragments++;
    this.#counts.fragmentBytes += length;
    if (bytesToPageEnd(this.offsetBytes) < FRAGMENT_HEADER_BYTES) this.padPage();
  }

  #reserve(length: number): void {
    if (this.#length + length > this.#limitBytes) this.flush();
    const needed = this.#length + length;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
