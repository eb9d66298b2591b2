// What the parsers say of broken PromQL, Narthex beside the real Prometheus (/api/v1/format_query; features of the
// language that 3.5 has are on in both):
//   node tools/compare/parser.mjs [--seed N] [--cases N] [--peer /path/to/prometheus] [--narthex dist/apps/server/main.js]
//                                 [--most 20]
// Ends with 1 when something differs that parser-differences.yaml does not explain.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ask } from './answers/ask.mjs';
import { DeliberateDifferences } from './answers/deliberate.mjs';
import { END_MS } from './data/series.mjs';
import { broken } from './expressions/break.mjs';
import { ExpressionGenerator } from './expressions/generate.mjs';
import { computedDurations, tokenSoup } from './expressions/soup.mjs';
import { Random } from './random.mjs';
import { startServer } from './servers/start.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    cases: { type: 'string', default: '5000' },
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(here, '../../dist/apps/server/main.js') },
    most: { type: 'string', default: '20' },
  },
});
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
if (peer === undefined || !existsSync(peer))
  throw new Error('no Prometheus to compare with: --peer or NARTHEX_PEERS');

const FEATURES = 'promql-experimental-functions,promql-duration-expr';
const folder = mkdtempSync(join(tmpdir(), 'narthex-parser-'));
const servers = [];

async function start(name, command, before) {
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, '{}\n');
  const features = [`--enable-feature=${FEATURES}`];
  servers.push(
    await startServer(name, command, before, { config, data: join(folder, name), flags: features }),
  );
}

async function said(server, query) {
  const { body } = await ask(server, 'format_query', { query });
  if (body === undefined) return 'no JSON';
  return body.status === 'success' ? `formatted: ${body.data}` : body.error;
}

/** Expressions with a few characters changed; tokens in any order; computed durations, changed or not. */
function makeCase(random, generator) {
  return random.weighted([
    [5, () => broken(random, generator.query()).text],
    [2, () => tokenSoup(random)],
    [1, () => computedDurations(random)],
    [1, () => broken(random, { text: computedDurations(random) }).text],
    [1, () => generator.query().text],
  ])();
}

async function run() {
  await start('narthex', process.execPath, [flags.narthex]);
  await start('prometheus', peer, []);
  const seed = Number(flags.seed);
  const random = new Random(seed);
  const generator = new ExpressionGenerator(random, {
    endMs: END_MS,
    experimental: true,
    histogramShare: 0.2,
  });
  const deliberate = new DeliberateDifferences(join(here, 'parser-differences.yaml'));
  const count = { asked: 0, errors: 0, same: 0, explained: 0, left: 0 };
  for (let i = 0; i < Number(flags.cases); i++) {
    const query = makeCase(random, generator);
    const [ours, theirs] = await Promise.all(servers.map((server) => said(server, query)));
    count.asked++;
    if (!theirs.startsWith('formatted: ')) count.errors++;
    if (ours === theirs) count.same++;
    else if (deliberate.explain(query, { kind: 'text', detail: `${ours} | ${theirs}` })) count.explained++;
    else if (++count.left <= Number(flags.most)) {
      console.log(`\n${JSON.stringify(query)}\n  ours:   ${ours}\n  theirs: ${theirs}`);
    }
  }
  console.log(`\nseed ${seed}: ${count.asked} texts, ${count.errors} of them refused by the reference`);
  console.log(`  the same answer: ${count.same}, explained: ${count.explained}, left: ${count.left}`);
  for (const [id, times] of deliberate.counts) console.log(`  explained by ${id}: ${times}`);
  process.exitCode = count.left > 0 ? 1 : 0;
}

try {
  await run();
} finally {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
