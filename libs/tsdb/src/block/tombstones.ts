import { ByteReader, ByteWriter, crc32c } from '@narthex/bytes';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corruption, reading } from './corruption.js';
import { replaceFile } from './durable-files.js';
import { addInterval, type Intervals, NO_INTERVALS } from '../samples/intervals.js';

export const TOMBSTONES_FILE = 'tombstones';
const MAGIC = 0x0130ba30;
const VERSION = 1;
const HEADER_BYTES = 5;
const CHECKSUM_BYTES = 4;

/** The deleted times of a block's series, by series ref. */
export class Tombstones {
  readonly #intervals = new Map<number, Intervals>();

  /**
   * What a block's folder has; nothing when there is no file.
   * @throws StorageError CORRUPT
   * @see https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/tombstones.md
   */
  static read(folder: string): Tombstones {
    const path = join(folder, TOMBSTONES_FILE);
    const bytes = readIfThere(path);
    if (bytes === undefined) return new Tombstones();
    return Tombstones.decode(bytes, path);
  }

  static decode(bytes: Uint8Array, path: string): Tombstones {
    if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES)
      throw corruption(path, 'tombstones header: invalid size');
    const reader = new ByteReader(bytes);
    const magic = reader.u32();
    if (magic !== MAGIC) throw corruption(path, `invalid magic number ${magic.toString(16)}`);
    const version = reader.u8();
    if (version !== VERSION) throw corruption(path, `invalid tombstone format ${version.toString(16)}`);
    const end = bytes.length - CHECKSUM_BYTES;
    // The format's number is not part of it.
    const sum = crc32c(bytes, HEADER_BYTES, end);
    reader.skip(end - HEADER_BYTES);
    if (reader.u32() !== sum) throw corruption(path, 'checksum did not match');
    reader.reset(bytes, HEADER_BYTES, end);
    return reading(path, 'read tombstones', () => {
      const tombstones = new Tombstones();
      while (reader.remaining > 0) {
        const ref = reader.uvarint();
        tombstones.add(ref, timeMs(reader.varintBig()), timeMs(reader.varintBig()));
      }
      return tombstones;
    });
  }

  /** How many ranges there are. */
  get count(): number {
    let count = 0;
    for (const intervals of this.#intervals.values()) count += intervals.length / 2;
    return count;
  }

  /** What is deleted, series by series. */
  entries(): readonly (readonly [ref: number, times: Intervals])[] {
    return [...this.#intervals];
  }

  /** The other way round. */
  static from(entries: readonly (readonly [ref: number, times: Intervals])[]): Tombstones {
    const tombstones = new Tombstones();
    for (const [ref, times] of entries) tombstones.#intervals.set(ref, times);
    return tombstones;
  }

  of(ref: number): Intervals {
    return this.#intervals.get(ref) ?? NO_INTERVALS;
  }

  /** Marks the times `[minMs, maxMs]` of a series as deleted. */
  add(ref: number, minMs: number, maxMs: number): void {
    this.#intervals.set(ref, addInterval(this.of(ref), minMs, maxMs));
  }

  copy(): Tombstones {
    const copy = new Tombstones();
    for (const [ref, intervals] of this.#intervals) copy.#intervals.set(ref, intervals);
    return copy;
  }

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.u32(MAGIC);
    writer.u8(VERSION);
    const refs = [...this.#intervals.keys()].sort((a, b) => a - b);
    for (const ref of refs) {
      const intervals = this.of(ref);
      for (let i = 0; i < intervals.length; i += 2) {
        writer.uvarint(ref);
        writer.varint(intervals[i]!);
        writer.varint(intervals[i + 1]!);
      }
    }
    writer.u32(crc32c(writer.view(HEADER_BYTES)));
    return writer.copy();
  }

  /** Replaces the file of a block's folder, durably. Returns its size. */
  write(folder: string): number {
    const bytes = this.encode();
    replaceFile(join(folder, TOMBSTONES_FILE), bytes);
    return bytes.length;
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Times so far out that they mean an open end come as the nearest whole number that a double holds exactly. */
function timeMs(value: bigint): number {
  if (value > Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  if (value < Number.MIN_SAFE_INTEGER) return Number.MIN_SAFE_INTEGER;
  return Number(value);
}
