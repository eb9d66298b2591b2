import { ByteWriter } from '@narthex/bytes';
import {
  continueSamples,
  continueSamplesV2,
  encodeExemplars,
  encodeHistograms,
  encodeHistogramsV2,
  encodeMetadata,
  encodeSamples,
  encodeSamplesV2,
  type ExemplarRecord,
  type HistogramRecord,
  type MetadataRecord,
  type SampleBatch,
} from '@narthex/wal';

/** Samples encoded in one step: some hundred microseconds. */
const STEP_SAMPLES = 8192;

/** Samples that may be read again in this order: floats, then histograms. */
export interface CommitPart {
  readonly samples: SampleBatch;
  readonly histograms: readonly HistogramRecord[];
}

/** Encodes commits one after the other into the same memory. */
export class CommitEncoder {
  readonly #writers = [new ByteWriter(), new ByteWriter(1 << 16)] as const;
  readonly #withStarts: boolean;

  /** @param withStarts write the records that keep start timestamps, whether there are any or not, as upstream does */
  constructor(withStarts: boolean) {
    this.#withStarts = withStarts;
  }

  /**
   * The records of one commit, in the order in which they must be read again, behind those of its series; in short
   * steps. Valid until the next call.
   */
  *encode(
    metadata: readonly MetadataRecord[],
    parts: readonly CommitPart[],
    exemplars: readonly ExemplarRecord[],
  ): Generator<void, Uint8Array[]> {
    const [forMetadata, forSamples] = this.#writers;
    const records: Uint8Array[] = [];
    if (metadata.length > 0) {
      encodeMetadata(forMetadata.clear(), metadata);
      records.push(forMetadata.view());
    }
    for (const [at, { samples, histograms }] of parts.entries()) {
      if (samples.length > 0) {
        // There is hardly ever more than one part.
        const writer = at === 0 ? forSamples.clear() : new ByteWriter();
        yield* samplesRecord(writer, samples, this.#withStarts);
        records.push(writer.view());
      }
      if (histograms.length > 0) records.push(...histogramRecords(histograms, this.#withStarts));
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

/** One record, so that after a crash all the samples are there or none. */
function* samplesRecord(writer: ByteWriter, samples: SampleBatch, withStarts: boolean): Generator<void> {
  const [begin, goOn] = withStarts ? [encodeSamplesV2, continueSamplesV2] : [encodeSamples, continueSamples];
  begin(writer, samples, 0, Math.min(samples.length, STEP_SAMPLES));
  for (let from = STEP_SAMPLES; from < samples.length; from += STEP_SAMPLES) {
    yield;
    goOn(writer, samples, 0, from, Math.min(from + STEP_SAMPLES, samples.length));
  }
}

function histogramRecords(histograms: readonly HistogramRecord[], withStarts: boolean): Uint8Array[] {
  const writer = new ByteWriter();
  const ranges: (readonly [number, number])[] = [];
  const encode = withStarts ? encodeHistogramsV2 : encodeHistograms;
  encode(writer, histograms, (start, end) => ranges.push([start, end]));
  const bytes = writer.view();
  return ranges.map(([start, end]) => bytes.subarray(start, end));
}
