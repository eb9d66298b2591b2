import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { eventually, freePort, peerProgram, temporaryFolder } from '@narthex/testkit';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadWalCodecs, type WalCodecs, WAL_COMPRESSIONS } from './compression.js';
import { decodeExemplars, encodeExemplars, type ExemplarRecord } from './record/exemplars.js';
import { decodeHistograms, encodeHistograms, type HistogramRecord } from './record/histograms.js';
import { decodeMetadata, encodeMetadata, type MetadataRecord } from './record/metadata.js';
import { RECORD_TYPE, recordType } from './record/record-type.js';
import { decodeSamples, encodeSamples, SampleBatch } from './record/samples.js';
import { decodeSeries, encodeSeries } from './record/series.js';
import { encodeTombstones } from './record/tombstones.js';
import { segmentsOf } from './segments.js';
import { WalReader } from './wal-reader.js';
import { WalWriter } from './wal-writer.js';

const prometheus = peerProgram('prometheus');
const promtool = peerProgram('promtool');
const describeWithPrometheus = prometheus === undefined || promtool === undefined ? describe.skip : describe;

let codecs: WalCodecs;
let folder: ReturnType<typeof temporaryFolder>;
const running: ChildProcess[] = [];

beforeAll(async () => {
  codecs = await loadWalCodecs();
});
beforeEach(() => {
  folder = temporaryFolder('wal-upstream');
});
afterEach(async () => {
  for (const child of running.splice(0)) await stop(child);
  folder.remove();
});

interface Answer {
  readonly data: {
    readonly result: {
      metric: Record<string, string>;
      values?: [number, string][];
      value: [number, string];
    }[];
  };
}

/** A Prometheus server over `data` in the folder; returns how to query it. */
async function start(
  config: string,
  flags: readonly string[],
): Promise<{
  readonly child: ChildProcess;
  readonly query: (query: string, time?: number) => Promise<Answer['data']['result']>;
}> {
  const port = await freePort();
  const configFile = join(folder.path, 'prometheus.yml');
  writeFileSync(configFile, config.replaceAll('PORT', String(port)));
  const child = spawn(
    prometheus!,
    [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.retention.time=10y',
      ...flags,
    ],
    { stdio: 'ignore' },
  );
  running.push(child);
  const query = async (expression: string, time?: number): Promise<Answer['data']['result']> => {
    const parameters = new URLSearchParams({
      query: expression,
      ...(time === undefined ? {} : { time: String(time) }),
    });
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?${parameters.toString()}`);
    if (!response.ok) throw new Error(await response.text());
    return ((await response.json()) as Answer).data.result;
  };
  await eventually(
    'Prometheus to be ready',
    async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
  );
  return { child, query };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** A target with an exemplar and a classic histogram. */
async function target(): Promise<Server> {
  const page = [
    '# HELP jobs Jobs done.',
    '# TYPE jobs counter',
    'jobs_total{path="ä"} 3 # {trace_id="abc"} 1.5',
    '# TYPE size histogram',
    'size_bucket{le="1"} 1',
    'size_bucket{le="+Inf"} 3',
    'size_sum 7.5',
    'size_count 3',
    '# EOF',
    '',
  ].join('\n');
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0').end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** All that a log holds. */
class Contents {
  readonly labels = new Map<number, Record<string, string>>();
  /** Values by timestamp, by label set as JSON. */
  readonly samples = new Map<string, Map<number, number>>();
  readonly histograms: HistogramRecord[] = [];
  readonly exemplars: ExemplarRecord[] = [];
  readonly metadata: MetadataRecord[] = [];
  readonly types = new Set<number>();

  static read(directory: string): Contents {
    const contents = new Contents();
    const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs });
    while (reader.next()) contents.#add(reader.record);
    reader.close();
    return contents;
  }

  #add(record: Uint8Array): void {
    const type = recordType(record);
    expect(type).toBeDefined();
    this.types.add(type!);
    if (type === RECORD_TYPE.series)
      for (const { ref, labelPairs } of decodeSeries(record)) this.labels.set(ref, asObject(labelPairs));
    else if (type === RECORD_TYPE.samples) this.#addSamples(record);
    else if (type === RECORD_TYPE.exemplars) this.exemplars.push(...decodeExemplars(record));
    else if (type === RECORD_TYPE.metadata) this.metadata.push(...decodeMetadata(record));
    else this.histograms.push(...decodeHistograms(record));
  }

  #addSamples(record: Uint8Array): void {
    const batch = new SampleBatch();
    decodeSamples(record, batch);
    for (let at = 0; at < batch.length; at++) {
      const key = keyOf(this.labels.get(batch.refs[at]!)!);
      if (!this.samples.has(key)) this.samples.set(key, new Map());
      this.samples.get(key)!.set(batch.timestampsMs[at]!, batch.values[at]!);
    }
  }
}

function asObject(pairs: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let at = 0; at < pairs.length; at += 2) labels[pairs[at]!] = pairs[at + 1]!;
  return labels;
}

function keyOf(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describeWithPrometheus('side by side with Prometheus', () => {
  test.each([
    ['none', ['--no-storage.tsdb.wal-compression']],
    ['snappy', ['--storage.tsdb.wal-compression']],
    ['zstd', ['--storage.tsdb.wal-compression', '--storage.tsdb.wal-compression-type=zstd']],
  ])(
    'its %s log is read, every sample',
    async (_name, compression) => {
      const server = await target();
      const rules = join(folder.path, 'rules.yml');
      writeFileSync(
        rules,
        'groups: [{name: g, rules: [{record: rated, expr: "rate(prometheus_http_request_duration_seconds[30s])"}]}]',
      );
      const config = `
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [${rules}]
scrape_configs:
  - {job_name: self, static_configs: [{targets: ['127.0.0.1:PORT']}]}
  - job_name: ours
    convert_classic_histograms_to_nhcb: true
    static_configs: [{targets: ['127.0.0.1:${(server.address() as AddressInfo).port}']}]
`;
      const features = '--enable-feature=native-histograms,exemplar-storage,metadata-wal-records';
      const { child, query } = await start(config, [features, ...compression]);
      const scraped = await eventually('a few scrapes and a rate of histograms', async () => {
        const rated = await query('count(rated)');
        const found = await query('{job=~".+"}[5m]');
        const counts = found.map(({ values }) => values?.length ?? 0);
        return rated.length > 0 && Math.max(...counts) >= 5 && found;
      });
      await stop(child);
      server.close();

      const contents = Contents.read(join(folder.path, 'data', 'wal'));
      let compared = 0;
      for (const { metric, values } of scraped) {
        const samples = contents.samples.get(keyOf(metric));
        for (const [seconds, value] of values ?? []) {
          const found = samples?.get(Math.round(seconds * 1000));
          expect([metric, found]).toEqual([metric, Number(value.replace('Inf', 'Infinity'))]);
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(1000);
      expect([...contents.types].sort((a, b) => a - b)).toEqual([1, 2, 4, 6, 7, 8, 9]);
      const nameOf = (ref: number): string => contents.labels.get(ref)!.__name__!;
      expect(contents.exemplars[0]).toMatchObject({ value: 1.5, labelPairs: ['trace_id', 'abc'] });
      expect(nameOf(contents.exemplars[0]!.ref)).toBe('jobs_total');
      expect(contents.metadata.find(({ ref }) => nameOf(ref) === 'jobs_total')).toMatchObject({
        type: 'counter',
        help: 'Jobs done.',
      });
      const sizes = contents.histograms.filter(({ ref }) => nameOf(ref) === 'size');
      expect(sizes[0]?.histogram).toMatchObject({
        schema: -53,
        count: 3,
        sum: 7.5,
        positiveBuckets: [1, 2],
        customValues: [1],
      });
      expect(contents.histograms.some(({ ref, integer }) => nameOf(ref) === 'rated' && !integer)).toBe(true);
    },
    60_000,
  );

  test.each(WAL_COMPRESSIONS)(
    'our %s log is opened and queried by it',
    async (compression) => {
      const directory = join(folder.path, 'data', 'wal');
      const startMs = Math.floor(Date.now() / 1000) * 1000 - 600_000;
      const writer = WalWriter.open({ directory, codecs, compression, segmentSizeBytes: 32 * 1024 });
      writer.append([
        encoded((w) =>
          encodeSeries(w, [
            ...Array.from({ length: 500 }, (_, at) => ({
              ref: at + 1,
              labelPairs: ['__name__', 'ours', 'n', String(at), 'text', 'ä'.repeat(at % 50)],
            })),
            { ref: 1001, labelPairs: ['__name__', 'distribution'] },
          ]),
        ),
      ]);
      for (let step = 0; step < 20; step++) {
        if (step === 10) writer.nextSegment();
        const batch = new SampleBatch();
        for (let at = 0; at < 500; at++) batch.push(at + 1, startMs + step * 15_000, at + step / 4);
        const histogram = distribution(startMs + step * 15_000, step + 1);
        writer.append([
          encoded((w) => encodeSamples(w, batch)),
          encoded((w) => encodeHistograms(w, [histogram], () => undefined)),
        ]);
      }
      writer.append([
        encoded((w) =>
          encodeExemplars(w, [{ ref: 7, timestampMs: startMs, value: 2, labelPairs: ['trace_id', 'x'] }]),
        ),
        encoded((w) => encodeMetadata(w, [{ ref: 7, type: 'gauge', unit: '', help: 'Ours.' }])),
        encoded((w) => encodeTombstones(w, [{ ref: 3, minTimeMs: startMs, maxTimeMs: startMs + 150_000 }])),
      ]);
      expect(writer.currentSegment).toBeGreaterThan(0);
      await writer.close();

      const dump = execFileSync(promtool!, [
        'tsdb',
        'dump',
        '--match={__name__="ours",n="6"}',
        join(folder.path, 'data'),
      ]);
      expect(dump.toString().trim().split('\n')).toHaveLength(20);

      const { query } = await start('{}', ['--enable-feature=native-histograms,exemplar-storage']);
      const endSeconds = (startMs + 19 * 15_000) / 1000;
      const ours = await query('ours[10m]', endSeconds);
      expect(ours).toHaveLength(500);
      for (const { metric, values } of ours) {
        const number = Number(metric.n);
        expect(metric.text ?? '').toBe('ä'.repeat(number % 50));
        const expected = Array.from({ length: 20 }, (_, step) => [
          startMs / 1000 + step * 15,
          String(number + step / 4),
        ]);
        expect(values).toEqual(number === 2 ? expected.slice(11) : expected);
      }
      expect((await query('histogram_count(distribution)', endSeconds))[0]?.value[1]).toBe('60');
      expect(await query('prometheus_tsdb_wal_corruptions_total', endSeconds)).toEqual([]);
    },
    60_000,
  );
});

function distribution(timestampMs: number, times: number): HistogramRecord {
  return {
    ref: 1001,
    timestampMs,
    startTimestampMs: 0,
    integer: true,
    histogram: {
      counterResetHint: 0,
      schema: 0,
      zeroThreshold: 0.001,
      zeroCount: 0,
      count: 3 * times,
      sum: 5 * times,
      positiveSpans: [{ offset: 0, length: 2 }],
      negativeSpans: [],
      positiveBuckets: [times, 2 * times],
      negativeBuckets: [],
      customValues: [],
    },
  };
}

function encoded(encode: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  encode(writer);
  return writer.copy();
}
