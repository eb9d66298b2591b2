// The servers of the query bench: each loaded with the same samples through remote write, then started over them.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../../compare/servers/start.mjs';

/** A head is cut when it spans more than one and a half blocks. */
const MOST_HEAD_MS = 3 * 3_600_000;
const LOADED = 'loaded';

/**
 * What can be started over a folder of its own: `start` gives a running server; `isLoaded` says whether the folder has
 * the samples.
 */
export class Candidate {
  constructor(name, folder, command, argumentsFor) {
    this.name = name;
    this.folder = folder;
    this.command = command;
    this.argumentsFor = argumentsFor;
  }

  get isLoaded() {
    return existsSync(join(this.folder, LOADED));
  }

  markLoaded() {
    writeFileSync(join(this.folder, LOADED), '');
  }

  async start(before = []) {
    const startedMs = performance.now();
    const server = await startProgram(this.name, this.command, (address) => [
      ...before,
      ...this.argumentsFor(address, join(this.folder, 'data')),
    ]);
    server.readyMs = performance.now() - startedMs;
    return server;
  }
}

/** Narthex and the real Prometheus take the same flags. */
export function prometheusLike(name, folder, command, before, { onlyHead }) {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, 'global: { scrape_interval: 15s }\n');
  // With blocks of a day, all is answered from the head.
  const head = onlyHead
    ? ['--storage.tsdb.min-block-duration=1d', '--storage.tsdb.max-block-duration=1d']
    : [];
  return new Candidate(name, folder, command, (address, data) => [
    ...before,
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=${address}`,
    '--web.enable-remote-write-receiver',
    '--storage.tsdb.retention.time=100y',
    ...head,
  ]);
}

export function victoriaMetrics(folder, command) {
  mkdirSync(folder, { recursive: true });
  return new Candidate('victoria-metrics', folder, command, (address, data) => [
    `-storageDataPath=${data}`,
    `-httpListenAddr=${address}`,
    '-retentionPeriod=100y',
    '-search.disableCache',
    '-search.latencyOffset=0s',
  ]);
}

/** Resolves when a server has put away what it does not keep in the head. */
export async function settled(server, { onlyHead }) {
  if (server.name === 'victoria-metrics') {
    await fetch(`${server.url}/internal/force_flush`);
    return;
  }
  if (onlyHead) return;
  const giveUpMs = performance.now() + 120_000;
  for (;;) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const valueOf = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
    const spanMs = valueOf('prometheus_tsdb_head_max_time') - valueOf('prometheus_tsdb_head_min_time');
    if (spanMs <= MOST_HEAD_MS) return;
    if (performance.now() > giveUpMs) throw new Error(`${server.name} does not cut blocks`);
    await sleep(200);
  }
}
