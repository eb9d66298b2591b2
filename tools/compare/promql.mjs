// Random PromQL, asked of Narthex and of the real Prometheus over the same data:
//   node tools/compare/promql.mjs [--seed N] [--cases N] [--peer /path/to/prometheus] [--narthex dist/apps/server/main.js]
//                                 [--query 'EXPR'] [--most 20] [--experimental] [--keep]
//                                 [--histograms 0.4]
// The seed is printed; the same seed gives the same data and expressions. Ends with 1 when something differs that
// deliberate-differences.yaml does not explain.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ask } from './answers/ask.mjs';
import { compareAnswers } from './answers/compare.mjs';
import { DeliberateDifferences } from './answers/deliberate.mjs';
import { END_MS, makeSeries, SPAN_MS } from './data/series.mjs';
import { ExpressionGenerator } from './expressions/generate.mjs';
import { broken } from './expressions/break.mjs';
import { Random } from './random.mjs';
import { loadTypeScript } from './servers/bundle.mjs';
import { startServer } from './servers/start.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    cases: { type: 'string', default: '1000' },
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(here, '../../dist/apps/server/main.js') },
    query: { type: 'string', multiple: true },
    most: { type: 'string', default: '20' },
    experimental: { type: 'boolean', default: false },
    histograms: { type: 'string', default: '0.4' },
    keep: { type: 'boolean', default: false },
  },
});
const seed = Number(flags.seed);
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
if (peer === undefined || !existsSync(peer))
  throw new Error('no Prometheus to compare with: --peer or NARTHEX_PEERS');

const folder = mkdtempSync(join(tmpdir(), 'narthex-compare-'));
const servers = [];

async function startBoth() {
  const { writeWal } = loadTypeScript(join(here, 'data/write-wal.ts'));
  const series = makeSeries(seed);
  mkdirSync(join(folder, 'narthex'));
  const samples = await writeWal(join(folder, 'narthex/wal'), series);
  cpSync(join(folder, 'narthex'), join(folder, 'prometheus'), { recursive: true });
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, 'global: { scrape_interval: 15s }\n');
  console.log(`seed ${seed}: ${series.length} series, ${samples} samples`);
  const more = flags.experimental ? ['--enable-feature=promql-experimental-functions'] : [];
  servers.push(
    await startServer('narthex', process.execPath, [flags.narthex], {
      config,
      data: join(folder, 'narthex'),
      flags: more,
    }),
    await startServer('prometheus', peer, [], { config, data: join(folder, 'prometheus'), flags: more }),
  );
}

/** When to ask: an instant, or a range of up to a hundred steps, within the data and a little outside. */
function questions(random, text) {
  const at = () =>
    (END_MS + 300_000 - random.integer(0, (SPAN_MS + 600_000) / 1000) * 1000 + random.pick([0, 0, 1, 500])) /
    1000;
  const startS = at();
  const stepS = random.pick([1, 15, 15, 30, 60, 77, 0.25]);
  const endS = startS + stepS * random.integer(0, 60);
  return [
    { path: 'query', parameters: { query: text, time: at() } },
    { path: 'query_range', parameters: { query: text, start: startS, end: endS, step: stepS } },
  ];
}

async function differencesOf(text, { path, parameters }) {
  const answers = await Promise.all(
    servers.map((server) => ask(server, path, { ...parameters, query: text })),
  );
  // The order of an instant query's answer follows Go's maps.
  return compareAnswers(answers[0], answers[1], { ordered: path === 'query_range' });
}

/** True when the reference itself gives now one answer, now another: among equals its choice follows Go's maps. */
async function isUndecided(text, { path, parameters }) {
  const again = () => ask(servers[1], path, { ...parameters, query: text });
  const first = await again();
  for (let i = 0; i < 6; i++) {
    if (compareAnswers(first, await again(), { ordered: path === 'query_range' }).length > 0) return true;
  }
  return false;
}

/** The smallest expression inside that differs by itself. */
async function smallest(expression, question, deliberate) {
  for (const part of expression.parts) {
    if (question.path === 'query_range' && part.type === 'matrix') {
      const inner = await Promise.all(part.parts.map((one) => smallest(one, question, deliberate)));
      const found = inner.find((one) => one !== undefined);
      if (found !== undefined) return found;
      continue;
    }
    const found = await smallest(part, question, deliberate);
    if (found !== undefined) return found;
  }
  const left = (await differencesOf(expression.text, question)).filter(
    (one, _, all) => !deliberate.explain(expression.text, one, all),
  );
  return left.length === 0 ? undefined : { text: expression.text, differences: left };
}

async function run() {
  await startBoth();
  const deliberate = new DeliberateDifferences(join(here, 'deliberate-differences.yaml'));
  const random = new Random(seed ^ 0x5eed);
  const generator = new ExpressionGenerator(random, {
    endMs: END_MS,
    experimental: flags.experimental,
    histogramShare: Number(flags.histograms),
  });
  const given = flags.query?.map((text) => ({ type: 'vector', text, parts: [] }));
  const cases =
    given ??
    Array.from({ length: Number(flags.cases) }, () => {
      const expression = generator.query();
      return random.chance(0.05) ? broken(random, expression) : expression;
    });
  const outcome = { asked: 0, failed: 0, undecided: 0 };
  for (const expression of cases) {
    for (const question of questions(random, expression.text)) {
      const found = await differencesOf(expression.text, question);
      outcome.asked++;
      const left = found.filter((one) => !deliberate.explain(expression.text, one, found));
      if (left.length === 0) continue;
      if (await isUndecided(expression.text, question)) {
        outcome.undecided++;
        continue;
      }
      outcome.failed++;
      if (outcome.failed > Number(flags.most)) continue;
      const { text, differences } = (await smallest(expression, question, deliberate)) ?? {
        text: expression.text,
        differences: left,
      };
      console.log(`\n${question.path} ${JSON.stringify(question.parameters)}`);
      if (text !== expression.text) console.log(`  smallest: ${text}`);
      for (const { kind, detail } of differences.slice(0, 4))
        console.log(`  ${kind}: ${detail.slice(0, 600)}`);
    }
  }
  console.log(`\n${outcome.asked} questions, ${outcome.failed} with unexplained differences`);
  console.log(`  left out as the reference does not agree with itself: ${outcome.undecided}`);
  for (const [id, count] of deliberate.counts) console.log(`  explained by ${id}: ${count}`);
  process.exitCode = outcome.failed > 0 ? 1 : 0;
}

try {
  await run();
} finally {
  for (const server of servers) await server.stop();
  if (!flags.keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`kept: ${folder}`);
}
