import { ByteWriter } from '@narthex/bytes';
import {
  encodeSamples,
  encodeSeries,
  loadWalCodecs,
  SampleBatch,
  type SeriesRecord,
  WalWriter,
} from '@narthex/wal';

export interface DataPlan {
  readonly directory: string;
  readonly seriesCount: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly intervalMs: number;
}

const SERIES_A_RECORD = 2_000;
const SAMPLES_A_RECORD = 5_000;
const GROUPS = 100;
const BOUNDS = ['0.005', '0.025', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];

/**
 * Writes a log as scrapes would have: of a hundred series, sixty are counters, thirty the buckets of three classic
 * histograms, ten gauges. The same plan gives the same bytes.
 */
export async function writeData(plan: DataPlan): Promise<number> {
  const { directory, seriesCount, startMs, endMs, intervalMs } = plan;
  const writer = WalWriter.open({ directory, codecs: await loadWalCodecs() });
  const encoder = new ByteWriter(1 << 20);
  const append = (): void => {
    writer.append([encoder.view()]);
    encoder.clear();
  };
  for (let from = 1; from <= seriesCount; from += SERIES_A_RECORD) {
    const records: SeriesRecord[] = [];
    for (let ref = from; ref < Math.min(from + SERIES_A_RECORD, seriesCount + 1); ref++) {
      records.push({ ref, labelPairs: labelsOf(ref) });
    }
    encodeSeries(encoder, records);
    append();
  }
  const values = new Float64Array(seriesCount + 1);
  const batch = new SampleBatch(SAMPLES_A_RECORD);
  let state = 12345;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let written = 0;
  for (let timeMs = startMs; timeMs <= endMs; timeMs += intervalMs) {
    for (let ref = 1; ref <= seriesCount; ref++) {
      const kind = ref % 100;
      if (kind < 60) values[ref]! += Math.floor(random() * 20);
      else if (kind < 90) values[ref]! += Math.floor(random() * (1 + (kind % 10)));
      else values[ref]! += random() - 0.5;
      if (kind < 60 && random() < 0.0005) values[ref] = 0;
      batch.push(ref, timeMs, values[ref]!);
      if (batch.length < SAMPLES_A_RECORD) continue;
      written += batch.length;
      encodeSamples(encoder, batch);
      append();
      batch.clear();
    }
  }
  if (batch.length > 0) {
    written += batch.length;
    encodeSamples(encoder, batch);
    append();
  }
  await writer.close();
  return written;
}

/** Names and values in turn, by name. */
function labelsOf(ref: number): string[] {
  const kind = ref % 100;
  const pod = `pod-${String(Math.floor(ref / 100)).padStart(5, '0')}-${kind < 60 ? kind : Math.floor(kind / 10)}`;
  const group = String(Math.floor(ref / 100) % GROUPS);
  const common = ['i', group, 'instance', `10.0.${group}.1:8080`, 'job', 'bench'];
  if (kind < 60)
    return ['__name__', 'bench_requests_total', 'code', String(200 + (kind % 5)), ...common, 'pod', pod];
  if (kind < 90)
    return ['__name__', 'bench_latency_seconds_bucket', ...common, 'le', BOUNDS[kind % 10]!, 'pod', pod];
  return ['__name__', 'bench_temperature', ...common, 'pod', `${pod}-${kind}`];
}
