// Compacted blocks beside the real Prometheus, in one run:
//   node tools/bench/blocks.mjs [--series 5000] [--hours 26] [--interval 15]
//                               [--peer /path/to/prometheus] [--narthex dist/apps/server/main.js] [--keep]
// Both servers get the same samples through remote write, oldest first, and compact while these come in. When both rest,
// they are stopped and their blocks are weighed: bytes per sample of chunks, bytes per series of index, CPU, memory.
// Without --peer, $NARTHEX_PEERS/prometheus is taken; without that Narthex runs alone.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadTypeScript } from '../compare/servers/bundle.mjs';
import { startServer } from '../compare/servers/start.mjs';
import { cpuSeconds, residentMib } from './ingest/process-figures.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const { values: flags } = parseArgs({
  options: {
    series: { type: 'string', default: '5000' },
    hours: { type: 'string', default: '26' },
    interval: { type: 'string', default: '15' },
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(root, 'dist/apps/server/main.js') },
    keep: { type: 'boolean', default: false },
  },
});
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);

/** Both have nothing more to compact when this did not move for so long. */
const REST_MS = 10_000;
const GIVE_UP_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), 'narthex-bench-'));
const servers = [];

async function run() {
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, 'global: {}\n');
  const start = async (name, command, before) => {
    const data = join(folder, name);
    const options = { config, data, flags: ['--web.enable-remote-write-receiver'] };
    servers.push({ ...(await startServer(name, command, before, options)), data });
  };
  await start('narthex', process.execPath, [flags.narthex]);
  if (peer !== undefined && existsSync(peer)) await start('prometheus', peer, []);

  const { writeRemotely } = loadTypeScript(join(here, 'queries/write-remotely.ts'));
  const intervalMs = Number(flags.interval) * 1000;
  // Whole steps from now back, so that both have the last block's edge at the same place.
  const endMs = Math.floor(Date.now() / intervalMs) * intervalMs;
  const plan = {
    seriesCount: Number(flags.series),
    startMs: endMs - Number(flags.hours) * 3_600_000,
    endMs,
    intervalMs,
  };
  const sent = await writeRemotely(
    plan,
    servers.map(({ url }) => `${url}/api/v1/write`),
  );
  console.log(`${flags.series} series, ${flags.hours} h at ${flags.interval} s: ${sent} samples`);
  await Promise.all(servers.map(untilAtRest));
  report(await Promise.all(servers.map(figures)));
}

/** Waits until no compaction has ended for a while and none goes on. */
async function untilAtRest({ url, name }) {
  const giveUpMs = performance.now() + GIVE_UP_MS;
  let before = '';
  let sinceMs = performance.now();
  while (performance.now() - sinceMs < REST_MS) {
    if (performance.now() > giveUpMs) throw new Error(`${name} does not come to rest`);
    await sleep(500);
    const text = await fetch(`${url}/metrics`).then((answer) => answer.text());
    const now = /^prometheus_tsdb_(?:compactions_total|blocks_loaded|head_min_time) .*$/gm;
    const state = (text.match(now) ?? []).join();
    if (state !== before) sinceMs = performance.now();
    before = state;
  }
}

async function figures(server) {
  const cpu = cpuSeconds(server.child.pid);
  const { peak } = residentMib(server.child.pid);
  await server.stop();
  const blocks = readdirSync(server.data)
    .map((name) => join(server.data, name))
    .filter((path) => existsSync(join(path, 'meta.json')));
  const sum = (read) => blocks.reduce((total, path) => total + read(path), 0);
  const stats = (path) => JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')).stats;
  return {
    name: server.name,
    blocks: blocks.length,
    samples: sum((path) => stats(path).numSamples),
    chunks: sum((path) => stats(path).numChunks),
    chunkBytes: sum((path) =>
      readdirSync(join(path, 'chunks')).reduce(
        (size, file) => size + statSync(join(path, 'chunks', file)).size,
        0,
      ),
    ),
    indexBytes: sum((path) => statSync(join(path, 'index')).size),
    series: sum((path) => stats(path).numSeries),
    cpu,
    peak,
  };
}

function report(all) {
  console.table(
    all.map((one) => ({
      name: one.name,
      blocks: one.blocks,
      samples: one.samples,
      chunks: one.chunks,
      'chunk bytes per sample': (one.chunkBytes / one.samples).toFixed(3),
      'index bytes per series': (one.indexBytes / one.series).toFixed(1),
      'all bytes per sample': ((one.chunkBytes + one.indexBytes) / one.samples).toFixed(3),
      'CPU s': one.cpu.toFixed(1),
      'peak MiB': one.peak.toFixed(0),
    })),
  );
  const [ours, theirs] = all;
  if (theirs === undefined) return;
  const perSample = (one) => (one.chunkBytes + one.indexBytes) / one.samples;
  const ratios = [
    ['bytes per sample', perSample(ours) / perSample(theirs)],
    ['CPU', ours.cpu / theirs.cpu],
    ['peak memory', ours.peak / theirs.peak],
  ];
  console.log(`ratios: ${ratios.map(([what, ratio]) => `${what} ${ratio.toFixed(3)}`).join(', ')}`);
}

try {
  await run();
} finally {
  await Promise.all(servers.map(({ stop }) => stop()));
  if (!flags.keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`kept: ${folder}`);
}
