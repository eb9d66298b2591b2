// All targets in one process: node source.mjs TARGETS INTERVAL_MS. Told its address as a line of JSON; /arrivals gives
// for each server and each healthy target when it was asked, in ms, and forgets it.
import { createServer } from 'node:http';
import { answer, kindsOf } from './kinds.mjs';

const [count, intervalMs] = process.argv.slice(2).map(Number);
const kinds = kindsOf(count);
const scrapes = new Map();
let arrivals = new Map();

const server = createServer((request, response) => {
  const now = performance.timeOrigin + performance.now();
  if (request.url === '/arrivals') {
    response.end(JSON.stringify(Object.fromEntries(arrivals)));
    arrivals = new Map();
    return;
  }
  const index = Number(request.url.split('/')[2]);
  const kind = kinds[index];
  if (kind === undefined) {
    response.writeHead(404).end();
    return;
  }
  if (kind === 'healthy') {
    const times = arrivals.get(request.url);
    if (times === undefined) arrivals.set(request.url, [now]);
    else times.push(now);
  }
  const n = scrapes.get(request.url) ?? 0;
  scrapes.set(request.url, n + 1);
  answer(kind, n, intervalMs, response);
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.on('SIGTERM', () => process.exit(0));
