import { type ByteWriter } from '@narthex/bytes';
import { decodeItems } from './decoding.js';
import { RECORD_TYPE } from './record-type.js';

/** Out-of-order samples of a series up to here are in a head chunk on disk. */
export interface MmapMarkerRecord {
  readonly ref: number;
  /** File number times 2^32 plus the chunk's offset in the file. */
  readonly chunkRef: number;
}

export function decodeMmapMarkers(record: Uint8Array): MmapMarkerRecord[] {
  const markers: MmapMarkerRecord[] = [];
  decodeItems('mmap markers', record, [RECORD_TYPE.mmapMarkers], (reader) => {
    markers.push({ ref: reader.u64(), chunkRef: reader.u64() });
  });
  return markers;
}

export function encodeMmapMarkers(writer: ByteWriter, markers: Iterable<MmapMarkerRecord>): void {
  writer.u8(RECORD_TYPE.mmapMarkers);
  for (const { ref, chunkRef } of markers) {
    writer.u64(ref);
    writer.u64(chunkRef);
  }
}
