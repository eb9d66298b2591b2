import { ByteWriter, STALE_NAN } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import {
  encodeHistograms,
  encodeSamples,
  encodeSeries,
  type HistogramRecord,
  loadWalCodecs,
  SampleBatch,
  WalWriter,
} from '@narthex/wal';

type WrittenHistogram = NativeHistogram & { readonly integer: boolean };

/** A series to be written; a symbol is a stale marker, of the kind of the sample before it. */
export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: readonly number[];
  readonly values: readonly (number | symbol | WrittenHistogram)[];
}

const SAMPLES_A_RECORD = 5_000;

/** Writes series as a log that both servers replay when they start. Samples go in by time, as scrapes bring them. */
export async function writeWal(directory: string, series: readonly WrittenSeries[]): Promise<number> {
  const writer = WalWriter.open({ directory, codecs: await loadWalCodecs() });
  const encoder = new ByteWriter();
  const append = (): void => {
    writer.append([encoder.view()]);
    encoder.clear();
  };
  encodeSeries(
    encoder,
    series.map(({ labels }, index) => ({ ref: index + 1, labelPairs: sortedPairs(labels) })),
  );
  append();
  const samples = series.flatMap(({ timesMs, values }, index) =>
    timesMs.map((timeMs, at) => ({ ref: index + 1, timeMs, value: values[at]! })),
  );
  samples.sort((a, b) => a.timeMs - b.timeMs || a.ref - b.ref);
  const batch = new SampleBatch();
  let histograms: HistogramRecord[] = [];
  const kinds = new Map<number, boolean>();
  const flush = (): void => {
    if (batch.length > 0) {
      encodeSamples(encoder, batch);
      append();
      batch.clear();
    }
    const records: [number, number][] = [];
    encodeHistograms(encoder, histograms, (start, end) => records.push([start, end]));
    if (records.length > 0) writer.append(records.map(([start, end]) => encoder.view().subarray(start, end)));
    encoder.clear();
    histograms = [];
    kinds.clear();
  };
  const latest = new Map<number, WrittenHistogram | undefined>();
  for (const { ref, timeMs, value } of samples) {
    const before = latest.get(ref);
    const stale = before === undefined ? undefined : { ...before, sum: STALE_NAN };
    const histogram = typeof value === 'object' ? value : typeof value === 'symbol' ? stale : undefined;
    latest.set(ref, typeof value === 'number' ? undefined : (histogram ?? before));
    // A record holds one kind only: within a flush, no series changes its kind.
    const isHistogram = histogram !== undefined;
    if (kinds.get(ref) === !isHistogram) flush();
    kinds.set(ref, isHistogram);
    if (histogram !== undefined) {
      const { integer, ...plain } = histogram;
      histograms.push({ ref, timestampMs: timeMs, startTimestampMs: 0, integer, histogram: plain });
    } else {
      const at = batch.grow();
      batch.refs[at] = ref;
      batch.timestampsMs[at] = timeMs;
      batch.values[at] = typeof value === 'number' ? value : STALE_NAN;
    }
    if (batch.length + histograms.length >= SAMPLES_A_RECORD) flush();
  }
  flush();
  await writer.close();
  return samples.length;
}

function sortedPairs(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
}
