import { ByteWriter } from '@narthex/bytes';
import {
  encodeMetadata,
  encodeSamples,
  encodeSeries,
  type MetadataRecord,
  type SampleBatch,
  type SeriesRecord,
} from '@narthex/wal';

/** Encodes commits one after the other into the same memory. */
export class CommitEncoder {
  readonly #writers = [new ByteWriter(), new ByteWriter(), new ByteWriter(1 << 16)] as const;

  /**
   * The records of one commit, in the order in which they must be read again: series before what names them. Valid
   * until the next call.
   */
  encode(
    series: readonly SeriesRecord[],
    metadata: readonly MetadataRecord[],
    samples: SampleBatch,
  ): Uint8Array[] {
    const [forSeries, forMetadata, forSamples] = this.#writers;
    const records: Uint8Array[] = [];
    if (series.length > 0) {
      encodeSeries(forSeries.clear(), series);
      records.push(forSeries.view());
    }
    if (metadata.length > 0) {
      encodeMetadata(forMetadata.clear(), metadata);
      records.push(forMetadata.view());
    }
    if (samples.length > 0) {
      encodeSamples(forSamples.clear(), samples);
      records.push(forSamples.view());
    }
    return records;
  }
}
