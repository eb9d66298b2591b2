import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PromqlError } from '@narthex/promql';
import { type EvaluatedQuery } from '@narthex/query-worker';
import { parseServerConfig } from '@narthex/server-config';
import { eventually, freePort, RecordingLogger } from '@narthex/testkit';
import { systemClock, type TraceSpan } from '@narthex/process';
import { TraceCollector } from '../../testing/trace-collector.js';
import { traceQuery } from './query-spans.js';
import { tracedRequests } from './request-spans.js';
import { ServerTracing } from './server-tracing.js';
import { type TracingConfig } from './tracing-config.js';

const testdata = join(__dirname, '../../../../../libs/http/src/web-config/testdata');
const pem = (name: string): string => readFileSync(join(testdata, name), 'utf8');
const TLS = { key: pem('server.key'), cert: pem('server.pem') };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

let collector: TraceCollector;
let logger: RecordingLogger;
let tracing: ServerTracing;
beforeEach(() => {
  collector = new TraceCollector();
  logger = new RecordingLogger();
  tracing = new ServerTracing({ clock: systemClock, logger, version: '1.2.3' });
});
afterEach(async () => {
  await tracing.stop();
  collector.close();
});

async function configOf(fields: string): Promise<TracingConfig | undefined> {
  const options = { logger: new RecordingLogger(), environment: {} };
  const text = fields === '' ? '{}' : `tracing: {${fields}}`;
  return (await parseServerConfig(text, join(testdata, 'prometheus.yml'), options)).config.tracing;
}

async function apply(fields: string): Promise<void> {
  await tracing.applyConfig(await configOf(fields));
}

const messages = (): string[] => logger.lines.map(({ message }) => message);

describe('spans are sent', () => {
  test.each([
    ['http', 'insecure: true', undefined],
    ['http', `tls_config: {ca_file: ca.pem}, compression: gzip`, TLS],
    ['http', `tls_config: {insecure_skip_verify: true}`, TLS],
    ['grpc', 'insecure: true', undefined],
    ['grpc', `tls_config: {ca_file: ca.pem, server_name: localhost}, compression: gzip`, TLS],
    ['grpc', `tls_config: {insecure_skip_verify: true}`, TLS],
  ])('over %s with %s', async (type, more, tls) => {
    const endpoint = await (type === 'http' ? collector.overHttp(tls) : collector.overGrpc(tls));
    await apply(
      `client_type: ${type}, endpoint: '${endpoint}', sampling_fraction: 1, headers: {X-Tenant: me}, ${more}`,
    );
    await tracing.within('outer', { attributes: { a: 1, b: 'x' } }, async (span) => {
      await tracing.within('inner', { kind: 'client' }, () => Promise.resolve());
      span?.set('c', true);
    });
    await tracing.stop();
    const outer = collector.named('outer');
    expect(outer).toMatchObject({
      parentId: '',
      kind: 1,
      attributes: { a: 1, b: 'x', c: true },
      statusCode: 0,
    });
    expect(collector.named('inner')).toMatchObject({
      parentId: outer.spanId,
      traceId: outer.traceId,
      kind: 3,
    });
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'prometheus',
      'service.version': '1.2.3',
    });
    expect(collector.requests[0]?.headers).toMatchObject({ 'x-tenant': 'me' });
    if (type === 'http') expect(collector.requests[0]?.path).toBe('/v1/traces');
    expect(messages()).toEqual(['Successfully installed a new tracer provider.', 'Tracing manager stopped']);
  });

  test('a failure is told', async () => {
    await apply(
      `client_type: http, endpoint: '${await collector.overHttp()}', sampling_fraction: 1, insecure: true`,
    );
    await expect(tracing.within('x', {}, () => Promise.reject(new Error('no luck')))).rejects.toThrow(
      'no luck',
    );
    await tracing.stop();
    expect(collector.named('x')).toMatchObject({ statusCode: 2, statusMessage: 'no luck' });
  });

  test('a collector that is not there is a line of the log', async () => {
    const endpoint = `127.0.0.1:${await freePort()}`;
    await apply(
      `client_type: http, endpoint: '${endpoint}', sampling_fraction: 1, insecure: true, timeout: 100ms`,
    );
    const lines = (message: string): unknown[] => logger.lines.filter((line) => line.message === message);
    // As many as are sent at once.
    for (let i = 0; i < 512; i++) tracing.start('x')?.end();
    await eventually('told', () => lines('OpenTelemetry handler returned an error').length > 0);
    tracing.start('last')?.end();
    await tracing.stop();
    expect(lines('failed to shut down the tracer provider')).toHaveLength(1);
  });
});

describe('a reload', () => {
  test('keeps what says the same, and follows what changes', async () => {
    const fields = `client_type: http, endpoint: '${await collector.overHttp()}', sampling_fraction: 1, insecure: true`;
    await apply('');
    await apply(fields);
    await apply(fields);
    await tracing.within('first', {}, () => Promise.resolve());
    await apply(`${fields}, headers: {X-Tenant: other}`);
    await tracing.within('second', {}, () => Promise.resolve());
    await apply('');
    await tracing.within('third', {}, () => Promise.resolve());
    expect(collector.spans.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(collector.requests.map(({ headers }) => headers['x-tenant'])).toEqual([undefined, 'other']);
    const installed = 'Successfully installed a new tracer provider.';
    expect(messages()).toEqual([installed, installed, 'Tracing provider uninstalled.']);
    expect([tracing.isOn, tracing.current]).toEqual([false, undefined]);
  });

  test('fails where a certificate cannot be read', async () => {
    await expect(apply(`endpoint: 'x:1', tls_config: {ca_file: nowhere.pem}`)).rejects.toMatchObject({
      code: 'APPLY',
      message: expect.stringMatching(/^failed to install a new tracer provider: unable to read CA cert/),
    });
    expect(tracing.isOn).toBe(false);
  });
});

describe('what is sampled', () => {
  test.each([
    [0, undefined, []],
    [0, `00-${TRACE}-${CALLER}-01`, ['GET /a', 'within']],
    [1, `00-${TRACE}-${CALLER}-00`, []],
    [1, 'nonsense', ['GET /a', 'within']],
  ])('with a fraction of %d for a caller of %s', async (fraction, traceparent, names) => {
    await apply(
      `client_type: http, endpoint: '${await collector.overHttp()}', sampling_fraction: ${fraction}, insecure: true`,
    );
    await request('/a?b=c', traceparent === undefined ? {} : { traceparent });
    await tracing.stop();
    expect(collector.spans.map(({ name }) => name)).toEqual(names);
  });
});

describe('requests', () => {
  test('have a span with upstream’s attributes, and what they do is within it', async () => {
    await apply(
      `client_type: grpc, endpoint: '${await collector.overGrpc()}', sampling_fraction: 1, insecure: true`,
    );
    const port = await request('/api/v1/query?query=1', { traceparent: `00-${TRACE}-${CALLER}-01` });
    await tracing.stop();
    const span = collector.named('GET /api/v1/query');
    expect(span).toMatchObject({ traceId: TRACE, parentId: CALLER, kind: 2, statusCode: 2 });
    expect(span.attributes).toMatchObject({
      'server.address': '127.0.0.1',
      'server.port': port,
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/api/v1/query',
      'network.protocol.version': '1.1',
      'network.peer.address': '127.0.0.1',
      'client.address': '127.0.0.1',
      'http.response.body.size': 4,
      'http.response.status_code': 503,
    });
    expect(collector.tree(span.spanId)).toEqual([['within']]);
  });
});

/** Asks a server that answers 503 after a step of its own; resolves with its port. */
async function request(path: string, headers: Record<string, string>): Promise<number> {
  const server = createServer(
    tracedRequests((_request, response) => {
      void tracing
        .within('within', {}, () => new Promise((resolve) => setImmediate(resolve)))
        .then(() => {
          response.statusCode = 503;
          response.setHeader('Content-Length', 4).end('late');
        });
    }, tracing),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('queries', () => {
  const notes: EvaluatedQuery['notes'] = {
    warnings: [],
    infos: [],
    samples: { totalQueryableSamples: 7, peakSamples: 3 },
    timings: { preparation: 1, evaluation: 2, sorting: 0.5 },
  };
  const parts: EvaluatedQuery = {
    task: { form: 'instant', query: 'sum(up)by(job)', timeMs: 0, limit: 0, samplesPerStep: false },
    origin: undefined,
    queuedSeconds: 0.25,
    elapsedSeconds: 4,
    span: undefined,
    notes,
    error: undefined,
  };
  const range = { form: 'range', query: 'up', startMs: 0, endMs: 1, stepMs: 1, limit: 0 } as const;
  const failed = new PromqlError('execution', 'no');
  const prepared = [['promqlPrepare'], ['promqlInnerEval']];

  test.each<[string, Partial<EvaluatedQuery>, unknown[]]>([
    ['instant', {}, [['promqlExecQueue'], ['promqlExec', ['promqlEval', ...prepared]]]],
    [
      'range',
      { task: range },
      [['promqlExecQueue'], ['promqlExec', ['promqlEval', ...prepared, ['promqlSort']]]],
    ],
    ['failed', { notes: undefined, error: failed }, [['promqlExecQueue'], ['promqlExec', ['promqlEval']]]],
    ['not read', { notes: undefined, error: new PromqlError('bad_data', 'no') }, [['promqlExecQueue']]],
  ])('%s', async (_what, change, expected) => {
    await apply(
      `client_type: http, endpoint: '${await collector.overHttp()}', sampling_fraction: 1, insecure: true`,
    );
    let told: TraceSpan | undefined;
    await tracing.within('asker', {}, (span) => {
      told = traceQuery({ ...parts, span, ...change }, tracing, { clock: systemClock, parserOptions: {} });
      return Promise.resolve();
    });
    await tracing.stop();
    const asker = collector.named('asker');
    expect(collector.tree(asker.spanId)).toEqual(expected);
    if (told === undefined) return;
    expect(collector.named('promqlEval')).toMatchObject({ spanId: told.spanId, traceId: asker.traceId });
    expect(asker.attributes.query).toBe(`EVAL ${change.task !== undefined ? 'up' : 'sum by (job) (up)'}`);
    expect(collector.named('promqlExecQueue').durationMs).toBeCloseTo(250, 0);
    expect(collector.named('promqlExec').durationMs).toBeCloseTo(3750, 0);
  });

  test('are not told of while nothing is recorded', () => {
    expect(traceQuery(parts, tracing, { clock: systemClock, parserOptions: {} })).toBeUndefined();
  });
});
