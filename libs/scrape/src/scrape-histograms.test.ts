import { afterEach, describe, expect, test } from '@jest/globals';
import { type FamilySample, type MetricFamily, writeProtobufFamily } from '@narthex/exposition';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { NO_STARTS } from './start-features.js';
import { Opened } from './testing/job-under-test';
import { type Answer, text } from './testing/metrics-server';

const opened = new Opened({
  createClock: (startMs) => new ManualClock(startMs),
  createLogger: () => new RecordingLogger(),
  eventually,
});
afterEach(() => opened.closeAll());

const PROTO = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

function answer(type: string, body: Uint8Array | string): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(body);
  };
}
const proto = (...families: MetricFamily[]): Answer =>
  answer(PROTO, Buffer.concat(families.map(writeProtobufFamily)));

function histogramOf(buckets: readonly number[]): NativeHistogram {
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

function family(name: string, buckets: readonly number[], more: Partial<FamilySample> = {}): MetricFamily {
  const histogram = { histogram: histogramOf(buckets), integer: true };
  return {
    name,
    type: 'histogram',
    help: 'h',
    samples: [{ suffix: '', labels: Labels.of({ l: '1' }), value: 0, histogram, ...more }],
  };
}
const counter = (value: number, startTimestampMs?: number): MetricFamily => ({
  name: 'c_total',
  type: 'counter',
  samples: [
    {
      suffix: '',
      labels: Labels.EMPTY,
      value,
      ...(startTimestampMs === undefined ? {} : { startTimestampMs }),
    },
  ],
});

const NATIVE = 'scrape_native_histograms: true\n';

describe('native histograms', () => {
  test('are asked for, stored, and become stale', async () => {
    const server = await opened.serve(proto(family('h', [1, 2]), counter(5)));
    const { storage, base, scrape, target } = await opened.job(server.address, NATIVE);
    await scrape();
    server.answer = proto(family('h', [2, 2]), counter(6));
    await scrape();
    server.answer = proto(counter(7));
    await scrape();
    expect(server.requests[0]!.headers.accept).toMatch(/^application\/vnd\.google\.protobuf;.*;q=0\.6,/);
    expect(storage.values({ __name__: 'h', l: '1', ...base })).toEqual([
      'integer {count:3, sum:3, (0.5,1]:1, (1,2]:2}',
      'integer {count:4, sum:3, (0.5,1]:2, (1,2]:2}',
      'stale',
    ]);
    expect(storage.values({ __name__: 'c_total', ...base })).toEqual([5, 6, 7]);
    expect(storage.values({ __name__: 'scrape_samples_scraped', ...base })).toEqual([2, 2, 1]);
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([2, 0, 0]);
    expect(target().metadata!.get('h')).toEqual({
      metricFamily: 'h',
      type: 'histogram',
      unit: '',
      help: 'h',
    });
  });

  test('a known series is looked up once, and found again when the storage let go of it', async () => {
    const server = await opened.serve(proto(family('h', [1]), counter(1)));
    const { storage, base, scrape } = await opened.job(server.address, NATIVE);
    await scrape();
    const { lookups } = storage;
    await scrape();
    expect(storage.lookups).toBe(lookups);
    storage.forgetSeries();
    await scrape();
    expect(storage.values({ __name__: 'h', l: '1', ...base })).toHaveLength(1);
    expect(storage.values({ __name__: 'c_total', ...base })).toEqual([1]);
  });

  test('are not asked for by themselves', async () => {
    const server = await opened.serve(proto(family('h', [1, 2])));
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    expect(server.requests[0]!.headers.accept).not.toContain('protobuf');
    expect(storage.values({ __name__: 'h', l: '1', ...base })).toEqual([]);
    expect(storage.values({ __name__: 'h_count', l: '1', ...base })).toEqual([3]);
  });

  test('a target may have its own will', async () => {
    const server = await opened.serve(proto(family('h', [1, 2])));
    const yaml = 'relabel_configs: [{target_label: __scrape_native_histograms__, replacement: "true"}]\n';
    const { storage, base, scrape } = await opened.job(server.address, yaml);
    await scrape();
    expect(server.requests[0]!.headers.accept).toContain('protobuf');
    expect(storage.values({ __name__: 'h', l: '1', ...base })).toHaveLength(1);
  });

  test.each<[string, string, string | undefined]>([
    ['native_histogram_bucket_limit: 2\n', '', 'integer {count:4, sum:3, (0.25,1]:2, (1,4]:2}'],
    ['native_histogram_min_bucket_factor: 4\n', '', 'integer {count:4, sum:3, (0.25,1]:2, (1,4]:2}'],
    [
      'native_histogram_bucket_limit: 1\nnative_histogram_min_bucket_factor: 1.1\n',
      'histogram bucket limit exceeded',
      undefined,
    ],
  ])('%s', async (yaml, error, stored) => {
    const wide = family('h', [1, 1, 1, 1]);
    const [sample] = wide.samples;
    const histogram = { ...histogramOf([1, 1, 1, 1]), positiveSpans: [{ offset: -1, length: 4 }] };
    const server = await opened.serve(
      proto({ ...wide, samples: [{ ...sample!, histogram: { histogram, integer: true } }] }),
    );
    const { storage, base, scrape, lastError, registry } = await opened.job(server.address, NATIVE + yaml);
    await scrape();
    expect(lastError()).toBe(error);
    expect(storage.values({ __name__: 'h', l: '1', ...base })).toEqual(stored === undefined ? [] : [stored]);
    const metric = 'prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total';
    expect(await registry.metrics()).toContain(`${metric} ${stored === undefined ? 1 : 0}`);
  });

  test('one that is none fails the scrape', async () => {
    const histogram = { ...histogramOf([1, 2]), count: 7 };
    const server = await opened.serve(proto(family('h', [], { histogram: { histogram, integer: true } })));
    const { storage, base, scrape, lastError } = await opened.job(server.address, NATIVE);
    await scrape();
    expect(lastError()).toMatch(/^3 observations found in buckets, but the Count field is 7: /);
    expect(storage.values({ __name__: 'scrape_samples_post_metric_relabeling', ...base })).toEqual([0]);
  });

  test('exemplars are stored in order of time', async () => {
    const exemplars = [5, 3, 4].map((timestampMs) => ({ labels: Labels.EMPTY, value: 1, timestampMs }));
    const histogram = { histogram: histogramOf([1]), integer: true, exemplars };
    const server = await opened.serve(proto(family('h', [], { histogram })));
    const { storage, base, scrape } = await opened.job(server.address, NATIVE);
    await scrape();
    const stored = storage.exemplars({ __name__: 'h', l: '1', ...base });
    expect(stored.map(({ timestampMs }) => timestampMs)).toEqual([3, 4, 5]);
  });
});

describe('classic histograms', () => {
  const classic =
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 3\nh_count 3\nh_sum 5\n# TYPE g gauge\ng 1\n';

  test('are converted, and become stale', async () => {
    const server = await opened.serve(classic);
    const { storage, base, scrape, target } = await opened.job(
      server.address,
      'convert_classic_histograms_to_nhcb: true\n',
    );
    await scrape();
    await scrape();
    server.answer = text('# TYPE g gauge\ng 1\n');
    await scrape();
    const stored = 'integer {count:3, sum:5, [-Inf,1]:1, (1,+Inf]:2}';
    expect(storage.values({ __name__: 'h', ...base })).toEqual([stored, stored, 'stale']);
    expect(storage.values({ __name__: 'h_count', ...base })).toEqual([]);
    expect(storage.values({ __name__: 'g', ...base })).toEqual([1, 1, 1]);
    expect(target().metadata!.get('h')!.type).toBe('histogram');
  });

  test('and kept', async () => {
    const server = await opened.serve(classic);
    const yaml = 'convert_classic_histograms_to_nhcb: true\nalways_scrape_classic_histograms: true\n';
    const { storage, base, scrape } = await opened.job(server.address, yaml);
    await scrape();
    expect(storage.values({ __name__: 'h', ...base })).toHaveLength(1);
    expect(storage.values({ __name__: 'h_count', ...base })).toEqual([3]);
  });
});

describe('start times', () => {
  const START_MS = 1_690_000_000_000;

  test('become zeros before the first sample', async () => {
    const start = { startTimestampMs: START_MS };
    const server = await opened.serve(proto(family('h', [1], start), counter(5, START_MS)));
    const { storage, base, scrape } = await opened.job(server.address, NATIVE, {
      starts: { ...NO_STARTS, zeros: true },
    });
    await scrape();
    await scrape();
    const floats = storage.samples({ __name__: 'c_total', ...base });
    expect(floats.map(({ value }) => value)).toEqual([0, 5, 5]);
    expect(floats[0]!.timestampMs).toBe(START_MS);
    expect(storage.values({ __name__: 'h', l: '1', ...base })).toEqual([
      'integer {count:0, sum:0}',
      'integer {count:1, sum:3, (0.5,1]:1}',
      'integer {count:1, sum:3, (0.5,1]:1}',
    ]);
  });

  test('of OpenMetrics stand in series of their own, which are not stored then', async () => {
    const body = `# TYPE c counter\nc_total 5\nc_created ${START_MS / 1000}\n# EOF\n`;
    const server = await opened.serve(answer('application/openmetrics-text; version=1.0.0', body));
    const { storage, base, scrape } = await opened.job(server.address, '', {
      starts: { ...NO_STARTS, zeros: true },
    });
    await scrape();
    await scrape();
    expect(storage.values({ __name__: 'c_total', ...base })).toEqual([0, 5, 5]);
    expect(storage.values({ __name__: 'c_created', ...base })).toEqual([]);
  });
});

describe('scrapes that fail half-way', () => {
  test('leave what was read as it was, and end the rest', async () => {
    const server = await opened.serve('a 1\nb 1\n');
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    server.answer = text('a 2\nnew 2\n<html>\nb 2\n');
    await scrape();
    await scrape();
    server.answer = text('b 3\n');
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 'stale']);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([1, 'stale', 3]);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 0, 0, 1]);
  });

  test('by the number of samples: what is beyond it ends', async () => {
    const server = await opened.serve('a 1\nb 1\n');
    const { storage, base, scrape } = await opened.job(server.address, 'sample_limit: 2\n');
    await scrape();
    server.answer = text('new 2\na 2\nb 2\n');
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1]);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([1, 'stale']);
  });

  test('not by a label that the storage cannot keep', async () => {
    const server = await opened.serve(`a 1\nb{x="${'y'.repeat(100)}"} 1\nc 1\n`);
    const { storage, base, scrape, lastError, logger } = await opened.job(server.address);
    storage.maxTextLength = 50;
    await scrape();
    expect(lastError()).toBe('');
    expect(storage.values({ __name__: 'c', ...base })).toEqual([1]);
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([2]);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ message: 'Error on ingesting series with labels that cannot be stored' }),
    );
  });
});
