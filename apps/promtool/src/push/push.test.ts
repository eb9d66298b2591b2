import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@narthex/process';
import { uncompressSync } from 'snappy';
import { ApiServer } from '../testing/api-server.js';
import { hasOriginal, runOriginal } from '../testing/original.js';
import { runPromtool } from '../testing/run-promtool.js';

const testWithPeers = hasOriginal ? test : test.skip;
let api: ApiServer;
beforeAll(async () => void (api = await ApiServer.start()));
afterAll(() => api.stop());

const METRICS =
  'a{job="own"} 1 1000\n# TYPE h histogram\nh_bucket{le="1"} 1 1000\nh_bucket{le="+Inf"} 1 1000\nh_sum 2 1000\nh_count 1 1000\n';

/** The texts in the last request, in their order. */
function textsSent(): string[] {
  const message = uncompressSync(Buffer.from(api.asked.at(-1)!.body)) as Buffer;
  return message.toString('latin1').match(/[\w+.]{2,}/g) ?? [];
}

test('series go out with the labels added, and those of the same name put aside', async () => {
  const argv = ['push', 'metrics', '--header=X-Tenant=t', `${api.url}/write`];
  expect(await runPromtool(argv, systemClock, METRICS)).toEqual({
    code: 0,
    out: 'Parsing standard input\n  SUCCESS: metrics pushed to remote write.\n',
    error: '',
  });
  expect(api.asked.at(-1)!.headers).toMatchObject({
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf',
    'x-prometheus-remote-write-version': '0.1.0',
    'x-tenant': 't',
  });
  expect(textsSent()).toEqual(expect.arrayContaining(['exported_job', 'own', 'h_bucket', 'promtool']));
});

describe('refusals', () => {
  test.each([
    ['/refuse', METRICS, '  FAILED: server returned HTTP status 400 Bad Request: out of bounds\n\n'],
    ['/write', 'a{\n', '  FAILED: '],
  ])('%s', async (path, input, error) => {
    const ran = await runPromtool(['push', 'metrics', api.url + path], systemClock, input);
    expect(ran.code).toBe(1);
    expect(ran.error.startsWith(error)).toBe(true);
  });
});

testWithPeers.each([['/write'], ['/refuse']])('as the original, to %s', async (path) => {
  const argv = ['push', 'metrics', '--label=job=x', '--label=more=y', api.url + path];
  const ours = await runPromtool(argv, systemClock, METRICS);
  const ourTexts = textsSent().sort();
  expect(ours).toEqual(await runOriginal(argv, METRICS));
  expect(ourTexts).toEqual(textsSent().sort());
});
