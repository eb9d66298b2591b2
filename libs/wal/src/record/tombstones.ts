import { type ByteWriter } from '@narthex/bytes';
import { decodeItems } from './decoding.js';
import { RECORD_TYPE } from './record-type.js';

/** Samples of a series from `minTimeMs` to `maxTimeMs`, both included, are deleted. */
export interface TombstoneRecord {
  readonly ref: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
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

export function encodeTombstones(writer: ByteWriter, tombstones: Iterable<TombstoneRecord>): void {
  writer.u8(RECORD_TYPE.tombstones);
  for (const { ref, minTimeMs, maxTimeMs } of tombstones) {
    writer.u64(ref);
    writer.varint(minTimeMs);
    writer.varint(maxTimeMs);
  }
}

function clamped(timeMs: bigint): number {
  const limit = Number.MAX_SAFE_INTEGER;
  return Math.min(limit, Math.max(-limit, Number(timeMs)));
}
