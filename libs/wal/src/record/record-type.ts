/** The first byte of a record says what it holds (Prometheus, `tsdb/docs/format/wal.md` and `tsdb/record`). */
export const RECORD_TYPE = {
  series: 1,
  samples: 2,
  tombstones: 3,
  exemplars: 4,
  /** Only in the out-of-order log. */
  mmapMarkers: 5,
  metadata: 6,
  histograms: 7,
  floatHistograms: 8,
  customBucketHistograms: 9,
  customBucketFloatHistograms: 10,
  /** Samples with start timestamps; written by servers newer than 3.5. */
  samplesV2: 11,
  histogramsV2: 12,
  floatHistogramsV2: 13,
} as const;
export type RecordType = (typeof RECORD_TYPE)[keyof typeof RECORD_TYPE];

const known: ReadonlySet<number> = new Set(Object.values(RECORD_TYPE));

/** The record's type; undefined for an empty record and for types of later versions, which readers pass over. */
export function recordType(record: Uint8Array): RecordType | undefined {
  const type = record[0];
  return type !== undefined && known.has(type) ? (type as RecordType) : undefined;
}
