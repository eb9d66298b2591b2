import { afterEach, describe, expect, test } from '@jest/globals';
import { type MetricFamily, writeProtobufFamily } from '@narthex/exposition';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { NO_STARTS } from './start-features.js';
import { Opened } from './testing/job-under-test.js';
import { type Answer } from './testing/metrics-server.js';

const opened = new Opened({
  createClock: (startMs) => new ManualClock(startMs),
  createLogger: () => new RecordingLogger(),
  eventually,
});
afterEach(() => opened.closeAll());

const PROTO = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';
const START_MS = 1_690_000_000_000;
const STORED = { starts: { ...NO_STARTS, stored: true } };
const SYNTHESIZED = { starts: { zeros: false, stored: true, synthesized: true } };
const NATIVE = 'scrape_native_histograms: true\n';

/** Answers with one body after the other, and with the last of them from then on. */
function inTurn(type: string, ...bodies: readonly (string | Uint8Array)[]): Answer {
  let next = 0;
  return (_request, response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(bodies[Math.min(next++, bodies.length - 1)]);
  };
}

function histogramOf(...buckets: number[]): NativeHistogram {
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: buckets.reduce((sum, bucket) => sum + bucket, 0),
    sum: 3,
    positiveSpans: [{ offset: 0, length: buckets.length }],
    positiveBuckets: buckets,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
  };
}

const native = (histogram: NativeHistogram, startTimestampMs = 0): MetricFamily => ({
  name: 'h',
  type: 'histogram',
  samples: [
    {
      suffix: '',
      labels: Labels.EMPTY,
      value: 0,
      histogram: { histogram, integer: true },
      ...(startTimestampMs !== 0 && { startTimestampMs }),
    },
  ],
});
const counter = (value: number): MetricFamily => ({
  name: 'c_total',
  type: 'counter',
  samples: [{ suffix: '', labels: Labels.EMPTY, value, startTimestampMs: START_MS }],
});

describe('start timestamps are stored', () => {
  test('of messages, with floats and histograms', async () => {
    const body = Buffer.concat([counter(5), native(histogramOf(1), START_MS)].map(writeProtobufFamily));
    const server = await opened.serve(inTurn(PROTO, body));
    const { storage, base, scrape } = await opened.job(server.address, NATIVE, STORED);
    await scrape();
    await scrape();
    for (const name of ['c_total', 'h']) {
      const samples = storage.samples({ __name__: name, ...base });
      expect(samples.map(({ startMs }) => startMs)).toEqual([START_MS, START_MS]);
    }
    expect(storage.samples({ __name__: 'up', ...base })[0]).not.toHaveProperty('startMs');
  });

  test('of lines; a stale marker has none', async () => {
    const created = `c_created ${START_MS / 1000}\n`;
    const body = `# TYPE c counter\nc_total 5\n${created}# TYPE g gauge\ng 1\n# EOF\n`;
    const server = await opened.serve(inTurn(OPEN_METRICS, body, '# TYPE g gauge\ng 1\n# EOF\n'));
    const { storage, base, scrape } = await opened.job(server.address, '', STORED);
    await scrape();
    await scrape();
    const samples = storage.samples({ __name__: 'c_total', ...base });
    expect(samples.map(({ value, startMs }) => [value, startMs])).toEqual([
      [5, START_MS],
      ['stale', undefined],
    ]);
    expect(storage.samples({ __name__: 'g', ...base }).map(({ startMs }) => startMs)).toEqual([
      undefined,
      undefined,
    ]);
    expect(storage.values({ __name__: 'c_created', ...base })).toEqual([]);
  });
});

describe('start timestamps are made up', () => {
  const text = (value: number): string =>
    `# TYPE c counter\nc ${value}\n# TYPE g gauge\ng ${value}\n` +
    `# TYPE s summary\ns_count ${value}\n# TYPE h histogram\nh_bucket{le="+Inf"} ${value}\nh_count ${value}\nh_sum 1\nother ${value}\n`;

  test('for counters and histograms that tell none: the first sample is taken off the others', async () => {
    const bodies = [100, 130, 160, 5, 9].map(text);
    const server = await opened.serve(inTurn('text/plain; version=0.0.4', ...bodies));
    const { storage, base, scrape } = await opened.job(server.address, '', SYNTHESIZED);
    await scrape();
    // The storage does not hear of them before their second sample.
    expect(Object.keys(storage.all()).filter((name) => /__name__="(c|h_)/.test(name))).toEqual([]);
    for (let i = 0; i < 4; i++) await scrape();
    const ups = storage.samples({ __name__: 'up', ...base }).map(({ timestampMs }) => timestampMs);
    const [first, second, third, reset, last] = ups;
    const expected = [
      [second, 30, first],
      [third, 60, first],
      [reset, 5, reset! - 1],
      [last, 9, reset! - 1],
    ];
    for (const labels of [{ __name__: 'c' }, { __name__: 'h_count' }, { __name__: 'h_bucket', le: '+Inf' }]) {
      const samples = storage.samples({ ...labels, ...base });
      expect(samples.map(({ timestampMs, value, startMs }) => [timestampMs, value, startMs])).toEqual(
        expected,
      );
    }
    for (const name of ['g', 's_count', 'other']) {
      expect(storage.values({ __name__: name, ...base })).toEqual([100, 130, 160, 5, 9]);
    }
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([7, 0, 0, 0, 0]);
    expect(storage.values({ __name__: 'scrape_samples_post_metric_relabeling', ...base })).toEqual(
      Array.from({ length: 5 }, () => 7),
    );
  });

  test('anew once a series has been away', async () => {
    const without = '# TYPE g gauge\ng 1\n';
    const bodies = [text(10), text(12), without, text(20), text(25)];
    const server = await opened.serve(inTurn('text/plain; version=0.0.4', ...bodies));
    const { storage, base, scrape } = await opened.job(server.address, '', SYNTHESIZED);
    for (let i = 0; i < 5; i++) await scrape();
    const ups = storage.samples({ __name__: 'up', ...base }).map(({ timestampMs }) => timestampMs);
    const samples = storage.samples({ __name__: 'c', ...base });
    expect(samples.map(({ value, startMs }) => [value, startMs])).toEqual([
      [2, ups[0]],
      ['stale', undefined],
      [5, ups[3]],
    ]);
  });

  test('of native histograms', async () => {
    const bodies = [histogramOf(4, 6), histogramOf(4, 9, 2), histogramOf(1, 1), histogramOf(2, 1)];
    const server = await opened.serve(
      inTurn(PROTO, ...bodies.map((each) => writeProtobufFamily(native(each)))),
    );
    const { storage, base, scrape } = await opened.job(server.address, NATIVE, SYNTHESIZED);
    for (let i = 0; i < 4; i++) await scrape();
    const ups = storage.samples({ __name__: 'up', ...base }).map(({ timestampMs }) => timestampMs);
    const samples = storage.samples({ __name__: 'h', ...base });
    expect(samples.map(({ value, startMs }) => [value, startMs])).toEqual([
      ['integer {count:5, sum:0, (1,2]:3, (2,4]:2}', ups[0]],
      ['integer {count:2, sum:3, (0.5,1]:1, (1,2]:1}', ups[2]! - 1],
      ['integer {count:1, sum:0, (0.5,1]:1}', ups[2]! - 1],
    ]);
  });

  test('only where a target tells none', async () => {
    const server = await opened.serve(inTurn(PROTO, writeProtobufFamily(counter(5))));
    const { storage, base, scrape } = await opened.job(server.address, '', SYNTHESIZED);
    await scrape();
    await scrape();
    expect(
      storage.samples({ __name__: 'c_total', ...base }).map(({ value, startMs }) => [value, startMs]),
    ).toEqual([
      [5, START_MS],
      [5, START_MS],
    ]);
  });
});
