import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, peerProgram, temporaryFolder } from '@narthex/testkit';
import { workspaceRoot } from './program.js';
import { StorageData } from './storage-data.js';
import { answerOf, questionsFor } from './storage-questions.js';
import { havePeers, type Make, StorageServer } from './storage-server.js';

/*
 * A data directory that one server wrote, and that it was killed over, is opened by both: ours and the original
 * Prometheus give the same answers, and both promtools say the same of it.
 */

const HALF_HOUR_S = 1800;
const PATIENCE_MS = 300_000;
const run = promisify(execFile);
const OTHER: Record<Make, Make> = { ours: 'theirs', theirs: 'ours' };

const isBlock = (name: string): boolean => /^[0-9A-Z]{26}$/.test(name);

async function promtool(make: Make, ...args: string[]): Promise<string> {
  const options = { maxBuffer: 1 << 28, timeout: PATIENCE_MS };
  const ours = join(workspaceRoot, 'dist/apps/promtool/main.js');
  const { stdout } = await (make === 'ours'
    ? run(process.execPath, [ours, ...args], options)
    : run(peerProgram('promtool')!, args, options));
  return stdout;
}

const writers = havePeers ? (['theirs', 'ours'] as const) : [];
const describeWithPeers = havePeers ? describe.each(writers) : describe.skip.each(['theirs'] as const);

describeWithPeers('a directory that %s wrote', (writer) => {
  const folder = temporaryFolder('storage-peers');
  const at = (name: string): string => join(folder.path, name);
  const now = Math.floor(Date.now() / 1000);
  const data = new StorageData((Math.floor(now / HALF_HOUR_S) - 4) * HALF_HOUR_S);
  const questions = questionsFor(data);
  const servers: StorageServer[] = [];
  let acknowledged = 0;

  beforeAll(async () => {
    const server = await StorageServer.start({ make: writer, data: at('written'), folder: folder.path });
    servers.push(server);
    await data.writeInto(server);
    await eventually('blocks', () => readdirSync(at('written')).filter(isBlock).length >= 3, {
      timeoutMs: PATIENCE_MS,
    });
    // Killed while it is written to: what was acknowledged has to be there.
    const gone = eventually('something to lose', () => acknowledged >= 5, { everyMs: 1 }).then(() =>
      server.program.end('SIGKILL'),
    );
    for (let minute = 75; ; minute++) {
      const taken = await server.write(data.seriesOf(minute, minute + 1)).then(
        () => true,
        () => false,
      );
      if (!taken) break;
      acknowledged++;
    }
    await gone;
    for (const copy of ['ours', 'theirs', 'spare']) cpSync(at('written'), at(copy), { recursive: true });
    const started = (['ours', 'theirs'] as const).map((make) =>
      StorageServer.start({ make, data: at(make), folder: folder.path }),
    );
    servers.push(...(await Promise.all(started)));
  }, PATIENCE_MS);

  afterAll(async () => {
    for (const { program } of servers) await program.end();
    folder.remove();
  }, PATIENCE_MS);

  const both = (): readonly [StorageServer, StorageServer] => [servers[1]!, servers[2]!];

  test('has what is to be looked at', () => {
    const names = readdirSync(at('spare'));
    expect(names).toEqual(expect.arrayContaining(['wal', 'wbl', 'chunks_head', 'lock']));
    const blocks = names.filter(isBlock);
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    expect(blocks.some((name) => existsSync(join(at('spare'), name, 'tombstones')))).toBe(true);
  });

  test('has everything that was acknowledged before the kill', async () => {
    for (const server of both()) {
      const counts = await server.get<{ result: { value: [number, string] }[] }>('query', {
        query: 'count_over_time(requests_total[10h])',
        time: String(data.endS + 2 * HALF_HOUR_S),
      });
      const least = (75 + acknowledged) * 2;
      expect(counts.result).toHaveLength(6);
      for (const { value } of counts.result) expect(Number(value[1])).toBeGreaterThanOrEqual(least);
    }
  });

  test.each(questions)('%s %j', async (...question) => {
    const [ours, theirs] = await Promise.all(both().map(({ url }) => answerOf(url, question)));
    expect(theirs).toMatchObject({ code: 200, status: 'success' });
    expect(ours).toEqual(theirs);
  });

  test.each([
    ['list', []],
    ['list', ['-r']],
    ['analyze', []],
    ['analyze', ['--extended']],
    ['dump', []],
    ['dump', ['--match={__name__=~"temp.*|custom"}']],
  ])(
    'promtool tsdb %s %j',
    async (command, options) => {
      const args = ['tsdb', command, ...options, at('spare')];
      const [ours, theirs] = await Promise.all([promtool('ours', ...args), promtool('theirs', ...args)]);
      expect(theirs.length).toBeGreaterThan(0);
      const sorted = (text: string): string[] =>
        text
          .replace(/^Duration: .*$/m, 'Duration')
          .split('\n')
          .sort();
      expect(sorted(ours)).toEqual(sorted(theirs));
    },
    PATIENCE_MS,
  );

  test(
    'is written on by the other one, and read by the first again',
    async () => {
      const other = both()[writer === 'ours' ? 1 : 0];
      await other.write(data.seriesOf(110, 115));
      await other.program.end();
      const written = at(OTHER[writer]);
      const again = await StorageServer.start({ make: writer, data: written, folder: folder.path });
      servers.push(again);
      const found = await again.samples('requests_total[5m]', data.startS + 115 * 60 - 1, 'instance');
      expect([...found.values()].map(({ length }) => length)).toEqual(Array(6).fill(10));
      const still = both()[writer === 'ours' ? 0 : 1];
      const before = questions.filter(([path, { time }]) => path === 'query' && Number(time) <= data.endS);
      expect(before.length).toBeGreaterThan(2);
      for (const question of before)
        expect(await answerOf(again.url, question)).toEqual(await answerOf(still.url, question));
    },
    PATIENCE_MS,
  );
});
