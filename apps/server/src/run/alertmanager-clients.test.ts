import { afterEach, expect, test } from '@jest/globals';
import { ManualClock, eventually } from '@narthex/testkit';
import { parseServerConfig } from '@narthex/server-config';
import { Registry } from '@narthex/client';
import { TestServer } from '../testing/http.js';
import { AlertmanagerClients } from './alertmanager-clients.js';
import { DialerMetrics } from './dialer-metrics.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

test('posts with the configured credentials, and tells what the answer was', async () => {
  const seen: string[] = [];
  let status = 200;
  const server = await TestServer.start((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { 'user-agent': agent, 'content-type': type, authorization } = request.headers;
      seen.push(`${request.method} ${request.url} ${agent} ${type} ${authorization} ${body}`);
      if (status === 0) return;
      response.statusCode = status;
      response.end();
    });
  });
  open.push(() => server.close());
  const clock = new ManualClock();
  const registry = new Registry();
  const dialers = new DialerMetrics(registry);
  const clients = new AlertmanagerClients(clock, 'Prometheus/x', () => dialers.named('alertmanager'));
  open.push(() => clients.close());
  const { config } = await parseServerConfig(
    'alerting: {alertmanagers: [{timeout: 3s, path_prefix: /am, basic_auth: {username: u, password: p}}]}',
    'prometheus.yml',
    { environment: {} },
  );
  const { configs } = clients.replace(config.alerting.alertmanagers);
  expect(configs[0]).toMatchObject({ scheme: 'http', pathPrefix: '/am', timeoutMs: 3000 });
  const post = (): Promise<void> =>
    configs[0]!.post({
      url: `${server.url}/am/api/v2/alerts`,
      body: '[]',
      timeoutMs: 3000,
      signal: new AbortController().signal,
    });
  await post();
  expect(seen).toEqual(['POST /am/api/v2/alerts Prometheus/x application/json Basic dTpw []']);
  status = 503;
  await expect(post()).rejects.toThrow('bad response status 503 Service Unavailable');
  status = 0;
  const late = expect(post()).rejects.toThrow('context deadline exceeded');
  await eventually('the third request', () => seen.length === 3);
  await clock.advance(3000);
  await late;
  const counts = async (name: string): Promise<readonly string[]> =>
    (await registry.getSingleMetricAsString(`net_conntrack_dialer_conn_${name}_total`))
      .split('\n')
      .filter((line) => line.includes('alertmanager'));
  const [attempted] = await counts('attempted');
  expect(attempted).toMatch(/\{dialer_name="alertmanager"\} [1-9]$/);
  expect((await counts('established'))[0]?.split(' ')[1]).toBe(attempted?.split(' ')[1]);
});
