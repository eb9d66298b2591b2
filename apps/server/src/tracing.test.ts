import { createServer, type IncomingHttpHeaders } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { Bundle } from './testing/built-server.js';
import { TraceCollector } from './testing/trace-collector.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const folder = temporaryFolder('tracing');
const collector = new TraceCollector();
const scraped: IncomingHttpHeaders[] = [];
const target = createServer((request, response) => {
  scraped.push(request.headers);
  response.setHeader('Content-Type', 'text/plain; version=0.0.4').end('x 1\n');
});
let bundle: Bundle;

beforeAll(async () => {
  bundle = await Bundle.build();
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
}, 120_000);

afterAll(() => {
  target.closeAllConnections();
  target.close();
  collector.close();
  bundle.remove();
  folder.remove();
});

test('requests, queries, rules and scrapes leave spans, and the query log names them', async () => {
  const targetAddress = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  const rules =
    'groups: [{name: g, rules: [{record: y, expr: x}, {record: z, expr: "x + on() group_left x"}]}]\n';
  writeFileSync(join(folder.path, 'rules.yml'), rules);
  const config = join(folder.path, 'prometheus.yml');
  writeFileSync(
    config,
    `global: {scrape_interval: 1s, evaluation_interval: 1s, query_log_file: query.log}
rule_files: [rules.yml]
scrape_configs: [{job_name: j, static_configs: [{targets: ['${targetAddress}']}]}]
tracing: {endpoint: '${await collector.overGrpc()}', insecure: true, sampling_fraction: 1}
`,
  );
  const args = [`--config.file=${config}`, '--storage.tsdb.path=data', '--web.listen-address=127.0.0.1:0'];
  const server = bundle.run(args, folder.path);
  try {
    let url = '';
    await eventually('ready', async () => (url = (await server.url()) ?? '') !== '');
    const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${url}${path}`, { ...init, headers: { traceparent: `00-${TRACE}-${CALLER}-01` } });
    await eventually('scraped and evaluated', async () => {
      const { data } = (await (await fetch(`${url}/api/v1/query?query=y`)).json()) as {
        readonly data: { readonly result: readonly unknown[] };
      };
      return data.result.length === 1;
    });
    await (await ask('/api/v1/query_range?query=sum(x)&start=0&end=10&step=1')).text();
    await (
      await ask('/api/v1/query', { method: 'POST', body: new URLSearchParams({ query: 'x+1' }) })
    ).text();
  } finally {
    expect(await server.end()).toBe(0);
  }
  const prepared = [['promqlPrepare'], ['promqlInnerEval']];
  const queried = (...parts: unknown[]): unknown[] => [
    ['promqlExecQueue'],
    ['promqlExec', ['promqlEval', ...prepared, ...parts]],
  ];
  expect(collector.tree(CALLER)).toEqual([
    ['GET /api/v1/query_range', ...queried(['promqlSort'])],
    ['POST /api/v1/query', ...queried()],
  ]);
  expect(collector.named('POST /api/v1/query').attributes).toMatchObject({ query: 'EVAL x + 1' });
  const rule = collector.spans.find(({ attributes }) => attributes.query === 'EVAL x')!;
  expect(rule).toMatchObject({ name: 'rule', parentId: '', attributes: { name: 'y' } });
  const scrape = collector.named('Scrape');
  expect(collector.tree(scrape.spanId)).toEqual([['HTTP GET']]);
  const told = scraped.map(({ traceparent }) => String(traceparent));
  expect(told).toContain(
    `00-${scrape.traceId}-${collector.spans.find(({ parentId }) => parentId === scrape.spanId)!.spanId}-01`,
  );
  const logged = readFileSync(join(folder.path, 'query.log'), 'utf8').trim().split('\n');
  const spanIds = new Set(
    collector.spans.filter(({ name }) => name === 'promqlEval').map(({ spanId }) => spanId),
  );
  const traceIds = new Set(collector.spans.map(({ traceId }) => traceId));
  for (const line of logged) {
    const { spanID, traceID } = JSON.parse(line) as { readonly spanID: string; readonly traceID: string };
    expect(spanIds).toContain(spanID);
    expect(traceIds).toContain(traceID);
  }
}, 60_000);
