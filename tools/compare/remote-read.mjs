// Remote read: a real Prometheus without samples of its own reads Narthex's; its answers have to be those of a real one
// that has the samples itself. Then raw requests to both servers, good and bad:
//   NARTHEX_PEERS=/path/to/folder node tools/compare/remote-read.mjs [--peer …] [--narthex dist/apps/server/main.js]
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ask } from './answers/ask.mjs';
import { compareAnswers } from './answers/compare.mjs';
import { END_MS, makeSeries } from './data/series.mjs';
import { loadTypeScript } from './servers/bundle.mjs';
import { startServer } from './servers/start.mjs';
import { describeRead, RAW_READS } from './http/raw-reads.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { compressSync, uncompressSync } = createRequire(import.meta.url)('snappy');
const { values: flags } = parseArgs({
  options: {
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(here, '../../dist/apps/server/main.js') },
  },
});
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
if (peer === undefined || !existsSync(peer))
  throw new Error('no Prometheus to compare with: --peer or NARTHEX_PEERS');

const END = END_MS / 1000;
const QUERIES = [
  'requests_total',
  'sum by (job) (rate(requests_total[5m]))',
  'count_over_time({__name__=~".+"}[10m])',
  '{job!="api", __name__=~"up|load"}',
  'histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))',
  '{zone="z1"}',
  'up{zone="z1"}',
  'nothing',
];
const folder = mkdtempSync(join(tmpdir(), 'narthex-read-'));
const servers = [];
let failed = 0;

async function start(name, command, before, { config, data, flags: more }) {
  mkdirSync(data, { recursive: true });
  const server = await startServer(name, command, before, { config, data, flags: more });
  servers.push(server);
  return server;
}

function configured(file, text) {
  const path = join(folder, file);
  writeFileSync(path, text);
  return path;
}

function report(line, differences) {
  if (differences.length === 0) return;
  failed++;
  console.log(`\n${line}`);
  for (const one of differences.slice(0, 4))
    console.log(`  ${typeof one === 'string' ? one : `${one.kind}: ${one.detail}`}`.slice(0, 700));
}

/** What an answer holds. An error is no Snappy, though 3.5.3 leaves the header that says so. */
async function read(server, { body, compressed = true }) {
  const answer = await fetch(`${server.url}/api/v1/read`, {
    method: 'POST',
    headers: { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' },
    body: compressed ? compressSync(Buffer.from(body)) : Buffer.from(body),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const type = answer.headers.get('content-type');
  return {
    status: answer.status,
    type,
    encoding: answer.ok ? answer.headers.get('content-encoding') : null,
    content: describeRead(type, bytes, uncompressSync),
  };
}

/** The texts around the first place where they part. */
function firstDifference(a, b) {
  const [mine, other] = [JSON.stringify(a), JSON.stringify(b)];
  let at = 0;
  while (at < mine.length && mine[at] === other[at]) at++;
  const around = (text) => text.slice(Math.max(0, at - 80), at + 120);
  return `at ${at}: ${around(mine)} | ${around(other)}`;
}

async function run() {
  const { writeWal } = loadTypeScript(join(here, 'data/write-wal.ts'));
  await writeWal(join(folder, 'wal'), makeSeries(7));
  for (const name of ['ours', 'theirs'])
    cpSync(join(folder, 'wal'), join(folder, name, 'wal'), { recursive: true });
  const config = configured('prometheus.yml', 'global: { external_labels: { zone: z1, replica: "0" } }\n');
  const ours = await start('narthex', process.execPath, [flags.narthex], {
    config,
    data: join(folder, 'ours'),
  });
  const theirs = await start('prometheus', peer, [], { config, data: join(folder, 'theirs') });
  const readerOf = (server, name) =>
    start(name, peer, [], {
      config: configured(
        `${name}.yml`,
        `remote_read: [{ url: "${server.url}/api/v1/read", read_recent: true }]\n`,
      ),
      data: join(folder, name),
    });
  const readers = [await readerOf(ours, 'reads-ours'), await readerOf(theirs, 'reads-theirs')];
  for (const query of QUERIES) {
    for (const [path, times] of [
      ['query', { time: END - 60 }],
      ['query_range', { start: END - 3000, end: END, step: 60 }],
    ]) {
      const [a, b] = await Promise.all(readers.map((server) => ask(server, path, { query, ...times })));
      report(`${path} ${query}`, compareAnswers(a, b, { ordered: path === 'query_range' }));
    }
  }
  for (const [name, request] of Object.entries(RAW_READS(END_MS))) {
    const [a, b] = await Promise.all([ours, theirs].map((server) => read(server, request)));
    const differences = Object.keys(a)
      .filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]))
      .map((key) => `${key}: ${firstDifference(a[key], b[key])}`);
    report(`raw: ${name}`, differences);
    console.log(`${name}: ${a.status}, ${JSON.stringify(a.content).length} characters`);
  }
  console.log(
    `${2 * QUERIES.length} queries and ${Object.keys(RAW_READS(END_MS)).length} raw requests, ${failed} with differences`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

try {
  await run();
} finally {
  for (const server of servers.reverse()) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
