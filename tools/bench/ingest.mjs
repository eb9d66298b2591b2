// Scraping beside the real Prometheus, in one run:
//   node tools/bench/ingest.mjs [--series 100000] [--targets 50] [--interval 1] [--warmup 60] [--seconds 120]
//                               [--peer /path/to/prometheus] [--only narthex|peer] [--cpu-prof] [--restart]
//                               [--block MINUTES]
// Both servers scrape the same targets at the same time; CPU and memory are the system's own figures.
// --restart: in the end both are killed with -9 and started again, one after the other, and timed until they are ready.
// --block: blocks of so many minutes instead of two hours, so that the head is compacted while it is measured.
// Without --peer, $NARTHEX_PEERS/prometheus is taken; without that Narthex runs alone.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServer } from '../compare/servers/start.mjs';
import { cpuSeconds, residentMib } from './ingest/process-figures.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const { values: flags } = parseArgs({
  options: {
    series: { type: 'string', default: '100000' },
    targets: { type: 'string', default: '50' },
    interval: { type: 'string', default: '1' },
    warmup: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '120' },
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(root, 'dist/apps/server/main.js') },
    only: { type: 'string' },
    'cpu-prof': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    restart: { type: 'boolean', default: false },
    block: { type: 'string' },
  },
});
const targets = Number(flags.targets);
const perTarget = Math.round(Number(flags.series) / targets);
const intervalS = Number(flags.interval);
const warmupS = Number(flags.warmup);
const seconds = Number(flags.seconds);
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);

const folder = mkdtempSync(join(tmpdir(), 'narthex-bench-'));
const stops = [];

async function run() {
  const source = spawn(
    process.execPath,
    [join(here, 'ingest/targets.mjs'), String(targets), String(perTarget)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  stops.push(() => void source.kill());
  const { port } = JSON.parse(
    await new Promise((resolve) => source.stdout.once('data', (line) => resolve(String(line)))),
  );
  const config = join(folder, 'prometheus.yml');
  const jobs = Array.from(
    { length: targets },
    (_, i) =>
      `  - job_name: bench_${i}\n    metrics_path: /${i}\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`,
  );
  writeFileSync(
    config,
    `global: { scrape_interval: ${intervalS}s, scrape_timeout: ${intervalS}s }\nscrape_configs:\n${jobs.join('')}`,
  );

  const servers = [];
  if (flags.only !== 'peer') {
    const profile = flags['cpu-prof'] ? ['--cpu-prof', `--cpu-prof-dir=${join(root, 'tmp/profiles')}`] : [];
    servers.push(await timedStart('narthex', process.execPath, [...profile, flags.narthex], config));
  }
  if (flags.only !== 'narthex' && peer !== undefined && existsSync(peer)) {
    servers.push(await timedStart('prometheus', peer, [], config));
  }
  await sleep(warmupS * 1000);
  for (const server of servers) await mark(server);
  await sleep(seconds * 1000);
  for (const server of servers) await finish(server);
  report(servers);
  if (flags.restart) await restart(servers, config);
}

/** Kills all, so that nobody closes well, then starts one after the other on what it had written. */
async function restart(servers, config) {
  const killed = servers.map(({ child }) => new Promise((resolve) => child.once('exit', resolve)));
  for (const { child } of servers) child.kill('SIGKILL');
  await Promise.all(killed);
  const rows = [];
  for (const { name, command, before } of servers) {
    const { child, readyMs, stop } = await timedStart(name, command, before, config);
    rows.push({ name, 'ready ms': readyMs.toFixed(0), 'CPU s': cpuSeconds(child.pid).toFixed(2) });
    await stop();
  }
  console.log('started again after kill -9:');
  console.table(rows);
}

/** Starts one server and times it until it is ready. */
async function timedStart(name, command, before, config) {
  const data = join(folder, name);
  const startedMs = performance.now();
  const blocks = ['min', 'max'].map((edge) => `--storage.tsdb.${edge}-block-duration=${flags.block}m`);
  const options = { config, data, flags: flags.block === undefined ? [] : blocks };
  const server = await startServer(name, command, before, options);
  stops.push(server.stop);
  return {
    ...server,
    command,
    before,
    data,
    readyMs: performance.now() - startedMs,
    rss: [],
    worstMs: 0,
  };
}

/** Begins to measure: figures now, memory every second, and how long a small request takes. */
async function mark(server) {
  server.cpu0 = cpuSeconds(server.child.pid);
  server.appended0 = await appended(server);
  server.at0 = performance.now();
  server.timer = setInterval(async () => {
    server.rss.push(residentMib(server.child.pid));
    const asked = performance.now();
    await fetch(`${server.url}/-/healthy`).then((answer) => answer.text());
    server.worstMs = Math.max(server.worstMs, performance.now() - asked);
  }, 1000);
}

async function finish(server) {
  server.cpu = cpuSeconds(server.child.pid) - server.cpu0;
  server.seconds = (performance.now() - server.at0) / 1000;
  clearInterval(server.timer);
  // One request for both: the delays count from the last time they were asked for.
  const found = await metrics(
    server,
    /^(?:nodejs_eventloop_lag_(p99|max)_seconds|prometheus_tsdb_head_samples_appended_total\{type="(?:float)"\}) (\S+)$/gm,
  );
  const [compactions] = await metrics(server, /^(prometheus_tsdb_compactions_total) (\S+)$/gm);
  server.compactions = compactions?.[1] ?? 0;
  server.lag = found.filter(([what]) => what !== undefined);
  server.samples = found.find(([what]) => what === undefined)[1] - server.appended0;
  server.diskBytes = folderBytes(server.data);
}

async function metrics(server, pattern) {
  const text = await fetch(`${server.url}/metrics`).then((answer) => answer.text());
  return [...text.matchAll(pattern)].map((match) => [match[1], Number(match[2])]);
}

async function appended(server) {
  const found = await metrics(
    server,
    /^prometheus_tsdb_head_samples_appended_total\{type="(float)"\} (\S+)$/gm,
  );
  return found[0]?.[1] ?? 0;
}

function folderBytes(path) {
  let sum = 0;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) sum += statSync(join(entry.parentPath ?? entry.path, entry.name)).size;
  }
  return sum;
}

function report(servers) {
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const rows = servers.map((server) => ({
    name: server.name,
    'samples/s': Math.round(server.samples / server.seconds),
    'CPU s': server.cpu.toFixed(2),
    'CPU s per million': ((server.cpu / server.samples) * 1e6).toFixed(3),
    'RSS MiB': mean(server.rss.map(({ all }) => all)).toFixed(0),
    'without files': mean(server.rss.map(({ withoutFiles }) => withoutFiles)).toFixed(0),
    'peak MiB': Math.max(...server.rss.map(({ peak }) => peak)).toFixed(0),
    'worst /-/healthy ms': server.worstMs.toFixed(0),
    'loop delay': server.lag.map(([what, s]) => `${what} ${(s * 1000).toFixed(0)} ms`).join(', '),
    compactions: server.compactions,
    'disk MiB': (server.diskBytes / 2 ** 20).toFixed(0),
    'ready ms': server.readyMs.toFixed(0),
  }));
  console.log(
    `${targets} targets × ${perTarget} series every ${intervalS} s; ${warmupS} s of warm-up, ${seconds} s measured`,
  );
  console.table(rows);
  const [ours, theirs] = servers;
  if (theirs !== undefined) {
    const ratio = (a, b) => (a / b).toFixed(2);
    console.log(
      `ratios: CPU per sample ${ratio(ours.cpu / ours.samples, theirs.cpu / theirs.samples)}, ` +
        `RSS ${ratio(mean(ours.rss.map(({ all }) => all)), mean(theirs.rss.map(({ all }) => all)))}, ` +
        `without files ${ratio(mean(ours.rss.map(({ withoutFiles }) => withoutFiles)), mean(theirs.rss.map(({ withoutFiles }) => withoutFiles)))}`,
    );
  }
}

try {
  await run();
} finally {
  for (const stop of stops.reverse()) await stop();
  if (!flags.keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`kept: ${folder}`);
}
