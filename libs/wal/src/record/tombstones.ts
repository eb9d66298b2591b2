import { type ByteWriter } from '@narthex/bytes';
import { decodeItems } from './decoding.js';
import { RECORD_TYPE } from './record-type.js';

/** Samples of a series from `minTimeMs` to `maxTimeMs`, both included, are deleted. */
export interface TombstoneRecord {
  readonly ref: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** The ends of the longest range there is, as zigzag varints of 64 bits. */
const FIRST_TIME = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
const LAST_TIME = Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);

/** Whether a tombstone is of all times: its series was deleted as a whole when it was written. */
export function isOfAllTimes({ minTimeMs, maxTimeMs }: TombstoneRecord): boolean {
  return minTimeMs <= Number.MIN_SAFE_INTEGER && maxTimeMs >= Number.MAX_SAFE_INTEGER;
}

/** Times beyond ±(2^53 - 1), which stand for an open end, come as ±(2^53 - 1). */
export function decodeTombstones(record: Uint8Array): TombstoneRecord[] {
  const tombstones: TombstoneRecord[] = [];
  decodeItems('tombstones', record, [RECORD_TYPE.tombstones], (reader) => {
    const ref = reader.u64();
    const minTimeMs = clamped(reader.varintBig());
    tombstones.push({ ref, minTimeMs, maxTimeMs: clamped(reader.varintBig()) });
  });
  return tombstones;
}

/** Times from ±(2^53 - 1) on are open ends. */
export function encodeTombstones(writer: ByteWriter, tombstones: Iterable<TombstoneRecord>): void {
  writer.u8(RECORD_TYPE.tombstones);
  for (const { ref, minTimeMs, maxTimeMs } of tombstones) {
    writer.u64(ref);
    if (minTimeMs <= Number.MIN_SAFE_INTEGER) writer.bytes(FIRST_TIME);
    else writer.varint(minTimeMs);
    if (maxTimeMs >= Number.MAX_SAFE_INTEGER) writer.bytes(LAST_TIME);
    else writer.varint(maxTimeMs);
  }
}

function clamped(timeMs: bigint): number {
  const limit = Number.MAX_SAFE_INTEGER;
  return Math.min(limit, Math.max(-limit, Number(timeMs)));
}
