import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { eventually, ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { Opened } from './testing/job-under-test';

const folder = temporaryFolder('unix-socket');
const opened = new Opened({
  createClock: (startMs) => new ManualClock(startMs),
  createLogger: () => new RecordingLogger(),
  eventually,
});
afterEach(() => opened.closeAll());
afterAll(() => folder.remove());

const relabel = (path: string): string =>
  `relabel_configs:\n  - {target_label: __unix_socket__, replacement: '${path}'}`;

test('a target behind a Unix socket keeps its address in its labels', async () => {
  const path = join(folder.path, 'metrics.sock');
  const hosts: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host);
    if (request.url === '/metrics') response.writeHead(302, { location: '/there' }).end();
    else response.writeHead(200, { 'content-type': 'text/plain' }).end('a 1\n');
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  opened.add(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { storage, base, scrape, lastError } = await opened.job('nowhere.invalid:9100', relabel(path));
  await scrape();
  await scrape();
  expect(lastError()).toBe('');
  expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 1]);
  // Redirects stay on the socket.
  expect(new Set(hosts)).toEqual(new Set(['nowhere.invalid:9100']));
});

test('a socket that is not there', async () => {
  const path = join(folder.path, 'none.sock');
  const { scrape, lastError } = await opened.job('a.invalid:80', relabel(path));
  await scrape();
  expect(lastError()).toBe(
    `Get "http://a.invalid:80/metrics": dial unix ${path}: connect: no such file or directory`,
  );
});
