import { afterEach, expect, test } from '@jest/globals';
import { ManualClock, eventually } from '@narthex/testkit';
import { parseServerConfig } from '@narthex/server-config';
import { TestServer } from '../testing/http.js';
import { AlertmanagerClients } from './alertmanager-clients.js';

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
  const clients = new AlertmanagerClients(clock, 'Prometheus/x');
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
});
