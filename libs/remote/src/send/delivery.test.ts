import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { eventually } from '@narthex/testkit';
import { entryOf, SenderRig } from '../testing/sender-rig.js';
import { WriteEndpoint } from '../testing/write-endpoint.js';
import { WRITE_MESSAGES } from '../write/content-type.js';

let rig: SenderRig;
let endpoint: WriteEndpoint;
let laterMs: number;
const A = '{__name__="a"}';
/** Only whole batches go out. */
const WHOLE = { batch_send_deadline: 3_600_000 };

beforeEach(async () => {
  [rig, endpoint] = await Promise.all([SenderRig.open(), WriteEndpoint.open()]);
  laterMs = Date.now() + 1_000_000;
  rig.series([1, '__name__', 'a']);
});

afterEach(async () => {
  await rig.close();
  await endpoint.close();
});

function writeSamples(count: number, from = laterMs): void {
  for (let i = 0; i < count; i++) rig.samples([1, from + i, i]);
}

function expectAll(count: number): void {
  expect(endpoint.timesOf(A)).toEqual(Array.from({ length: count }, (_, i) => laterMs + i));
}

describe('receivers in trouble', () => {
  test.each([500, 503, 429])('%d is tried again until it is taken', async (status) => {
    endpoint.refuse = (_request, index) => (index < 3 ? { status, text: 'later' } : undefined);
    await rig.apply([entryOf(endpoint.url, {}, { ...WHOLE, retry_on_http_429: true })]);
    writeSamples(30);
    await eventually('all', () => endpoint.timesOf(A).length === 30);
    expectAll(30);
    expect(endpoint.requests.map(({ headers }) => headers['retry-attempt']).slice(0, 4)).toEqual([
      undefined,
      '1',
      '2',
      '3',
    ]);
    expect(endpoint.requests[0]!.body.equals(endpoint.requests[3]!.body)).toBe(true);
    expect(await rig.metric('remote_storage_samples_retried_total')).toBe(30);
    expect(await rig.metric('remote_storage_samples_failed_total')).toBe(0);
    // The same line once a minute.
    const line = rig.logger.lines.filter(({ message }) => message === 'Failed to send batch, retrying');
    expect(line).toHaveLength(1);
    expect(line[0]!.fields).toMatchObject({
      err: expect.stringMatching(`^server returned HTTP status ${status} [A-Z][A-Za-z ]+: later$`),
    });
  });

  test.each([
    [400, false],
    [404, true],
    [429, false],
  ])('%d is not tried again', async (status, retry) => {
    endpoint.refuse = (_request, index) => (index === 0 ? { status, text: 'x'.repeat(2000) } : undefined);
    await rig.apply([entryOf(endpoint.url, {}, { ...WHOLE, retry_on_http_429: retry })]);
    writeSamples(20);
    await eventually('the second half', () => endpoint.timesOf(A).length === 10);
    expect(endpoint.timesOf(A)[0]).toBe(laterMs + 10);
    expect(await rig.metric('remote_storage_samples_failed_total')).toBe(10);
    expect(await rig.metric('remote_storage_samples_total')).toBe(20);
    const line = rig.logger.lines.find(({ message }) => message === 'non-recoverable error');
    expect(line!.fields).toMatchObject({ failedSampleCount: 10, failedExemplarCount: 0 });
    expect(String(line!.fields.err)).toMatch(/: x{1024}$/);
  });

  test('Retry-After is kept to', async () => {
    const headers = { 'Retry-After': '1' };
    endpoint.refuse = (_request, index) => (index === 0 ? { status: 503, headers } : undefined);
    await rig.apply([entryOf(endpoint.url)]);
    writeSamples(1);
    await eventually('a sample', () => endpoint.timesOf(A).length === 1);
    expect(endpoint.requests[1]!.atMs - endpoint.requests[0]!.atMs).toBeGreaterThan(900);
    expect(rig.messages('info')).toContain('Retrying after duration specified by Retry-After header');
  });

  test('an end of the receiver holds reading back, and nothing is lost or out of order', async () => {
    await rig.apply([entryOf(endpoint.url, {}, { capacity: 20 })]);
    await endpoint.close();
    writeSamples(500);
    await eventually(
      'a full queue',
      async () => ((await rig.metric('remote_storage_enqueue_retries_total')) ?? 0) > 0,
    );
    // Two batches that wait, one under way, one that is not full yet.
    expect(await rig.metric('remote_storage_samples_pending')).toBeLessThanOrEqual(40);
    await endpoint.listen();
    await eventually('all', () => endpoint.timesOf(A).length === 500);
    expectAll(500);
    expect(await rig.metric('remote_storage_samples_failed_total')).toBe(0);
  });

  test('an answer that does not come in time is tried again', async () => {
    endpoint.refuse = (_request, index) => (index === 0 ? 'never' : undefined);
    await rig.apply([entryOf(endpoint.url, { remote_timeout: 100 })]);
    writeSamples(5);
    await eventually('all', () => endpoint.timesOf(A).length === 5);
    const line = rig.logger.lines.find(({ message }) => message === 'Failed to send batch, retrying');
    expect(String(line!.fields.err)).toMatch(/^Post "http:\/\/127.*": context deadline exceeded$/);
  });

  test('a receiver of 1.0 that takes anything is told from one of 2.0', async () => {
    endpoint.tellsWritten = false;
    await rig.apply([entryOf(endpoint.url, { protobuf_message: WRITE_MESSAGES[1] }, WHOLE)]);
    writeSamples(10);
    const line = await eventually('an error', () =>
      rig.logger.lines.find(({ message }) => message === 'non-recoverable error'),
    );
    expect(String(line.fields.err)).toContain(
      'sent v2 request with 10 samples, 0 histograms and 0 exemplars; got 2xx, but PRW 2.0 response header statistics indicate 0 samples',
    );
    expect(await rig.metric('remote_storage_samples_failed_total')).toBe(10);
  });

  test('samples that get too old while waiting are dropped, and those that are so when read', async () => {
    let isUp = false;
    endpoint.refuse = () => (isUp ? undefined : { status: 500 });
    await rig.apply([entryOf(endpoint.url, {}, { sample_age_limit: 300, max_backoff: 10 })]);
    const nowMs = Date.now();
    rig.samples([1, nowMs + 1, 1], [1, laterMs, 2]);
    const reason = { reason: 'too_old' };
    await eventually(
      'a sample that is too old',
      async () =>
        Date.now() > nowMs + 400 &&
        endpoint.requests.length > 3 &&
        (await rig.metric('remote_storage_samples_dropped_total', reason)) === 1,
    );
    isUp = true;
    await eventually('the other one', () => endpoint.timesOf(A).length === 1);
    expect(endpoint.timesOf(A)).toEqual([laterMs]);
    expect(await rig.metric('remote_storage_samples_pending')).toBe(0);
  });
});

describe('the end', () => {
  test('what cannot be sent before the deadline is given up, and counted', async () => {
    const quick = await SenderRig.open(300);
    endpoint.refuse = () => 'never';
    await quick.apply([entryOf(endpoint.url, {}, WHOLE)]);
    quick.series([1, '__name__', 'a']);
    for (let i = 0; i < 200; i++) quick.samples([1, laterMs + i, 1]);
    await eventually('a request', () => endpoint.requests.length > 0);
    await quick.storage.stop();
    const line = quick.logger.lines.find(
      ({ message }) => message === 'Failed to flush all samples on shutdown',
    );
    expect(Number(line!.fields.count)).toBeGreaterThan(90);
    expect(
      quick.logger.lines.find(({ message }) => message === 'non-recoverable error')!.fields,
    ).toMatchObject({
      failedSampleCount: 10,
      err: 'context canceled',
    });
    expect(quick.messages('info').at(-1)).toBe('Remote storage stopped.');
    await quick.close();
  });
});

describe('another configuration', () => {
  const sentOf = (name: string): Promise<number | undefined> =>
    rig.metric('remote_storage_samples_total', { remote_name: name });

  test('a queue whose element is the same goes on, with the new secrets; others end and begin', async () => {
    const second = await WriteEndpoint.open();
    const kept = entryOf(endpoint.url, { name: 'kept' });
    await rig.apply([kept, entryOf(second.url, { name: 'gone' })]);
    writeSamples(10);
    await eventually('both', () => endpoint.timesOf(A).length === 10 && second.timesOf(A).length === 10);
    const renewed = { config: { ...kept.config, headers: new Map([['X-Key', 'new']]) }, yaml: kept.yaml };
    await rig.apply([renewed, entryOf(second.url, { name: 'new' })]);
    writeSamples(10, laterMs + 10);
    await eventually('both again', () => endpoint.timesOf(A).length === 20 && second.timesOf(A).length >= 10);
    expectAll(20);
    expect(endpoint.requests.at(-1)!.headers['x-key']).toBe('new');
    expect(await sentOf('kept')).toBe(20);
    expect(await sentOf('gone')).toBeUndefined();
    await eventually('the new one', async () => ((await sentOf('new')) ?? 0) >= 10);
    await rig.apply([]);
    expect(await rig.registry.metrics()).not.toContain('prometheus_remote_storage_shards');
    await second.close();
  });

  test('other labels of the server restart all queues', async () => {
    await rig.apply([entryOf(endpoint.url)]);
    writeSamples(1);
    await eventually('a sample', () => endpoint.timesOf(A).length === 1);
    await rig.apply([entryOf(endpoint.url)], Labels.of({ zone: 'eu' }));
    rig.samples([1, laterMs + 5, 1]);
    await eventually(
      'a sample with the label',
      () => endpoint.timesOf('{__name__="a", zone="eu"}').length > 0,
    );
    expect(rig.messages('info')).toContain('Remote storage stopped.');
  });

  test('the same element twice is refused, and nothing changes', async () => {
    await rig.apply([entryOf(endpoint.url)]);
    const twice = entryOf('http://u:secret@127.0.0.1:1/w');
    await expect(rig.apply([twice, twice])).rejects.toThrow(
      'duplicate remote write configs are not allowed, found duplicate for URL: http://u:xxxxx@127.0.0.1:1/w',
    );
    writeSamples(1);
    await eventually('a sample', () => endpoint.timesOf(A).length === 1);
  });

  test('without a name, an element is called by a hash of it', async () => {
    await rig.apply([{ ...entryOf(endpoint.url, { name: '' }), yaml: 'url: x\n' }]);
    expect(await rig.metric('remote_storage_shards', { remote_name: '97842d', url: endpoint.url })).toBe(1);
  });
});

test('the oldest of what all receivers have', async () => {
  expect(rig.storage.lowestSentTimestampMs).toBeUndefined();
  const second = await WriteEndpoint.open();
  second.refuse = () => 'never';
  await rig.apply([entryOf(endpoint.url), entryOf(second.url, { name: 'other' })]);
  writeSamples(1);
  await eventually('a sample', () => endpoint.timesOf(A).length === 1);
  expect(rig.storage.lowestSentTimestampMs).toBe(0);
  second.refuse = () => undefined;
  await second.close();
  await second.listen();
  await eventually('the other one', () => (rig.storage.lowestSentTimestampMs ?? 0) > 0);
  expect(rig.storage.lowestSentTimestampMs).toBe(1000 * Math.trunc(laterMs / 1000));
  await second.close();
});
