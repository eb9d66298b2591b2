import { expect, test } from '@jest/globals';
import { systemClock } from '@narthex/process';
import { temporaryFolder } from '@narthex/testkit';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiServer } from '../testing/api-server.js';
import { collectDebug, METRICS_SOURCES, PROFILE_SOURCES } from './collect.js';
import { tarArchive } from './tar.js';

test('the archive is one that tar can read', () => {
  const folder = temporaryFolder('promtool-debug');
  const archive = join(folder.path, 'debug.tar');
  const contents = { 'metrics.txt': 'up 1\n', 'empty.pb': '', 'long.pb': 'x'.repeat(5000) };
  const entries = Object.entries(contents).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  writeFileSync(archive, tarArchive(entries));
  const listed = execFileSync('tar', ['tf', archive], { encoding: 'utf8' }).trim().split('\n');
  expect(listed).toEqual(Object.keys(contents));
  for (const [name, text] of Object.entries(contents)) {
    expect(execFileSync('tar', ['xOf', archive, name], { encoding: 'utf8' })).toBe(text);
  }
  folder.remove();
});

test('what a server does not have is left out and told', async () => {
  const folder = temporaryFolder('promtool-debug');
  const archive = join(folder.path, 'debug.tar.gz');
  const api = await ApiServer.start();
  const said: string[] = [];
  const tool = {
    out: (text: string) => void said.push(text),
    error: (text: string) => void said.push(text),
    drained: () => Promise.resolve(),
    input: () => Promise.resolve(Buffer.alloc(0)),
    clock: systemClock,
  };
  const sources = [...PROFILE_SOURCES.slice(1, 2), ...METRICS_SOURCES];
  expect(await collectDebug(api.url, sources, tool, archive)).toBe(0);
  const { url } = api;
  await api.stop();
  expect(said).toEqual([
    `collecting: ${url}/debug/pprof/block\n`,
    `  WARNING: ${url}/debug/pprof/block answered with HTTP status 404, block.pb is left out\n`,
    `collecting: ${url}/metrics\n`,
    `Compiling debug information complete, all files written in ${JSON.stringify(archive)}.\n`,
  ]);
  expect(execFileSync('tar', ['xzOf', archive, 'metrics.txt'], { encoding: 'utf8' })).toBe('up 1\n');
  folder.remove();
});
