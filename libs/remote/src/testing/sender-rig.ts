import { join } from 'node:path';
import { ByteWriter } from '@narthex/bytes';
import { Registry } from '@narthex/client';
import { DEFAULT_HTTP_CLIENT_CONFIG } from '@narthex/httpclient';
import { Labels } from '@narthex/model';
import { type Clock, systemClock } from '@narthex/process';
import { RecordingLogger, temporaryFolder } from '@narthex/testkit';
import {
  encodeExemplars,
  encodeHistograms,
  encodeMetadata,
  encodeSamples,
  encodeSamplesV2,
  encodeSeries,
  type ExemplarRecord,
  type HistogramRecord,
  loadWalCodecs,
  type MetadataRecord,
  SampleBatch,
  type WalCodecs,
  WalWriter,
} from '@narthex/wal';
import { type WrittenMetadata } from '../encode/encode-v1.js';
import { RemoteWriteStorage } from '../send/remote-write-storage.js';
import { type QueueConfig, type RemoteWriteConfig, type RemoteWriteEntry } from '../send/write-config.js';
import { WRITE_MESSAGES } from '../write/content-type.js';

export const QUICK_QUEUE: QueueConfig = {
  capacity: 100,
  max_shards: 10,
  min_shards: 1,
  max_samples_per_send: 10,
  batch_send_deadline: 20,
  min_backoff: 5,
  max_backoff: 40,
  retry_on_http_429: false,
  sample_age_limit: 0,
};

/** An element of `remote_write` whose queue does not wait for long. */
export function entryOf(
  url: string,
  fields: Partial<RemoteWriteConfig> = {},
  queue: Partial<QueueConfig> = {},
): RemoteWriteEntry {
  const config: RemoteWriteConfig = {
    ...DEFAULT_HTTP_CLIENT_CONFIG,
    enable_http2: false,
    url,
    name: 'test',
    remote_timeout: 30_000,
    headers: new Map(),
    write_relabel_configs: [],
    send_exemplars: true,
    send_native_histograms: true,
    round_robin_dns: false,
    protobuf_message: WRITE_MESSAGES[0],
    queue_config: { ...QUICK_QUEUE, ...queue },
    metadata_config: { send: false, send_interval: 60_000, max_samples_per_send: 2000 },
    ...fields,
  };
  const yaml = JSON.stringify(config, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return { config, yaml };
}

/** A log and what sends it. */
export class SenderRig {
  readonly logger = new RecordingLogger();
  readonly registry = new Registry();
  readonly storage: RemoteWriteStorage;
  readonly walDirectory: string;
  readonly codecs: WalCodecs;
  metadata: readonly WrittenMetadata[] = [];
  received = { samples: 0, exemplars: 0, histograms: 0, highestTimestampMs: undefined as number | undefined };
  wal: WalWriter;
  readonly #folder: ReturnType<typeof temporaryFolder>;

  private constructor(codecs: WalCodecs, flushDeadlineMs: number, clock: Clock) {
    this.codecs = codecs;
    this.#folder = temporaryFolder('sender');
    this.walDirectory = join(this.#folder.path, 'wal');
    this.wal = this.openLog();
    this.storage = new RemoteWriteStorage({
      walDirectory: this.walDirectory,
      clock,
      logger: this.logger,
      registry: this.registry,
      userAgent: 'Narthex/test',
      flushDeadlineMs,
      received: () => this.received,
      metadata: () => this.metadata,
    });
  }

  static async open(flushDeadlineMs = 20_000, clock: Clock = systemClock): Promise<SenderRig> {
    return new SenderRig(await loadWalCodecs(), flushDeadlineMs, clock);
  }

  openLog(directory = this.walDirectory): WalWriter {
    const options = { directory, codecs: this.codecs, segmentSizeBytes: 64 * 1024 };
    return WalWriter.recover(options, () => undefined).writer;
  }

  apply(remoteWrites: readonly RemoteWriteEntry[], externalLabels = Labels.EMPTY): Promise<void> {
    return this.storage.applyConfig({ externalLabels, remoteWrites });
  }

  series(...series: readonly (readonly [ref: number, ...labelPairs: string[]])[]): void {
    this.#append((writer) =>
      encodeSeries(
        writer,
        series.map(([ref, ...labelPairs]) => ({ ref, labelPairs })),
      ),
    );
  }

  samples(...samples: readonly (readonly [ref: number, timestampMs: number, value: number])[]): void {
    const batch = new SampleBatch();
    for (const sample of samples) batch.push(...sample);
    this.#append((writer) => encodeSamples(writer, batch));
  }

  /** Samples that know when counting began, in records of version 2. */
  startedSamples(
    ...samples: readonly (readonly [ref: number, timestampMs: number, value: number, startMs: number])[]
  ): void {
    const batch = new SampleBatch();
    for (const sample of samples) batch.push(...sample);
    this.#append((writer) => encodeSamplesV2(writer, batch));
  }

  exemplars(...exemplars: readonly ExemplarRecord[]): void {
    this.#append((writer) => encodeExemplars(writer, exemplars));
  }

  recordMetadata(...metadata: readonly MetadataRecord[]): void {
    this.#append((writer) => encodeMetadata(writer, metadata));
  }

  histograms(...histograms: readonly HistogramRecord[]): void {
    const writer = new ByteWriter();
    const ranges: [number, number][] = [];
    encodeHistograms(writer, histograms, (start, end) => ranges.push([start, end]));
    this.wal.append(ranges.map(([start, end]) => writer.view().slice(start, end)));
  }

  /** The value of the first series of a metric, or of the one whose labels include those given. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
    const metric = await this.registry.getSingleMetric(`prometheus_${name}`)?.get();
    return metric?.values.find((one) =>
      Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    )?.value;
  }

  /** The messages of the log, of one level. */
  messages(level: string): readonly string[] {
    return this.logger.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  async close(): Promise<void> {
    await this.storage.stop();
    await this.wal.close();
    this.#folder.remove();
  }

  #append(encode: (writer: ByteWriter) => void): void {
    const writer = new ByteWriter();
    encode(writer);
    this.wal.append([writer.view()]);
  }
}
