import {
  decodeExemplars,
  decodeHistograms,
  decodeSamples,
  decodeSeries,
  lastCheckpoint,
  loadWalCodecs,
  RECORD_TYPE,
  recordType,
  SampleBatch,
  type Segment,
  segmentsOf,
  WalReader,
} from '@narthex/wal';

/** What a log holds, in the order in which it is there, a line each. */
export async function readLog(directory: string): Promise<string[]> {
  return readSegments(segmentsOf([{ directory }]));
}

/** The same of its last checkpoint; undefined where there is none. */
export async function readCheckpoint(
  directory: string,
): Promise<{ readonly number: number; readonly lines: readonly string[] } | undefined> {
  const checkpoint = lastCheckpoint(directory);
  if (checkpoint === undefined) return undefined;
  return {
    number: checkpoint.number,
    lines: await readSegments(segmentsOf([{ directory: checkpoint.path }])),
  };
}

async function readSegments(segments: readonly Segment[]): Promise<string[]> {
  const reader = new WalReader({ segments, codecs: await loadWalCodecs() });
  const lines: string[] = [];
  while (reader.next()) lines.push(...linesOf(reader.record));
  reader.close();
  return lines;
}

function linesOf(record: Uint8Array): string[] {
  const type = recordType(record);
  switch (type) {
    case RECORD_TYPE.series:
      return decodeSeries(record).map(({ ref, labelPairs }) => `series ${ref} ${labelPairs.join(' ')}`);
    case RECORD_TYPE.samples:
    case RECORD_TYPE.samplesV2: {
      const batch = new SampleBatch();
      decodeSamples(record, batch);
      return Array.from({ length: batch.length }, (_, i) => {
        const start = type === RECORD_TYPE.samples ? '' : ` since ${batch.startTimestampsMs[i]}`;
        return `sample ${batch.refs[i]} ${batch.timestampsMs[i]} ${batch.values[i]}${start}`;
      });
    }
    case RECORD_TYPE.exemplars:
      return decodeExemplars(record).map(
        ({ ref, timestampMs, value, labelPairs }) =>
          `exemplar ${ref} ${timestampMs} ${value} ${labelPairs.join(' ')}`,
      );
    case RECORD_TYPE.histograms:
    case RECORD_TYPE.floatHistograms:
    case RECORD_TYPE.customBucketHistograms:
    case RECORD_TYPE.customBucketFloatHistograms:
    case RECORD_TYPE.histogramsV2:
    case RECORD_TYPE.floatHistogramsV2:
      return decodeHistograms(record).map(({ ref, timestampMs, startTimestampMs, histogram, integer }) => {
        const start = startTimestampMs === 0 ? '' : ` since ${startTimestampMs}`;
        return `${integer ? 'histogram' : 'float histogram'} ${ref} ${timestampMs} ${histogram.count}${start}`;
      });
    default:
      throw new Error(`a record of type ${String(type)} in the log of an agent`);
  }
}
