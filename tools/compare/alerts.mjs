// Alerts beside the real Prometheus: the same samples and rules for both, and a receiver for each that writes down what
// it is told. Every notification has to be the same: labels, annotations, start, end, link, how often and in which order;
// and so have ALERTS, ALERTS_FOR_STATE and what the API tells of rules. Then both are stopped, started again, and have to
// go on with the same state.
//   NARTHEX_PEERS=/path/to/folder node tools/compare/alerts.mjs [--peer …] [--narthex dist/apps/server/main.js] [--keep]
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareCourses, compareJson, coursesOf, postFacts, stable } from './alerts/compare.mjs';
import { startReceiver } from './alerts/receiver.mjs';
import { configOf, END_S, INTERVAL_S, RULES, samplesFrom } from './alerts/scenario.mjs';
import { loadTypeScript } from './servers/bundle.mjs';
import { startServer } from './servers/start.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { writeSeries } = loadTypeScript(join(here, 'alerts/write.ts'));
const { values: flags } = parseArgs({
  options: {
    peer: { type: 'string' },
    narthex: { type: 'string', default: join(here, '../../dist/apps/server/main.js') },
    feature: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});
const peers = process.env.NARTHEX_PEERS;
const peer = flags.peer ?? (peers ? join(peers, 'prometheus') : undefined);
if (peer === undefined || !existsSync(peer))
  throw new Error('no Prometheus to compare with: --peer or NARTHEX_PEERS');

/** How long both run before they are stopped; the pause must be short against `for-outage-tolerance`. */
const FIRST_S = 66;
const PAUSE_S = 4;
const folder = mkdtempSync(join(tmpdir(), 'narthex-alerts-'));
const sides = [
  { name: 'narthex', command: process.execPath, before: [flags.narthex] },
  { name: 'prometheus', command: peer, before: [] },
];
const differences = [];

function report(title, lines) {
  console.log(`${title}: ${lines.length === 0 ? 'the same' : `${lines.length} differences`}`);
  for (const line of lines.slice(0, 12)) console.log(`  ${line.slice(0, 1200)}`);
  differences.push(...lines);
}

async function start(side) {
  side.server = await startServer(side.name, side.command, side.before, {
    config: side.config,
    data: join(folder, side.name),
    flags: [
      '--web.enable-remote-write-receiver',
      '--web.external-url=http://prom.example/base/',
      '--web.route-prefix=/',
      '--rules.alert.resend-delay=5s',
      '--rules.alert.for-grace-period=3s',
      ...(flags.feature === '' ? [] : [`--enable-feature=${flags.feature}`]),
    ],
  });
}

async function prepare(side) {
  side.receiver = await startReceiver();
  side.config = join(folder, `${side.name}.yml`);
  writeFileSync(side.config, configOf(side.receiver.address));
  mkdirSync(join(folder, side.name));
  await start(side);
}

async function json(side, path) {
  return (await (await fetch(`${side.server.url}/api/v1/${path}`)).json()).data;
}

/** The stored series of an expression with a range, by labels. */
async function stored(side, expression, atMs) {
  const query = `query=${encodeURIComponent(expression)}&time=${atMs / 1000}`;
  const { result } = await json(side, `query?${query}`);
  return Object.fromEntries(result.map(({ metric, values }) => [stable(metric), values]));
}

/** Rules and alerts without what depends on the clock of the moment. */
async function told(side) {
  const { groups } = await json(side, 'rules');
  const rules = groups.map((group) => ({
    ...group,
    evaluationTime: 0,
    lastEvaluation: '',
    rules: group.rules.map((rule) => ({
      ...rule,
      evaluationTime: 0,
      lastEvaluation: '',
      alerts: rule.alerts?.map(alertOf).sort(byLabels),
    })),
  }));
  const { alerts } = await json(side, 'alerts');
  return { rules, alerts: alerts.map(alertOf).sort(byLabels) };
}

function alertOf({ activeAt, keepFiringSince, ...rest }) {
  const time = (text) => text && new Date(text).toISOString();
  return { ...rest, activeAt: time(activeAt), keepFiringSince: time(keepFiringSince) };
}

function byLabels(a, b) {
  return stable(a.labels) < stable(b.labels) ? -1 : 1;
}

async function missed(side) {
  const text = await (await fetch(`${side.server.url}/metrics`)).text();
  const counts = [...text.matchAll(/^prometheus_rule_group_iterations_missed_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function firstRun(startMs) {
  await sleep(startMs + 1000 * FIRST_S - Date.now());
  for (const side of sides) side.missed = await missed(side);
  const [ours, theirs] = sides.map(({ receiver }) => coursesOf(receiver.posts, startMs));
  console.log(
    `${ours.size} | ${theirs.size} alerts, ${sides.map(({ receiver, missed: count }) => `${receiver.posts.length} posts, ${count} evaluations missed`).join(' | ')}`,
  );
  report('notifications', compareCourses(ours, theirs));
  report('requests', compareJson(...sides.map(({ receiver }) => postFacts(receiver.posts))));
  const [a, b] = await Promise.all(sides.map(told));
  report('rules', compareJson(a.rules, b.rules));
  report('alerts', compareJson(a.alerts, b.alerts));
  // Not up to now: an evaluation may be under way, and one with an offset stores what lies back.
  const atMs = startMs + 1000 * (FIRST_S - 10);
  for (const expression of ['ALERTS', 'ALERTS_FOR_STATE', '{__name__=~".+:.+"}']) {
    const range = `${expression}[${FIRST_S - 10}s]`;
    report(range, compareJson(...(await Promise.all(sides.map((side) => stored(side, range, atMs))))));
  }
}

/** After a restart evaluations begin anew, so starts may be one interval apart; what is restored may not. */
async function secondRun(startMs) {
  await Promise.all(sides.map(({ server }) => server.stop()));
  const before = sides.map(({ receiver }) => receiver.posts.length);
  await sleep(1000 * PAUSE_S);
  await Promise.all(sides.map(start));
  await sleep(startMs + 1000 * (END_S - 12) - Date.now());
  const [ours, theirs] = await Promise.all(sides.map((side) => json(side, 'alerts')));
  const states = ({ alerts }) =>
    Object.fromEntries(
      alerts.map(({ labels, state, annotations }) => [stable(labels), { state, annotations }]),
    );
  report('alerts after a restart', compareJson(states(ours), states(theirs)));
  const since = ({ alerts }) =>
    new Map(alerts.map(({ labels, activeAt }) => [stable(labels), Date.parse(activeAt)]));
  const [a, b] = [since(ours), since(theirs)];
  const apart = [...a]
    .filter(([key, atMs]) => b.has(key) && Math.abs(b.get(key) - atMs) > 1500 * INTERVAL_S)
    .map(([key, atMs]) => `${key}: ${(atMs - startMs) / 1000} s | ${(b.get(key) - startMs) / 1000} s`);
  report('active since', apart);
  const keys = sides.map(({ receiver }, i) =>
    [...coursesOf(receiver.posts.slice(before[i]), startMs).keys()].sort(),
  );
  report('alerts sent after a restart', compareJson(...keys));
}

try {
  writeFileSync(join(folder, 'rules.yml'), RULES);
  await Promise.all(sides.map(prepare));
  // Samples lie ahead of the clock, so that an evaluation finds the same however late it comes.
  // By then every group has been evaluated twice: before that nothing is stored of alerts.
  const startMs = (Math.floor(Date.now() / 1000) + 9) * 1000;
  await Promise.all(sides.map(({ server }) => writeSeries(server, samplesFrom(startMs))));
  await firstRun(startMs);
  await secondRun(startMs);
  process.exitCode = differences.length === 0 ? 0 : 1;
} finally {
  await Promise.all(sides.map(({ server }) => server?.stop()));
  for (const { receiver } of sides) receiver?.close();
  if (!flags.keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`kept: ${folder}`);
}
