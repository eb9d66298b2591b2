import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { DEFAULT_HTTP_CLIENT_CONFIG } from '@narthex/httpclient';
import { Labels, Matcher } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { silentLogger } from '@narthex/testkit';
import { ReadReceiver } from '../read/read-receiver.js';
import { histogram } from '../testing/histogram.js';
import { everythingOf, FewSeries } from '../testing/stored-series.js';
import { FanoutStorage } from './fanout-storage.js';
import { type RemoteReadConfig, type RemoteReadEntry } from './read-config.js';
import { RemotePort } from './remote-port.js';
import { RemoteReadStorage } from './remote-read-storage.js';
import { serveReader } from './serve-reader.js';

type Answer = (response: ServerResponse) => void;

/** A store: the real receiver of remote read over a few series, or whatever a test answers instead. */
class Store {
  readonly series = new FewSeries();
  readonly headers: IncomingHttpHeaders[] = [];
  answer: Answer | undefined;
  /** Answers with samples though chunks are asked for. */
  sendsSamples = false;
  #server: Server | undefined;

  async open(): Promise<void> {
    const receiver = await ReadReceiver.create({
      storage: this.series,
      clock: systemClock,
      logger: silentLogger(),
      registry: new Registry(),
      externalLabels: () => Labels.EMPTY,
      sampleLimit: 0,
      concurrentLimit: 10,
      maxBytesInFrame: 40,
    });
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      this.headers.push(request.headers);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (this.answer === undefined) void this.#read(receiver, Buffer.concat(chunks), response);
        else this.answer(response);
      });
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}/read`;
  }

  async close(): Promise<void> {
    this.#server!.closeAllConnections();
    await new Promise((resolve) => this.#server!.close(resolve));
  }

  async #read(receiver: ReadReceiver, body: Buffer, response: ServerResponse): Promise<void> {
    const { compressSync, uncompressSync } = await import('snappy');
    const message = uncompressSync(body) as Buffer;
    // The types of answers that are taken stand at the end: two of them.
    const asked = this.sendsSamples ? compressSync(message.subarray(0, -4)) : body;
    await receiver.receive(
      () => Promise.resolve(asked),
      async ({ contentType, parts }) => {
        response.setHeader('content-type', contentType);
        for await (const part of parts) response.write(part);
        response.end();
      },
      new AbortController().signal,
    );
  }
}

let stores: readonly Store[];
let remote: RemoteReadStorage;
let port: RemotePort;
let local: FewSeries;
let stop: () => void;
let localStartMs: number;
let registry: Registry;

beforeEach(async () => {
  stores = [new Store(), new Store()];
  for (const store of stores) await store.open();
  localStartMs = 5000;
  registry = new Registry();
  remote = new RemoteReadStorage({
    clock: systemClock,
    registry,
    userAgent: 'Narthex/test',
    localStartMs: () => localStartMs,
  });
  const { port1, port2 } = new MessageChannel();
  stop = serveReader(port1, remote);
  port = new RemotePort({ port: port2, storeCount: remote.storeCount });
  local = new FewSeries();
});

afterEach(async () => {
  stop();
  port.close();
  await remote.close();
  for (const store of stores) await store.close();
});

function entry(store: Store, fields: Partial<RemoteReadConfig> = {}): RemoteReadEntry {
  const config: RemoteReadConfig = {
    ...DEFAULT_HTTP_CLIENT_CONFIG,
    url: store.url,
    name: '',
    remote_timeout: 20_000,
    chunked_read_limit: 50_000_000,
    headers: new Map(),
    read_recent: true,
    required_matchers: Labels.EMPTY,
    filter_external_labels: true,
    ...fields,
  };
  return { config, yaml: JSON.stringify(config) };
}

function apply(entries: readonly RemoteReadEntry[], externalLabels = Labels.EMPTY): Promise<void> {
  return remote.applyConfig({ externalLabels, remoteReads: entries });
}

const up = new Matcher('=', '__name__', 'up');
const ask = (matchers = [up], minTimeMs = 0, maxTimeMs = 10_000, func = '') =>
  everythingOf(new FanoutStorage(local, port), minTimeMs, maxTimeMs, matchers, func);
const floats = (job: string, ...samples: [number, number][]) => ({
  labels: Labels.of({ __name__: 'up', job }),
  samples,
});

describe.each([false, true])('answers in samples: %s', (sendsSamples) => {
  beforeEach(() => {
    for (const store of stores) store.sendsSamples = sendsSamples;
  });

  test('series of all, in order; where they meet, each time once, the local value first', async () => {
    const many = Array.from({ length: 8 }, (_, i): [number, number] => [1000 * i, i]);
    local.series = [floats('b', [3000, 30], [4000, 40])];
    stores[0]!.series.series = [floats('c', [1, Infinity]), floats('b', ...many), floats('a', [500, -0.5])];
    stores[1]!.series.series = [floats('b', [2500, 25], [3000, 99]), floats('d', [1, 2])];
    await apply([entry(stores[0]!), entry(stores[1]!)]);
    expect(await ask()).toEqual({
      warnings: [],
      series: [
        ['{__name__="up", job="a"}', [[500, -0.5]]],
        [
          '{__name__="up", job="b"}',
          [
            [0, 0],
            [1000, 1],
            [2000, 2],
            [2500, 25],
            [3000, 30],
            [4000, 40],
            [5000, 5],
            [6000, 6],
            [7000, 7],
          ],
        ],
        ['{__name__="up", job="c"}', [[1, Infinity]]],
        ['{__name__="up", job="d"}', [[1, 2]]],
      ],
    });
    expect((await ask([up], 1000, 2500)).series).toContainEqual([
      '{__name__="up", job="b"}',
      [
        [1000, 1],
        [2000, 2],
        [2500, 25],
      ],
    ]);
  });

  test('native histograms', async () => {
    const samples = [1, 2, 3, 4, 5].map(
      (i) => [1000 * i, { ...histogram, count: 3 + i, zeroCount: i }] as const,
    );
    stores[0]!.series.series = [{ labels: Labels.of({ __name__: 'up' }), samples }];
    await apply([entry(stores[0]!)]);
    expect((await ask()).series).toEqual([
      ['{__name__="up"}', samples.map(([timestampMs, { count }]) => [timestampMs, count])],
    ]);
  });
});

describe('what stores are asked for', () => {
  test('the time before the local storage begins, unless the recent is wanted too', async () => {
    await apply([entry(stores[0]!, { read_recent: false }), entry(stores[1]!)]);
    await ask([up], 0, 10_000, 'rate');
    expect(stores[0]!.series.asked).toEqual(['0 5000 rate __name__="up"']);
    expect(stores[1]!.series.asked).toEqual(['0 10000 rate __name__="up"']);
    await ask([up], 5001, 10_000);
    expect(stores[0]!.series.asked).toHaveLength(1);
    expect(stores[1]!.series.asked).toHaveLength(2);
  });

  test('what it must be asked about, or nothing', async () => {
    await apply([entry(stores[0]!, { required_matchers: Labels.of({ job: 'a', zone: 'eu' }) })]);
    const job = new Matcher('=', 'job', 'a');
    await ask([up, job]);
    await ask([up, job, new Matcher('=~', 'zone', 'eu')]);
    expect(stores[0]!.series.asked).toEqual([]);
    await ask([up, job, new Matcher('=', 'zone', 'eu')]);
    expect(stores[0]!.series.asked).toHaveLength(1);
  });

  test("the server's own labels, which are taken off again, unless the query names them or they are not wanted", async () => {
    const labels = Labels.of({ __name__: 'up', replica: '1', zone: 'eu' });
    stores[0]!.series.series = [{ labels, samples: [[1, 1]] }];
    stores[1]!.series.series = [{ labels, samples: [[1, 1]] }];
    await apply(
      [entry(stores[0]!), entry(stores[1]!, { filter_external_labels: false })],
      Labels.of({ replica: '1', zone: 'eu' }),
    );
    expect((await ask([up, new Matcher('!=', 'zone', '')])).series).toEqual([
      ['{__name__="up", replica="1", zone="eu"}', [[1, 1]]],
      ['{__name__="up", zone="eu"}', [[1, 1]]],
    ]);
    expect(stores[0]!.series.asked).toEqual(['0 10000  __name__="up",zone!="",replica="1"']);
    expect(stores[1]!.series.asked).toEqual(['0 10000  __name__="up",zone!=""']);
  });

  test('with headers that are configured and those of the protocol', async () => {
    await apply([entry(stores[0]!, { headers: new Map([['X-Scope', 'me']]) })]);
    await ask();
    expect(stores[0]!.headers[0]).toMatchObject({
      'x-scope': 'me',
      'user-agent': 'Narthex/test',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'accept-encoding': 'snappy',
      'x-prometheus-remote-read-version': '0.1.0',
    });
    const text = await registry.metrics();
    expect(text).toMatch(/remote_read_client_queries_total\{.*response_type="chunked",code="200"\} 1/);
  });
});

describe('stores that do not answer are warnings beside what others say', () => {
  const refusing = (answer: Answer) => async () => {
    local.series = [floats('a', [1, 1])];
    stores[0]!.answer = answer;
    await apply([entry(stores[0]!, { remote_timeout: 300 })]);
    const { series, warnings } = await ask();
    expect(series).toEqual([['{__name__="up", job="a"}', [[1, 1]]]]);
    expect(warnings).toHaveLength(1);
    return warnings[0]!.replaceAll(stores[0]!.url, 'URL');
  };

  test.each<[string, Answer, string]>([
    [
      'a status',
      (response) => response.writeHead(400).end('\nno such thing\n'),
      'remote_read: remote server URL returned http status 400 Bad Request: no such thing',
    ],
    [
      'another type',
      (response) => response.setHeader('content-type', 'text/plain').end('x'),
      'remote_read: unsupported content type: text/plain',
    ],
    [
      'samples that are not compressed',
      (response) => response.setHeader('content-type', 'application/x-protobuf').end('xyz'),
      'remote_read: error reading response: snappy: corrupt input',
    ],
    [
      'less than promised',
      (response) => {
        response.setHeader('content-type', 'application/x-protobuf').setHeader('content-length', 100);
        response.write('xyz', () => response.destroy());
      },
      'remote_read: error reading response. HTTP status code: 200 OK: unexpected EOF',
    ],
    [
      'half a frame',
      (response) =>
        response
          .setHeader('content-type', 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse')
          .end(Buffer.from([9, 1, 2, 3, 4, 5])),
      'remote_read: unexpected EOF',
    ],
    [
      'a frame that is damaged',
      (response) =>
        response
          .setHeader('content-type', 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse')
          .end(Buffer.from([1, 0, 0, 0, 0, 5])),
      'remote_read: chunkedReader: corrupted frame; checksum mismatch',
    ],
    ['nothing', () => undefined, 'remote_read: error sending request: Post "URL": context deadline exceeded'],
  ])('%s', async (_case, answer, expected) => {
    expect(await refusing(answer)()).toBe(expected);
  });

  test('a frame that is longer than allowed', async () => {
    stores[0]!.series.series = [floats('a', [1, 1], [2, 2], [3, 3])];
    await apply([entry(stores[0]!, { chunked_read_limit: 20 })]);
    const { series, warnings } = await ask();
    expect(series).toEqual([]);
    expect(warnings[0]).toMatch(
      /^remote_read: chunkedReader: message size exceeded the limit 20 bytes; got: \d+ bytes$/,
    );
  });

  test('labels cannot be asked for', async () => {
    local.series = [floats('a', [1, 1])];
    await apply([entry(stores[0]!), entry(stores[1]!)]);
    const querier = new FanoutStorage(local, port).querier(0, 10_000);
    expect(await querier.labelValues('job', [], 0)).toEqual({ values: ['a'], warnings: ['not implemented'] });
    expect((await querier.labelNames([], 0)).warnings).toEqual(['not implemented']);
    querier.close();
  });
});

test('who is interrupted does not wait, and the store hears of it', async () => {
  const gone = new Promise<void>((resolve) => {
    stores[0]!.answer = (response) => response.on('close', resolve);
  });
  await apply([entry(stores[0]!)]);
  let isInterrupted = false;
  const asking = everythingOf(new FanoutStorage(local, port, () => isInterrupted), 0, 1, [up]);
  isInterrupted = true;
  expect(await asking).toEqual({ series: [], warnings: [] });
  await gone;
});

test('without stores the local storage answers alone', async () => {
  local.series = [floats('a', [1, 1])];
  expect((await ask()).series).toHaveLength(1);
  await apply([entry(stores[0]!)]);
  expect(remote.hasStores).toBe(true);
  await apply([]);
  expect((await ask()).series).toHaveLength(1);
  expect(stores[0]!.headers).toEqual([]);
});

test('the same element twice is refused', async () => {
  await expect(apply([entry(stores[0]!), entry(stores[0]!)])).rejects.toThrow(
    `duplicate remote read configs are not allowed, found duplicate for URL: ${stores[0]!.url}`,
  );
  expect(remote.hasStores).toBe(false);
});
