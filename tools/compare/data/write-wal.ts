import { ByteWriter, STALE_NAN } from '@narthex/bytes';
import { encodeSamples, encodeSeries, loadWalCodecs, SampleBatch, WalWriter } from '@narthex/wal';

/** A series to be written; a value that is no number is a stale marker. */
export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: readonly number[];
  readonly values: readonly (number | symbol)[];
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
  for (const { ref, timeMs, value } of samples) {
    const at = batch.grow();
    batch.refs[at] = ref;
    batch.timestampsMs[at] = timeMs;
    batch.values[at] = typeof value === 'number' ? value : STALE_NAN;
    if (batch.length < SAMPLES_A_RECORD) continue;
    encodeSamples(encoder, batch);
    append();
    batch.clear();
  }
  if (batch.length > 0) {
    encodeSamples(encoder, batch);
    append();
  }
  await writer.close();
  return samples.length;
}

function sortedPairs(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
}
