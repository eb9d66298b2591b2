// Queries beside the real Prometheus, in one run and over the same data:
//   node tools/bench/queries.mjs [--series 20000] [--hours 1] [--rounds 5] [--only narthex|peer] [--question NAME]
//                                [--peer /path/to/prometheus] [--data FOLDER] [--cpu-prof] [--gzip] [--no-crowd]
// Rounds are interleaved: each question goes to one server, then to the other. CPU and memory are the system's own
// figures. With --data, the folder is kept and used again. Without --peer, $NARTHEX_PEERS/prometheus is taken.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, URLSearchParams } from 'node:url';
import { parseArgs } from 'node:util';
import { loadTypeScript } from '../compare/servers/bundle.mjs';
import { startServer } from '../compare/servers/start.mjs';
import { cpuSeconds, residentMib } from './ingest/process-figures.mjs';
import { HEAVY, QUESTIONS, SMALL } from './queries/questions.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const { values: flags } = parseArgs({
  options: {
    series: { type: 'string', default: '20000' },
    hours: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(root, 'dist/apps/server/main.js') },
    only: { type: 'string' },
    question: { type: 'string', multiple: true },
    data: { type: 'string' },
    'cpu-prof': { type: 'boolean', default: false },
    gzip: { type: 'boolean', default: false },
    'no-crowd': { type: 'boolean', default: false },
  },
});
const INTERVAL_MS = 15_000;
const END_MS = 1_750_003_200_000;
const startMs = END_MS - Number(flags.hours) * 3_600_000;
const rounds = Number(flags.rounds);
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
const folder = mkdtempSync(join(tmpdir(), 'narthex-queries-'));
const servers = [];

async function prepare() {
  const data = flags.data ?? join(folder, 'data');
  if (!existsSync(join(data, 'wal'))) {
    mkdirSync(data, { recursive: true });
    const { writeData } = loadTypeScript(join(here, 'queries/write-data.ts'));
    const samples = await writeData({
      directory: join(data, 'wal'),
      seriesCount: Number(flags.series),
      startMs,
      endMs: END_MS,
      intervalMs: INTERVAL_MS,
    });
    console.log(`${flags.series} series, ${samples} samples`);
  }
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, 'global: { scrape_interval: 15s }\n');
  const start = async (name, command, before) => {
    const own = join(folder, name);
    cpSync(data, own, { recursive: true });
    const startedMs = performance.now();
    // One block a day: both answer from the head.
    const more = ['--storage.tsdb.min-block-duration=1d', '--storage.tsdb.max-block-duration=1d'];
    const server = await startServer(name, command, before, { config, data: own, flags: more });
    server.readyMs = performance.now() - startedMs;
    servers.push(server);
  };
  const profile = flags['cpu-prof']
    ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILES ?? join(root, 'tmp/profiles')}`]
    : [];
  if (flags.only !== 'peer') await start('narthex', process.execPath, [...profile, flags.narthex]);
  if (flags.only !== 'narthex' && peer !== undefined && existsSync(peer)) await start('prometheus', peer, []);
}

async function ask(server, { query, steps, stepS }) {
  const endS = END_MS / 1000;
  const parameters =
    steps === 0 ? { query, time: endS } : { query, start: endS - steps * stepS, end: endS, step: stepS };
  const response = await fetch(`${server.url}/api/v1/${steps === 0 ? 'query' : 'query_range'}`, {
    method: 'POST',
    headers: { 'accept-encoding': flags.gzip ? 'gzip' : 'identity' },
    body: new URLSearchParams(parameters),
  });
  let bytes = 0;
  let head = '';
  for await (const part of response.body) {
    if (bytes === 0) head = Buffer.from(part).toString('utf8', 0, 200);
    bytes += part.length;
  }
  if (!response.ok) throw new Error(`${server.name}: ${head}`);
  return bytes;
}

/** Time and CPU of something asked of a server. */
async function measured(server, work) {
  const cpu0 = cpuSeconds(server.child.pid);
  const at = performance.now();
  const bytes = await work();
  const ms = performance.now() - at;
  return { ms, cpu: cpuSeconds(server.child.pid) - cpu0, bytes, rss: residentMib(server.child.pid).all };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function compare(name, times, work) {
  const runs = new Map(servers.map((server) => [server, []]));
  for (const server of servers) await work(server);
  for (let round = 0; round < times; round++) {
    const order = round % 2 === 0 ? servers : [...servers].reverse();
    for (const server of order) runs.get(server).push(await measured(server, () => work(server)));
  }
  const row = { name };
  for (const server of servers) {
    const list = runs.get(server);
    const short = server.name === 'narthex' ? 'ours' : 'theirs';
    row[`${short} ms`] = Math.round(median(list.map(({ ms }) => ms)) * 10) / 10;
    row[`${short} CPU ms`] = Math.round((list.reduce((sum, { cpu }) => sum + cpu, 0) / list.length) * 1000);
    row[`${short} RSS`] = Math.round(list.at(-1).rss);
    row[`${short} kB`] = Math.round(list[0].bytes / 1000);
  }
  if (servers.length === 2) {
    row['time'] = Math.round((row['ours ms'] / row['theirs ms']) * 100) / 100;
    row['CPU'] = Math.round((row['ours CPU ms'] / Math.max(row['theirs CPU ms'], 1)) * 100) / 100;
  }
  return row;
}

async function run() {
  await prepare();
  for (const server of servers) {
    console.log(
      `${server.name}: ready in ${Math.round(server.readyMs)} ms, ${Math.round(residentMib(server.child.pid).all)} MiB`,
    );
  }
  const rows = [];
  const wanted =
    flags.question === undefined ? QUESTIONS : QUESTIONS.filter(({ name }) => flags.question.includes(name));
  for (const question of wanted)
    rows.push(await compare(question.name, rounds, (server) => ask(server, question)));
  if (!flags['no-crowd']) {
    const all = (server, list) => Promise.all(list.map((one) => ask(server, one))).then((sizes) => sizes[0]);
    rows.push(await compare('ten heavy at once', Math.min(rounds, 3), (server) => all(server, HEAVY)));
    rows.push(await compare('twenty small at once', rounds, (server) => all(server, SMALL)));
  }
  console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
  if (servers.length === 2) {
    const mean = (list) => Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length);
    const ratio = (what) => mean(rows.map((row) => Math.max(row[what], 0.01))).toFixed(2);
    console.log(`geometric means: time ${ratio('time')}, CPU ${ratio('CPU')}`);
  }
}

try {
  await run();
} finally {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
