import { ByteWriter } from '@narthex/bytes';
import {
  encodeExemplars,
  encodeHistograms,
  encodeMetadata,
  encodeSamples,
  type ExemplarRecord,
  type HistogramRecord,
  type MetadataRecord,
  type SampleBatch,
} from '@narthex/wal';

/** Samples that may be read again in this order: floats, then histograms. */
export interface CommitPart {
  readonly samples: SampleBatch;
  readonly histograms: readonly HistogramRecord[];
}

/** Encodes commits one after the other into the same memory. */
export class CommitEncoder {
  readonly #writers = [new ByteWriter(), new ByteWriter(1 << 16)] as const;

  /**
   * The records of one commit, in the order in which they must be read again: series before what names them. Valid
   * until the next call.
   *
   * @param series the record of the new ones; no bytes when there are none
   */
  encode(
    series: Uint8Array,
    metadata: readonly MetadataRecord[],
    parts: readonly CommitPart[],
    exemplars: readonly ExemplarRecord[],
  ): Uint8Array[] {
    const [forMetadata, forSamples] = this.#writers;
    const records: Uint8Array[] = [];
    if (series.length > 0) records.push(series);
    if (metadata.length > 0) {
      encodeMetadata(forMetadata.clear(), metadata);
      records.push(forMetadata.view());
    }
    for (const [at, { samples, histograms }] of parts.entries()) {
      if (samples.length > 0) {
        // There is hardly ever more than one part.
        const writer = at === 0 ? forSamples.clear() : new ByteWriter();
        encodeSamples(writer, samples);
        records.push(writer.view());
      }
      if (histograms.length > 0) records.push(...histogramRecords(histograms));
    }
    if (exemplars.length > 0) {
      // Behind the samples, so that whoever reads the log sends them in this order.
      const writer = new ByteWriter();
      encodeExemplars(writer, exemplars);
      records.push(writer.view());
    }
    return records;
  }
}

function histogramRecords(histograms: readonly HistogramRecord[]): Uint8Array[] {
  const writer = new ByteWriter();
  const ranges: (readonly [number, number])[] = [];
  encodeHistograms(writer, histograms, (start, end) => ranges.push([start, end]));
  const bytes = writer.view();
  return ranges.map(([start, end]) => bytes.subarray(start, end));
}
