// A dashboard beside the real Prometheus, in one run: clients that ask all panels of a dashboard every few seconds, while
// the server scrapes. CPU, latencies, and how well the scrapes keep their schedule:
//   node tools/bench/dashboard.mjs [--clients 20] [--every 5] [--seconds 60] [--warmup 30] [--targets 20] [--series 20000]
//                                  [--interval 1] [--peer /path/to/prometheus] [--only narthex|peer]
//                                  [--control]
// Both servers scrape the same targets and are asked the same at the same time; CPU and memory are the system's figures.
// With --control a second real one runs beside, to tell how far two equal ones are apart.
// Without --peer, $NARTHEX_PEERS/prometheus is taken; without that Narthex runs alone.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServer } from '../compare/servers/start.mjs';
import { panels } from './dashboard/panels.mjs';
import { cpuSeconds, residentMib } from './ingest/process-figures.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    clients: { type: 'string', default: '20' },
    every: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    warmup: { type: 'string', default: '30' },
    targets: { type: 'string', default: '20' },
    series: { type: 'string', default: '20000' },
    interval: { type: 'string', default: '1' },
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(here, '../../dist/apps/server/main.js') },
    only: { type: 'string' },
    control: { type: 'boolean', default: false },
  },
});
const number = (name) => Number(flags[name]);
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
const folder = mkdtempSync(join(tmpdir(), 'narthex-dashboard-'));
const stops = [];

async function startTargets() {
  const perTarget = String(Math.round(number('series') / number('targets')));
  const source = spawn(process.execPath, [join(here, 'ingest/targets.mjs'), flags.targets, perTarget], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(() => void source.kill());
  const line = await new Promise((resolve) => source.stdout.once('data', resolve));
  return JSON.parse(String(line)).port;
}

async function startServers(port) {
  const config = join(folder, 'prometheus.yml');
  const jobs = Array.from(
    { length: number('targets') },
    (_, i) =>
      `  - job_name: bench_${i}\n    metrics_path: /${i}\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`,
  );
  const seconds = `${flags.interval}s`;
  writeFileSync(
    config,
    `global: { scrape_interval: ${seconds}, scrape_timeout: ${seconds} }\nscrape_configs:\n${jobs.join('')}`,
  );
  const commands = [
    ['narthex', process.execPath, [flags.narthex]],
    ['prometheus', peer, []],
    ...(flags.control ? [['prometheus-again', peer, []]] : []),
  ].filter(
    ([name, command]) =>
      (flags.only === undefined || (flags.only === 'narthex') === (name === 'narthex')) &&
      command !== undefined &&
      existsSync(command),
  );
  const servers = [];
  for (const [name, command, before] of commands) {
    const server = await startServer(name, command, before, { config, data: join(folder, name) });
    stops.push(server.stop);
    servers.push({ ...server, agent: new Agent({ keepAlive: true }), latencies: [], failed: 0, bytes: 0 });
  }
  return servers;
}

/** One range query as a dashboard sends it; how long until its last byte. */
function ask(server, form) {
  const { hostname, port } = new URL(server.url);
  const startMs = performance.now();
  return new Promise((resolve) => {
    const fail = () => {
      server.failed++;
      resolve();
    };
    const sent = request(
      {
        hostname,
        port,
        agent: server.agent,
        method: 'POST',
        path: '/api/v1/query_range',
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': Buffer.byteLength(form),
          'Accept-Encoding': 'gzip',
        },
      },
      (answer) => {
        answer.on('data', (chunk) => (server.bytes += chunk.length));
        answer.on('error', fail);
        answer.on('end', () => {
          if (answer.statusCode !== 200) server.failed++;
          server.latencies.push(performance.now() - startMs);
          resolve();
        });
      },
    );
    sent.setTimeout(30_000, () => sent.destroy(new Error('no answer')));
    sent.on('error', fail);
    sent.end(form);
  });
}

/** A client opens the dashboard, and again every few seconds: all panels at once, as a browser does. */
async function client(servers, place, untilMs) {
  const everyMs = 1000 * number('every');
  await sleep((place * everyMs) / number('clients'));
  while (performance.now() < untilMs) {
    const startMs = performance.now();
    const end = Math.floor(Date.now() / 1000);
    // Both at the same moment, so that neither finds the machine quieter.
    await Promise.all(servers.flatMap((server) => panels(end).map((form) => ask(server, form))));
    await sleep(Math.max(0, startMs + everyMs - performance.now()));
  }
}

/** How far apart the scrapes of each target were from the interval, in ms, over what was measured. */
async function scheduleOf(server, seconds) {
  const query = encodeURIComponent(`up{job=~"bench_.*"}[${Math.round(seconds)}s]`);
  const answer = await fetch(`${server.url}/api/v1/query?query=${query}`);
  const { data } = await answer.json();
  const intervalMs = 1000 * number('interval');
  const gaps = data.result.flatMap(({ values }) =>
    values.slice(1).map(([time], i) => Math.abs((time - values[i][0]) * 1000 - intervalMs)),
  );
  const expected = data.result.length * Math.floor(seconds / number('interval'));
  return {
    gaps: gaps.sort((a, b) => a - b),
    share: gaps.length / Math.max(1, expected - data.result.length),
  };
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

async function run() {
  const servers = await startServers(await startTargets());
  await sleep(1000 * number('warmup'));
  for (const server of servers) server.cpu = cpuSeconds(server.child.pid);
  const startMs = performance.now();
  const untilMs = startMs + 1000 * number('seconds');
  await Promise.all(Array.from({ length: number('clients') }, (_, place) => client(servers, place, untilMs)));
  const seconds = (performance.now() - startMs) / 1000;
  const rows = [];
  for (const server of servers) {
    server.cpu = cpuSeconds(server.child.pid) - server.cpu;
    const { gaps, share } = await scheduleOf(server, seconds);
    const sorted = server.latencies.sort((a, b) => a - b);
    const ms = (value) => value.toFixed(0);
    server.p99 = quantile(sorted, 0.99);
    rows.push({
      name: server.name,
      queries: sorted.length,
      failed: server.failed,
      'CPU s': server.cpu.toFixed(1),
      'p50 ms': ms(quantile(sorted, 0.5)),
      'p99 ms': ms(server.p99),
      'max ms': ms(sorted.at(-1)),
      'scrapes off by p99 ms': ms(quantile(gaps, 0.99)),
      'max ms off': ms(gaps.at(-1)),
      'scrapes done': `${(100 * share).toFixed(0)}%`,
      'RSS MiB': residentMib(server.child.pid).all.toFixed(0),
      'answers MiB': (server.bytes / 2 ** 20).toFixed(1),
    });
  }
  console.log(
    `${flags.clients} clients × ${panels(0).length} queries every ${flags.every} s; ${flags.targets} targets with ` +
      `${flags.series} series every ${flags.interval} s; ${seconds.toFixed(0)} s`,
  );
  console.table(rows);
  const theirs = servers.find(({ name }) => name === 'prometheus');
  for (const server of servers.filter((one) => one !== theirs && theirs !== undefined))
    console.log(
      `${server.name} beside prometheus: CPU ${(server.cpu / theirs.cpu).toFixed(2)}, ` +
        `p99 ${(server.p99 / theirs.p99).toFixed(2)}`,
    );
}

try {
  await run();
} finally {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}
