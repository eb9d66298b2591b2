// Queries beside the real Prometheus and VictoriaMetrics, in one run and over the same data:
//   node tools/bench/queries.mjs [--series 3000] [--hours 6] [--rounds 5] [--only narthex,prometheus,victoria-metrics]
//                                [--peers FOLDER] [--question NAME] [--data FOLDER] [--head] [--cpu-prof] [--gzip]
//                                [--no-crowd]
// The samples go to each through remote write, as a scrape every 15 s would have taken them; then each is started over
// its own data. Blocks are cut as by default, or with --head all stays in the head. Rounds are interleaved: each question
// goes to one server, then to the next. CPU and memory are the system's own figures. With --data, the folders are kept
// and used again. The programs are looked for in --peers or $NARTHEX_PEERS.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadTypeScript } from '../compare/servers/bundle.mjs';
import { residentMib } from './ingest/process-figures.mjs';
import { ask } from './queries/ask.mjs';
import { prometheusLike, settled, victoriaMetrics } from './queries/candidates.mjs';
import { besideHeavy } from './queries/crowd.mjs';
import { QUESTIONS, SMALL } from './queries/questions.mjs';
import { compare, printRows } from './queries/rows.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const { values: flags } = parseArgs({
  options: {
    series: { type: 'string', default: '3000' },
    hours: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string', default: process.env.NARTHEX_PEERS ?? '' },
    narthex: { type: 'string', default: join(root, 'dist/apps/server/main.js') },
    only: { type: 'string', default: 'narthex,prometheus,victoria-metrics' },
    question: { type: 'string', multiple: true },
    data: { type: 'string' },
    head: { type: 'boolean', default: false },
    'cpu-prof': { type: 'boolean', default: false },
    gzip: { type: 'boolean', default: false },
    'no-crowd': { type: 'boolean', default: false },
  },
});
const END_MS = 1_750_003_200_000;
const range = { startMs: END_MS - Number(flags.hours) * 3_600_000, endMs: END_MS, gzip: flags.gzip };
const rounds = Number(flags.rounds);
const layout = { onlyHead: flags.head };
const folder = flags.data ?? mkdtempSync(join(tmpdir(), 'narthex-queries-'));
const servers = [];

function candidates() {
  const peer = (name) => {
    const path = join(flags.peers, name);
    return flags.peers !== '' && existsSync(path) ? path : undefined;
  };
  const [prometheus, victoria] = [peer('prometheus'), peer('victoria-metrics')];
  const all = [
    prometheusLike('narthex', join(folder, 'narthex'), process.execPath, [flags.narthex], layout),
    prometheus && prometheusLike('prometheus', join(folder, 'prometheus'), prometheus, [], layout),
    victoria && victoriaMetrics(join(folder, 'victoria-metrics'), victoria),
  ];
  return all.filter((one) => one !== undefined && flags.only.split(',').includes(one.name));
}

async function load(empty) {
  for (const candidate of empty) servers.push(await candidate.start());
  const { writeRemotely } = loadTypeScript(join(here, 'queries/write-remotely.ts'));
  const plan = { seriesCount: Number(flags.series), ...range, intervalMs: 15_000 };
  const written = await writeRemotely(
    plan,
    servers.map(({ url }) => `${url}/api/v1/write`),
  );
  console.log(`${flags.series} series, ${written} samples, to each of ${servers.length}`);
  for (const server of servers) await settled(server, layout);
  for (const server of servers.splice(0)) await server.stop();
  for (const candidate of empty) candidate.markLoaded();
}

async function start(wanted) {
  const profile = [
    '--cpu-prof',
    `--cpu-prof-dir=${process.env.BENCH_PROFILES ?? join(root, 'tmp/profiles')}`,
  ];
  for (const candidate of wanted) {
    const server = await candidate.start(flags['cpu-prof'] && candidate.name === 'narthex' ? profile : []);
    servers.push(server);
    const mib = Math.round(residentMib(server.child.pid).all);
    console.log(`${server.name}: ready in ${Math.round(server.readyMs)} ms, ${mib} MiB`);
  }
}

async function run() {
  const wanted = candidates();
  const empty = wanted.filter((candidate) => !candidate.isLoaded);
  if (empty.length > 0) await load(empty);
  await start(wanted);
  const rows = [];
  const questions =
    flags.question === undefined ? QUESTIONS : QUESTIONS.filter(({ name }) => flags.question.includes(name));
  for (const question of questions) {
    const work = (server) => ask(server, question, range);
    rows.push(await compare(servers, question.name, rounds, work, question.times));
  }
  if (!flags['no-crowd']) {
    const allSmall = (server) =>
      Promise.all(SMALL.map((one) => ask(server, one, range))).then((sizes) => sizes[0]);
    rows.push(await compare(servers, 'twenty small at once', rounds, allSmall));
  }
  printRows(rows);
  if (flags['no-crowd']) return;
  const crowds = {};
  for (const server of servers) crowds[server.name] = await besideHeavy(server, range);
  console.log('twenty heavy queries at once, small ones and probes beside them:');
  console.table(crowds);
  await sleep(2_000);
  for (const { name, child } of servers)
    console.log(`${name}: ${Math.round(residentMib(child.pid).all)} MiB two seconds later`);
}

try {
  await run();
} finally {
  for (const server of servers) await server.stop();
  if (flags.data === undefined) rmSync(folder, { recursive: true, force: true });
}
