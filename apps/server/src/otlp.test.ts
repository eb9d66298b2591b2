import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { ExportResultCode } from '@opentelemetry/core';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  type PushMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Bundle, type RunningServer } from './testing/built-server.js';

/** What OpenTelemetry's own SDK sends, taken by a server as it is built, and asked for. */
const folder = temporaryFolder('server-otlp');
let bundle: Bundle;
let running: RunningServer | undefined;
let started = 0;

beforeAll(async () => {
  bundle = await Bundle.build();
}, 120_000);

afterEach(async () => {
  await running?.end('SIGKILL');
});

afterAll(() => {
  bundle.remove();
  folder.remove();
});

async function start(config: string, ...flags: string[]): Promise<string> {
  const file = join(folder.path, 'prometheus.yml');
  writeFileSync(file, config);
  const server = bundle.run(
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder.path, `data-${++started}`)}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-otlp-receiver',
      ...flags,
    ],
    folder.path,
  );
  running = server;
  return eventually('the server to be ready', () => server.url());
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly histogram?: readonly [
    number,
    { readonly count: string; readonly sum: string; readonly buckets: unknown },
  ];
}

async function query(url: string, expression: string): Promise<readonly Found[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const answer = (await response.json()) as { readonly data: { readonly result: readonly Found[] } };
  return answer.data.result;
}

const shown = (found: readonly Found[]): readonly (readonly [Readonly<Record<string, string>>, string])[] =>
  found.map(({ metric, value }) => [metric, value?.[1] ?? 'histogram']);

/** What the server answered to what was sent. */
type Answer = readonly [status: number, text: string];

/**
 * Sends what the SDK has collected, in its own encoding. (Its exporters load parts of themselves while they run, which
 * does not go within jest.)
 */
class Sender implements PushMetricExporter {
  readonly answers: Answer[] = [];
  readonly #url: string;
  readonly #temporality: AggregationTemporality;

  constructor(url: string, temporality: AggregationTemporality) {
    this.#url = url;
    this.#temporality = temporality;
  }

  selectAggregationTemporality(): AggregationTemporality {
    return this.#temporality;
  }

  export(...[metrics, done]: Parameters<PushMetricExporter['export']>): void {
    const body = gzipSync(ProtobufMetricsSerializer.serializeRequest(metrics)!);
    const headers = { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'gzip' };
    fetch(`${this.#url}/api/v1/otlp/v1/metrics`, { method: 'POST', headers, body })
      .then(async (response) => {
        this.answers.push([response.status, await response.text()]);
        done({ code: ExportResultCode.SUCCESS });
      })
      .catch((error: unknown) =>
        done({
          code: ExportResultCode.FAILED,
          error: error instanceof Error ? error : new Error(String(error)),
        }),
      );
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Records a little of everything, and sends it. */
async function send(exporter: Sender): Promise<MeterProvider> {
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': 'shop',
      'service.namespace': 'eu',
      'service.instance.id': 'i1',
      'host.name': 'h1',
    }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    views: [
      {
        instrumentName: 'fine',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  });
  const meter = provider.getMeter('lib', '1.2');
  meter.createCounter('orders', { unit: '{order}' }).add(3, { 'pay.kind': 'card' });
  meter.createUpDownCounter('queue').add(-2);
  meter
    .createObservableGauge('room.temperature', { unit: 'Cel' })
    .addCallback((result) => result.observe(21.5));
  const duration = meter.createHistogram('request.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 1] },
  });
  const fine = meter.createHistogram('fine', { unit: 'By' });
  for (const seconds of [0.05, 0.5, 5]) {
    duration.record(seconds);
    fine.record(seconds);
  }
  await provider.forceFlush();
  return provider;
}

const TAKEN: Answer = [200, ''];
const target = { instance: 'i1', job: 'eu/shop' };

test('everything that an SDK sends', async () => {
  const url = await start('otlp: {promote_scope_metadata: true, promote_resource_attributes: [host.name]}\n');
  const sender = new Sender(url, AggregationTemporality.CUMULATIVE);
  await (await send(sender)).shutdown();
  expect(sender.answers).toEqual([TAKEN, TAKEN]);
  const labels = {
    ...target,
    host_name: 'h1',
    otel_scope_name: 'lib',
    otel_scope_version: '1.2',
  };
  expect(shown(await query(url, 'orders_total'))).toEqual([
    [{ __name__: 'orders_total', ...labels, pay_kind: 'card' }, '3'],
  ]);
  expect(shown(await query(url, 'queue'))).toEqual([[{ __name__: 'queue', ...labels }, '-2']]);
  expect(shown(await query(url, 'room_temperature_celsius'))).toEqual([
    [{ __name__: 'room_temperature_celsius', ...labels }, '21.5'],
  ]);
  const series = await query(url, '{__name__=~"request_duration_seconds_.*"}');
  const values = series.map(({ metric, value }) => [metric.__name__, metric.le, value?.[1]].join(' '));
  expect(values.sort()).toEqual([
    'request_duration_seconds_bucket +Inf 3',
    'request_duration_seconds_bucket 0.1 1',
    'request_duration_seconds_bucket 1 2',
    'request_duration_seconds_count  3',
    'request_duration_seconds_sum  5.55',
  ]);
  const [native] = await query(url, 'fine_bytes');
  expect(native?.histogram?.[1]).toMatchObject({ count: '3', sum: '5.55' });
  const [median] = await query(url, 'histogram_quantile(0.5, fine_bytes)');
  expect(Math.abs(Number(median?.value?.[1]) - 0.5)).toBeLessThan(0.02);
  expect(shown(await query(url, 'target_info'))).toEqual([
    [{ __name__: 'target_info', ...target, host_name: 'h1' }, '1'],
  ]);
}, 60_000);

test('deltas are added up by the feature', async () => {
  const url = await start('', '--enable-feature=otlp-deltatocumulative');
  const provider = await send(new Sender(url, AggregationTemporality.DELTA));
  expect(shown(await query(url, 'orders_total'))).toEqual([
    [{ __name__: 'orders_total', ...target, pay_kind: 'card' }, '3'],
  ]);
  provider.getMeter('lib', '1.2').createCounter('orders', { unit: '{order}' }).add(4, { 'pay.kind': 'card' });
  await provider.shutdown();
  expect(shown(await query(url, 'orders_total'))).toEqual([
    [{ __name__: 'orders_total', ...target, pay_kind: 'card' }, '7'],
  ]);
}, 60_000);

test('without it they are refused, and nothing of them is kept', async () => {
  const url = await start('');
  const sender = new Sender(url, AggregationTemporality.DELTA);
  await send(sender);
  const refused = ['fine', 'orders', 'queue', 'request.duration'].map(
    (name) => `invalid temporality and type combination for metric "${name}"\n`,
  );
  expect(sender.answers).toEqual([[500, refused.join('')]]);
  expect(await query(url, '{__name__=~".+"}')).toEqual([]);
}, 60_000);
