// A thousand targets of which some are slow, silent, dead, huge, malformed or flapping; do the healthy ones keep their
// schedule, and does nothing leak?
//   node tools/bench/targets.mjs [--targets 1000] [--interval 10] [--warmup 30] [--seconds 120]
//                                [--peer /path/to/prometheus] [--only narthex|peer]
// Without --peer, $NARTHEX_PEERS/prometheus runs beside, in the same run; without that Narthex runs alone.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServer } from '../compare/servers/start.mjs';
import { cpuSeconds, residentMib } from './ingest/process-figures.mjs';
import { kindsOf } from './targets/kinds.mjs';
import { skews } from './targets/skew.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    targets: { type: 'string', default: '1000' },
    interval: { type: 'string', default: '10' },
    warmup: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '120' },
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(here, '../../dist/apps/server/main.js') },
    only: { type: 'string' },
  },
});
const count = Number(flags.targets);
const intervalMs = Number(flags.interval) * 1000;
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
const kinds = kindsOf(count);
const folder = mkdtempSync(join(tmpdir(), 'narthex-targets-'));
const stops = [];

async function run() {
  const source = await startSource();
  const servers = [];
  if (flags.only !== 'peer')
    servers.push(await started('narthex', process.execPath, [flags.narthex], source));
  if (flags.only !== 'narthex' && peer !== undefined && existsSync(peer))
    servers.push(await started('prometheus', peer, [], source));
  await sleep(Number(flags.warmup) * 1000);
  await arrivals(source);
  for (const server of servers) server.before = figures(server);
  await sleep(Number(flags.seconds) * 1000);
  const seen = await arrivals(source);
  const rows = [];
  for (const server of servers) rows.push(await result(server, seen));
  console.log(`${count} targets every ${flags.interval} s for ${flags.seconds} s: ${summary(kinds)}`);
  console.table(rows);
}

async function startSource() {
  const script = join(here, 'targets/source.mjs');
  const child = spawn(process.execPath, [script, String(count), String(intervalMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(() => void child.kill());
  const { port } = JSON.parse(
    await new Promise((resolve) => child.stdout.once('data', (line) => resolve(String(line)))),
  );
  return `127.0.0.1:${port}`;
}

/** Each server asks under a name of its own; nobody listens where the dead ones are. */
async function started(name, command, before, source) {
  const config = join(folder, `${name}.yml`);
  const targets = kinds.map(
    (kind, i) =>
      `      - { targets: ['${kind === 'dead' ? '127.0.0.1:1' : source}'], ` +
      `labels: { __metrics_path__: /${name}/${i}, instance: target-${i}, kind: ${kind} } }`,
  );
  const timeout = Math.max(1, Math.round(intervalMs / 1000)) - 0.2;
  writeFileSync(
    config,
    `global: { scrape_interval: ${intervalMs}ms, scrape_timeout: ${Math.round(timeout * 1000)}ms }\n` +
      `scrape_configs:\n  - job_name: targets\n    static_configs:\n${targets.join('\n')}\n`,
  );
  const server = await startServer(name, command, before, { config, data: join(folder, name) });
  stops.push(server.stop);
  return server;
}

async function arrivals(source) {
  return await fetch(`http://${source}/arrivals`).then((answer) => answer.json());
}

function figures({ child: { pid } }) {
  return {
    cpu: cpuSeconds(pid),
    rss: residentMib(pid).withoutFiles,
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}

async function result(server, seen) {
  const { before, name } = server;
  const after = figures(server);
  const own = Object.entries(seen).filter(([path]) => path.startsWith(`/${name}/`));
  const skew = skews(
    own.map(([, times]) => times),
    intervalMs,
  );
  const up = await healthyShare(server);
  const stopped = performance.now();
  await server.stop();
  const shutdownMs = performance.now() - stopped;
  return {
    name,
    'healthy asked': `${own.length}/${kinds.filter((kind) => kind === 'healthy').length}`,
    scrapes: skew.scrapes,
    missed: skew.missed,
    'skew ms p50, p99, max': [skew.p50, skew.p99, skew.max].map((ms) => ms.toFixed(1)).join(', '),
    'healthy up': up,
    'CPU s': (after.cpu - before.cpu).toFixed(2),
    'RSS MiB': `${before.rss.toFixed(0)} → ${after.rss.toFixed(0)}`,
    handles: `${before.handles} → ${after.handles}`,
    'shutdown ms': shutdownMs.toFixed(0),
  };
}

/** How many scrapes of healthy targets went well, of all. */
async function healthyShare({ url }) {
  const range = `[${flags.seconds}s]`;
  const query = `sum(sum_over_time(up{kind="healthy"}${range})) / sum(count_over_time(up{kind="healthy"}${range}))`;
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = await answer.json();
  return Number(data.result[0]?.value[1] ?? NaN).toFixed(5);
}

function summary(list) {
  const counts = new Map();
  for (const kind of list) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, number]) => `${number} ${kind}`).join(', ');
}

try {
  await run();
} finally {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}
