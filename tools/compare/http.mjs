// The same HTTP requests, good and bad, to Narthex and to the real Prometheus over the same data:
//   node tools/compare/http.mjs [--peer /path/to/prometheus] [--narthex dist/apps/server/main.js] [--only REGEXP] [--most 40] [--keep]
// Ends with 1 when an answer differs in a way that http-differences.yaml does not explain.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DeliberateDifferences } from './answers/deliberate.mjs';
import { makeSeries } from './data/series.mjs';
import { askRaw } from './http/ask.mjs';
import { compareHttp } from './http/compare.mjs';
import { allRequests } from './http/requests.mjs';
import { setUp } from './http/setup.mjs';
import { loadTypeScript } from './servers/bundle.mjs';
import { startServer } from './servers/start.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(here, '../../dist/apps/server/main.js') },
    only: { type: 'string', default: '' },
    most: { type: 'string', default: '1000' },
    keep: { type: 'boolean', default: false },
  },
});
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
if (peer === undefined || !existsSync(peer))
  throw new Error('no Prometheus to compare with: --peer or NARTHEX_PEERS');

const folder = mkdtempSync(join(tmpdir(), 'narthex-http-'));
const servers = [];
let fixture;

async function startBoth() {
  const { writeWal } = loadTypeScript(join(here, 'data/write-wal.ts'));
  mkdirSync(join(folder, 'narthex'));
  await writeWal(join(folder, 'narthex/wal'), makeSeries(7));
  cpSync(join(folder, 'narthex'), join(folder, 'prometheus'), { recursive: true });
  fixture = await setUp(folder);
  const { config } = fixture;
  servers.push(
    await startServer('narthex', process.execPath, [flags.narthex], {
      config,
      data: join(folder, 'narthex'),
    }),
    await startServer('prometheus', peer, [], { config, data: join(folder, 'prometheus') }),
  );
  await Promise.all(servers.map(settled));
}

/** Waits until every rule was evaluated and every target asked. */
async function settled(server) {
  for (let i = 0; i < 300; i++) {
    const [rules, targets] = await Promise.all(
      ['rules', 'targets'].map(async (path) =>
        JSON.parse((await askRaw(server, { path: `/api/v1/${path}` })).text),
      ),
    );
    const evaluated = rules.data.groups.every((group) =>
      group.rules.every(({ health }) => health !== 'unknown'),
    );
    const asked = targets.data.activeTargets.every(({ health }) => health !== 'unknown');
    if (rules.data.groups.length > 0 && targets.data.activeTargets.length > 1 && evaluated && asked) return;
    await sleep(200);
  }
  throw new Error(`${server.name} does not settle`);
}

async function run() {
  await startBoth();
  const deliberate = new DeliberateDifferences(join(here, 'http-differences.yaml'));
  const only = new RegExp(flags.only);
  const outcome = { asked: 0, failed: 0 };
  for (const request of allRequests()) {
    const line = `${request.method ?? 'GET'} ${decoded(request.path)}${request.body ? ` ${String(request.body).slice(0, 300)}` : ''}${request.label ? ` ${request.label}` : ''}`;
    if (!only.test(line)) continue;
    outcome.asked++;
    const [ours, theirs] = await Promise.all(servers.map((server) => answerOf(server, request)));
    const left = compareHttp(ours, theirs, request).filter((one) => !deliberate.explain(line, one));
    if (left.length === 0) continue;
    outcome.failed++;
    if (outcome.failed > Number(flags.most)) continue;
    console.log(`\n${line}`);
    for (const { kind, detail } of left.slice(0, 6)) console.log(`  ${kind} ${detail.slice(0, 900)}`);
  }
  console.log(`\n${outcome.asked} requests, ${outcome.failed} with unexplained differences`);
  for (const [id, count] of deliberate.counts) console.log(`  explained by ${id}: ${count}`);
  process.exitCode = outcome.failed > 0 ? 1 : 0;
}

/** A connection that is broken off is an answer, too. */
async function answerOf(server, request) {
  try {
    return await askRaw(server, request);
  } catch (error) {
    return { status: 0, headers: {}, text: error.code ?? error.message };
  }
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

try {
  await run();
} finally {
  for (const server of servers) await server.stop();
  fixture?.close();
  if (!flags.keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`kept: ${folder}`);
}
