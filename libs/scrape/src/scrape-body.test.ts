import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { Opened } from './testing/job-under-test';
import { type Answer, text } from './testing/metrics-server';

const opened = new Opened({
  createClock: (startMs) => new ManualClock(startMs),
  createLogger: () => new RecordingLogger(),
  eventually,
});
afterEach(() => opened.closeAll());

function answer(headers: Readonly<Record<string, string>>, body: string | Buffer, chunks = 1): Answer {
  return (_request, response) => {
    response.writeHead(200, headers);
    const bytes = Buffer.from(body);
    const size = Math.ceil(bytes.length / chunks);
    for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
    response.end();
  };
}

const TEXT = { 'content-type': 'text/plain; version=0.0.4' };

describe('bodies', () => {
  test.each<[string, Answer]>([
    ['with a length', answer({ ...TEXT, 'content-length': '8' }, 'a 1\nb 2\n')],
    ['in chunks', answer(TEXT, 'a 1\nb 2\n', 5)],
    ['packed', answer({ ...TEXT, 'content-encoding': 'gzip' }, gzipSync('a 1\nb 2\n'))],
    ['packed, in chunks', answer({ ...TEXT, 'content-encoding': 'gzip' }, gzipSync('a 1\nb 2\n'), 7)],
    ['that end with the connection', answer({ ...TEXT, connection: 'close' }, 'a 1\nb 2\n')],
    ['without a last newline', answer(TEXT, 'a 1\nb 2')],
    [
      'in OpenMetrics',
      answer({ 'content-type': 'application/openmetrics-text; version=1.0.0' }, 'a 1\nb 2\n# EOF\n'),
    ],
  ])('%s', async (_what, served) => {
    const server = await opened.serve(served);
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 1]);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([2, 2]);
  });

  test('of twenty thousand lines, read in slices', async () => {
    const lines = (value: number) =>
      Array.from({ length: 20_000 }, (_, i) => `m{i="${i}"} ${value}\n`).join('');
    const server = await opened.serve(lines(1));
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    server.answer = text(lines(2));
    await scrape();
    expect(storage.values({ __name__: 'm', i: '19999', ...base })).toEqual([1, 2]);
    expect(storage.values({ __name__: 'scrape_samples_scraped', ...base })).toEqual([20_000, 20_000]);
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([20_000, 0]);
  });

  test('in another order, with lines come and gone', async () => {
    const server = await opened.serve('a 1\nb 1\nc 1\nd 1\n');
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    server.answer = text('d 2\nx 2\nb 2\na 2\n');
    await scrape();
    server.answer = text('x 3\nd 3\nb 3\na 3\nc 3\n');
    await scrape();
    const values = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'x'].map((n) => [n, storage.values({ __name__: n, ...base })]),
    );
    expect(values).toEqual({ a: [1, 2, 3], b: [1, 2, 3], c: [1, 'stale', 3], d: [1, 2, 3], x: [2, 3] });
  });
});

describe('failures', () => {
  test.each<[string, string, string, number]>([
    ['a line that is none', 'a 1\nb 1\n%%%\n', '', 2],
    ['the limit of samples', 'a 1\nb 1\nc 1\n', 'sample_limit: 2', 2],
  ])('the series before %s count as new', async (_what, body, yaml, added) => {
    const server = await opened.serve(body);
    const { storage, base, scrape } = await opened.job(server.address, yaml);
    await scrape();
    expect(storage.values({ __name__: 'up', ...base })).toEqual([0]);
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([added]);
    expect(storage.values({ __name__: 'a', ...base })).toEqual([]);
  });

  test.each<[string, Answer, string, string]>([
    [
      'garbage',
      text('a 1\n<html>\n'),
      '',
      'expected a valid start token, got "<" ("INVALID") while parsing: "<"',
    ],
    [
      'the wrong content type',
      answer({ 'content-type': 'text/html' }, 'a 1\n'),
      '',
      'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
    ],
    ['a body too long', text('# x\n'.repeat(250)), 'body_size_limit: 1000B\n', 'body size limit exceeded'],
    [
      'a packed body too long',
      answer({ ...TEXT, 'content-encoding': 'gzip' }, gzipSync('# x\n'.repeat(250))),
      'body_size_limit: 1000B\n',
      'body size limit exceeded',
    ],
    ['too many samples', text('a 1\nb 1\nc 1\n'), 'sample_limit: 2\n', 'sample limit exceeded'],
    [
      'too many labels',
      text('a{x="1",y="2"} 1\n'),
      'label_limit: 4\n',
      'label_limit exceeded (metric: a, number of labels: 5, limit: 4)',
    ],
    [
      'a name too long',
      text('a{xxxxxxxxx="1"} 1\n'),
      'label_name_length_limit: 8\n',
      'label_name_length_limit exceeded (metric: a, label name: xxxxxxxxx, length: 9, limit: 8)',
    ],
    [
      'a value too long',
      text('a{x="123456789012345678901234567890"} 1\n'),
      'label_value_length_limit: 25\n',
      'label_value_length_limit exceeded (metric: a, label name: x, value: "123456789012345678901234567890", length: 30, limit: 25)',
    ],
    [
      'a value too long, of characters that take two units',
      text(`a{x="${'😀'.repeat(60)}"} 1\n`),
      'label_value_length_limit: 25\n',
      `label_value_length_limit exceeded (metric: a, label name: x, value: "${'😀'.repeat(50)}", length: 240, limit: 25)`,
    ],
    [
      'a packed body that is none',
      answer({ ...TEXT, 'content-encoding': 'gzip' }, 'this is no gzip\n'),
      '',
      'gzip: invalid header',
    ],
    [
      'a name that legacy validation refuses',
      text('{"a.b"} 1\n'),
      'metric_name_validation_scheme: legacy\nmetric_name_escaping_scheme: underscores\n',
      'invalid metric name or label names: ',
    ],
    [
      'a name that relabelling has taken',
      text('a 1\n'),
      'metric_relabel_configs: [{regex: __name__, action: labeldrop}]\n',
      'missing metric name (__name__ label)',
    ],
  ])('%s', async (_what, served, yaml, error) => {
    const server = await opened.serve('# TYPE good gauge\ngood 1\n');
    const { storage, base, scrape, configure, lastError } = await opened.job(server.address);
    await scrape();
    await configure(yaml);
    server.answer = served;
    await scrape();
    expect(lastError()).toContain(error);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 0]);
    expect(storage.values({ __name__: 'a', ...base })).toEqual([]);
  });

  test('a target that answers too late', async () => {
    const server = await opened.serve(() => undefined);
    const { lastError, clock, target, storage } = await opened.job(server.address, 'scrape_timeout: 300ms\n');
    await clock.advance(1000);
    await eventually('the request to arrive', () => server.requests.length > 0);
    await clock.advance(300);
    await eventually('the scrape to be stored', () => storage.commits > 0);
    expect(lastError()).toBe(`Get "${target().url}": context deadline exceeded`);
  });

  test('a target whose body never ends', async () => {
    const server = await opened.serve((_request, response) => {
      response.writeHead(200, TEXT);
      response.write('a 1\n');
    });
    const { lastError, clock, storage } = await opened.job(server.address, 'scrape_timeout: 300ms\n');
    await clock.advance(1000);
    await eventually('the request to arrive', () => server.requests.length > 0);
    await clock.advance(300);
    await eventually('the scrape to be stored', () => storage.commits > 0);
    expect(lastError()).toMatch(/context deadline exceeded$/);
  });
});

describe('samples', () => {
  test('with times of their own need no stale markers, unless they are tracked', async () => {
    const server = await opened.serve('a 1 1699999999000\n');
    const { storage, base, scrape, configure } = await opened.job(server.address);
    await scrape();
    server.answer = text('b 1\n');
    await scrape();
    expect(storage.samples({ __name__: 'a', ...base })).toEqual([
      { timestampMs: 1_699_999_999_000, value: 1 },
    ]);
    await configure('track_timestamps_staleness: true\n');
    server.answer = text('a 2 1699999999500\n');
    await scrape();
    server.answer = text('b 1\n');
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 2, 'stale']);
  });

  test('take the time of the scrape where times are not honoured', async () => {
    const server = await opened.serve('a 1 5\n');
    const { storage, base, scrape } = await opened.job(server.address, 'honor_timestamps: false\n');
    await scrape();
    expect(storage.samples({ __name__: 'a', ...base })[0]!.timestampMs).toBeGreaterThan(1_700_000_000_000);
  });

  test('that come twice, too late or too early are counted and logged', async () => {
    const server = await opened.serve('a 1\na 2\nb 1 1700009999000\nc 1 2000\n');
    const { storage, base, scrape, logger, registry } = await opened.job(server.address);
    await scrape();
    server.answer = text('c 1 1000\n');
    await scrape();
    storage.minTimeMs = 1_700_000_000_000;
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 'stale']);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([]);
    const warned = logger.lines
      .filter(({ level }) => level === 'warn')
      .map(({ message, fields }) => [message, fields.num_dropped]);
    expect(warned).toEqual([
      ['Error on ingesting samples with different value but same timestamp', 1],
      ['Error on ingesting samples that are too old or are too far into the future', 1],
      ['Error on ingesting out-of-order samples', 1],
      ['Error on ingesting samples that are too old or are too far into the future', 1],
    ]);
    const metrics = await registry.metrics();
    for (const [kind, count] of [
      ['duplicate_timestamp', 1],
      ['out_of_order', 1],
      ['out_of_bounds', 2],
    ] as const) {
      expect(metrics).toContain(`prometheus_target_scrapes_sample_${kind}_total ${count}\n`);
    }
  });

  test('of series that the storage has let go of find their series again', async () => {
    const server = await opened.serve('# TYPE h histogram\nh_bucket{le="1"} 1\n');
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    storage.forgetSeries();
    await scrape();
    await scrape();
    expect(storage.values({ __name__: 'h_bucket', le: '1.0', ...base })).toEqual([1, 1]);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 1]);
  });

  test('are relabelled, and dropped ones stay dropped', async () => {
    const server = await opened.serve('a{keep="1"} 1\nb 1\n');
    const yaml =
      'metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}, {source_labels: [keep], target_label: kept}]\n';
    const { storage, base, scrape } = await opened.job(server.address, yaml);
    await scrape();
    await scrape();
    expect(storage.values({ __name__: 'a', keep: '1', kept: '1', ...base })).toEqual([1, 1]);
    expect(storage.values({ __name__: 'scrape_samples_scraped', ...base })).toEqual([2, 2]);
    expect(storage.values({ __name__: 'scrape_samples_post_metric_relabeling', ...base })).toEqual([1, 1]);
  });

  test('bring their exemplars along', async () => {
    const server = await opened.serve(
      answer({ 'content-type': 'application/openmetrics-text' }, 'a_total 1 # {trace="x"} 0.5\n# EOF\n'),
    );
    const { storage, base, scrape } = await opened.job(server.address);
    await scrape();
    await scrape();
    const exemplars = storage.exemplars({ __name__: 'a_total', ...base });
    expect(
      exemplars.map(({ labels, value, hasTimestamp }) => [labels.get('trace'), value, hasTimestamp]),
    ).toEqual([
      ['x', 0.5, false],
      ['x', 0.5, false],
    ]);
  });
});
