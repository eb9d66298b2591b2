import { describe, expect, test } from '@jest/globals';
import { parseFlags, systemClock } from '@narthex/process';
import { eventually, freePort, peerProgram, silentLogger } from '@narthex/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectorsOf, NodeExporter } from './app.js';
import { flagSpecs } from './flags.js';

const testdata = join(__dirname, '..', 'testdata');

const fixtureFlags = [
  `--path.procfs=${testdata}/proc`,
  `--path.sysfs=${testdata}/sys`,
  `--path.rootfs=${testdata}/root`,
  `--path.udev.data=${testdata}/none`,
  `--collector.textfile.directory=${testdata}/textfile`,
  '--no-collector.netdev.netlink',
  '--no-collector.arp.netlink',
  '--collector.cpu.info',
  '--collector.cpu.info.flags-include=^(aes|avx.*)$',
  '--collector.cpu.info.bugs-include=spectre.*',
  '--collector.stat.softirq',
  '--web.disable-exporter-metrics',
];

/** What an exporter started with these flags answers on its metrics page. */
async function ourPage(flags: readonly string[]): Promise<string> {
  const collectors = collectorsOf('linux');
  const argv = ['--web.listen-address=127.0.0.1:0', ...flags];
  const outcome = parseFlags({ program: 'node_exporter', about: '' }, flagSpecs(collectors), argv);
  if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
  const { values, given } = outcome;
  const app = new NodeExporter({
    flags: values,
    given,
    collectors,
    clock: systemClock,
    logger: silentLogger(),
  });
  await app.start();
  try {
    return await pageAt(app.addresses[0]!.port);
  } finally {
    await app.stop();
  }
}

async function theirPage(program: string, flags: readonly string[]): Promise<string> {
  const port = await freePort();
  const child = spawn(program, [`--web.listen-address=127.0.0.1:${port}`, ...flags], { stdio: 'ignore' });
  try {
    return await eventually('the node exporter', () => pageAt(port));
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

async function pageAt(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

/** The page without what differs from machine to machine, and from one moment to the next. */
function steady(page: string): string[] {
  const varying =
    /^(node_exporter_build_info|node_scrape_collector_duration|node_time_seconds|node_uname_info|node_textfile_mtime_seconds|node_filesystem_(avail|free|size)_bytes|node_filesystem_files)/;
  return page
    .replaceAll(testdata, 'TESTDATA')
    .split('\n')
    .filter((line) => !varying.test(line) && !line.startsWith('node_time_zone_offset_seconds'));
}

/** The lines of families that our collectors, of upstream's name, stand for. */
function implemented(lines: readonly string[]): string[] {
  const names = new Set(collectorsOf('linux').map(({ name }) => name));
  return lines.filter((line) => {
    if (line.includes('node_timex_')) return false;
    const collector = /^node_scrape_collector_\w+\{collector="(\w+)"/.exec(line)?.[1];
    return collector === undefined || names.has(collector);
  });
}

test('the page of the fixture', async () => {
  const golden = readFileSync(join(testdata, 'metrics.txt'), 'utf8').split('\n');
  expect(steady(await ourPage(fixtureFlags))).toEqual(golden);
});

const upstream = peerProgram('prometheus-node-exporter');
const describeWithUpstream = upstream === undefined ? describe.skip : describe;

describeWithUpstream('side by side with the node exporter', () => {
  test('the page of the fixture, line by line', async () => {
    const theirs = await theirPage(upstream!, [
      ...fixtureFlags,
      '--no-collector.systemd',
      // Debian's build leaves out more than upstream's.
      '--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys)($|/)',
    ]);
    expect(steady(await ourPage(fixtureFlags))).toEqual(implemented(steady(theirs)));
  });

  test('families, types, help texts and labels of this very machine', async () => {
    const flags = [
      '--collector.filesystem.mount-points-exclude=^/(dev|proc|sys)($|/)',
      '--web.disable-exporter-metrics',
    ];
    const theirs = shapes(await theirPage(upstream!, [...flags, '--collector.textfile.directory=']));
    const ours = shapes(await ourPage(flags));
    const missing = implemented(theirs).filter((line) => !ours.includes(line));
    expect(missing).toEqual([]);
    const ownIdeas = ours.filter((line) => !theirs.includes(line) && !line.includes('node_memory_'));
    expect(ownIdeas).toEqual([]);
  });
});

/** Comments, and series without their values. Devices of other processes may come and go, so their kind is left out. */
function shapes(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => !/^node_(exporter_build_info|disk_info)|veth|node_arp_entries/.test(line))
    .map((line) => (line.startsWith('#') ? line : line.replace(/ [^ ]+$/, '')));
}
