import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { floats } from './storage-data.js';
import {
  havePeers,
  type Make,
  RefusedError,
  StorageServer,
  type StorageServerOptions,
} from './storage-server.js';

const PATIENCE_MS = 300_000;
const folder = temporaryFolder('storage-faults');
const servers: StorageServer[] = [];
const mounts: string[] = [];

afterEach(async () => {
  for (const { program } of servers.splice(0)) await program.end('SIGKILL');
});
afterAll(() => {
  for (const path of mounts) spawnSync('umount', [path]);
  folder.remove();
});

async function start(
  data: string,
  make: Make = 'ours',
  options: Partial<StorageServerOptions> = {},
): Promise<StorageServer> {
  const server = await StorageServer.start({ make, data, folder: folder.path, window: '0s', ...options });
  servers.push(server);
  return server;
}

const MINUTE_S = 60;
const SERIES = 50;
const PATTERN = Array.from({ length: SERIES }, (_, number) => number);

/** One sample a minute of each series; its value is the minute. */
async function writeMinute(server: StorageServer, startS: number, minute: number): Promise<void> {
  const timesS = [startS + minute * MINUTE_S];
  await server.write(PATTERN.map((n) => floats({ __name__: 'm', number: String(n) }, timesS, () => minute)));
}

describe('a server killed with -9, again and again, in one directory', () => {
  const ROUNDS = Number(process.env.NARTHEX_KILLS ?? 5);
  const data = join(folder.path, 'killed');

  interface Seen {
    /** What was acknowledged to the remote-write client. */
    readonly written: number[];
    /** What a query showed of the scraped series. */
    scraped: readonly number[];
  }

  function missing(wanted: readonly number[], found: readonly number[]): number[] {
    const there = new Set(found);
    return wanted.filter((value) => !there.has(value));
  }

  async function scrapedBy(server: StorageServer): Promise<readonly number[]> {
    return (await server.samples('scrapes_total[1h]', Date.now() / 1000 + 1, 'job')).get('t') ?? [];
  }

  /** Everything that was seen is there, in every series. */
  async function check(server: StorageServer, seen: Seen): Promise<void> {
    const found = await server.samples('m[1h]', Date.now() / 1000 + 1, 'number');
    expect(found.size).toBe(SERIES);
    for (const values of found.values()) expect(missing(seen.written, values)).toEqual([]);
    expect(missing(seen.scraped, await scrapedBy(server))).toEqual([]);
  }

  /** Writes until it is killed, at a moment after `isTime` says so. */
  async function writeUntilKilled(server: StorageServer, seen: Seen, isTime: () => boolean): Promise<void> {
    let gone: Promise<unknown> | undefined;
    for (let value = 1 + (seen.written.at(-1) ?? 0); ; value++) {
      try {
        const timesS = [Date.now() / 1000];
        await server.write(
          PATTERN.map((n) => floats({ __name__: 'm', number: String(n) }, timesS, () => value)),
        );
        seen.written.push(value);
        if (gone === undefined) seen.scraped = await scrapedBy(server);
      } catch (error) {
        // The clock that stamps scrapes may be ahead by more than half a block on a busy machine.
        if (!(error instanceof RefusedError)) break;
        expect(error.message).toContain('out of bounds');
      }
      if (gone === undefined && isTime()) {
        gone = new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 100)).then(() =>
          server.program.end('SIGKILL'),
        );
      }
    }
    await gone;
  }

  test(
    'has every sample that it acknowledged, and every scrape that it showed',
    async () => {
      // Every answer of the target has another value.
      let scrapes = 0;
      const target = createServer((_, response) => {
        response.setHeader('Content-Type', 'text/plain');
        response.end(`scrapes_total ${++scrapes}\n`);
      });
      await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
      const { port } = target.address() as AddressInfo;
      const config = `global: { scrape_interval: 100ms, scrape_timeout: 100ms }
scrape_configs: [{ job_name: t, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]
`;
      const seen: Seen = { written: [], scraped: [] };
      const blocks = (): string[] => readdirSync(data).filter((name) => /^[0-9A-Z]{26}/.test(name));
      try {
        for (let round = 0; round < ROUNDS; round++) {
          const server = await start(data, 'ours', { config, blocks: ['3s', '9s'] });
          if (round > 0) await check(server, seen);
          const before = new Set(blocks());
          // In the middle of a compaction, or soon after one, or at once.
          await writeUntilKilled(
            server,
            seen,
            () => round % 3 === 2 || blocks().some((name) => !before.has(name)),
          );
        }
        const leftBehind = blocks().filter((name) => name.includes('tmp'));
        const last = await start(data, 'ours', { config, blocks: ['3s', '9s'] });
        await check(last, seen);
        expect(seen.scraped.length).toBeGreaterThan(ROUNDS);
        // It may be writing a block of its own by now.
        expect(blocks().filter((name) => leftBehind.includes(name))).toEqual([]);
      } finally {
        target.close();
      }
    },
    PATIENCE_MS,
  );
});

const MAKES: readonly (readonly [Make, Make])[] = havePeers
  ? [
      ['ours', 'ours'],
      ['ours', 'theirs'],
      ['theirs', 'ours'],
    ]
  : [['ours', 'ours']];

describe.each(MAKES)('a directory in which one of %s runs', (first, second) => {
  test(
    `is not opened by one of ${second}, until the first is killed`,
    async () => {
      const data = join(folder.path, `locked-${first}-${second}`);
      const running = await start(data, first);
      const refused = await StorageServer.launch({ make: second, data, folder: folder.path });
      servers.push(refused);
      expect(await refused.program.exitCode()).toBe(1);
      expect(refused.program.output).toMatch(/lock DB directory: resource temporarily unavailable/);
      // It did no harm.
      await writeMinute(running, Math.floor(Date.now() / 1000) - 600, 0);
      await running.program.end('SIGKILL');
      const taken = await start(data, second);
      const found = await taken.samples('m[1h]', Date.now() / 1000, 'number');
      expect(found.size).toBe(SERIES);
      const again = await StorageServer.launch({ make: first, data, folder: folder.path });
      servers.push(again);
      expect(await again.program.exitCode()).toBe(1);
    },
    PATIENCE_MS,
  );
});

function mount(name: string, size: string): string | undefined {
  const path = join(folder.path, name);
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]).status !== 0) return undefined;
  mounts.push(path);
  return path;
}

/** Mounting takes rights that not every machine gives its tests. */
const full = mount('full', '48m');
const sealed = mount('sealed', '48m');
const testWithMount = full !== undefined && sealed !== undefined ? test : test.skip;

async function refusal(work: Promise<unknown>): Promise<RefusedError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RefusedError)) throw new Error('was not refused', { cause: error });
  return error;
}

describe('a directory that cannot be written to', () => {
  test(
    'because it cannot be made: the start says so',
    async () => {
      const file = join(folder.path, 'file');
      writeFileSync(file, '');
      const server = await StorageServer.launch({
        make: 'ours',
        data: join(file, 'data'),
        folder: folder.path,
      });
      servers.push(server);
      expect(await server.program.exitCode()).toBe(1);
      expect(server.program.output).toMatch(/level=ERROR .*(not a directory|ENOTDIR)/);
    },
    PATIENCE_MS,
  );

  testWithMount(
    'because the disk is full: writes are refused, reads go on, and all is well when there is room',
    async () => {
      const startS = Math.floor(Date.now() / 1000) - 7200;
      const server = await start(join(full!, 'data'));
      for (let minute = 0; minute < 12; minute++) await writeMinute(server, startS, minute);
      const { bavail, bsize } = statfsSync(full!);
      writeFileSync(join(full!, 'ballast'), Buffer.alloc(bavail * bsize));
      // What is left of the log's page takes a few more.
      let minute = 12;
      let refused: RefusedError | undefined;
      while (refused === undefined) {
        refused = await writeMinute(server, startS, minute).then(
          () => undefined,
          (reason: unknown) => reason as RefusedError,
        );
        if (refused === undefined) minute++;
      }
      expect(refused.status).toBe(500);
      expect(refused.message).toMatch(/no space left on device|ENOSPC/);
      expect(server.program.output).toMatch(/level=ERROR .*(no space left on device|ENOSPC)/);
      const shown = async (): Promise<number[][]> => [
        ...(await server.samples('m[10h]', startS + 200 * MINUTE_S, 'number')).values(),
      ];
      const kept = Array.from({ length: minute }, (_, each) => each);
      for (const values of await shown()) expect(values).toEqual(kept);
      expect((await refusal(writeMinute(server, startS, minute))).status).toBe(500);
      rmSync(join(full!, 'ballast'));
      for (; minute < 60; minute++) await writeMinute(server, startS, minute);
      const all = Array.from({ length: 60 }, (_, each) => each);
      for (const values of await shown()) expect(values).toEqual(all);
      await eventually(
        'blocks',
        () => readdirSync(join(full!, 'data')).some((name) => /^[0-9A-Z]{26}$/.test(name)),
        {
          timeoutMs: 120_000,
        },
      );
      await server.program.end('SIGKILL');
      const again = await start(join(full!, 'data'));
      const found = [...(await again.samples('m[10h]', startS + 200 * MINUTE_S, 'number')).values()];
      expect(found).toHaveLength(SERIES);
      for (const values of found) expect(values).toEqual(all);
    },
    PATIENCE_MS,
  );

  testWithMount(
    'because it is mounted read-only: the start says so',
    async () => {
      const first = await start(join(sealed!, 'data'));
      await writeMinute(first, Math.floor(Date.now() / 1000) - 600, 0);
      await first.program.end();
      expect(spawnSync('mount', ['-o', 'remount,ro', sealed!]).status).toBe(0);
      const refused = await StorageServer.launch({
        make: 'ours',
        data: join(sealed!, 'data'),
        folder: folder.path,
      });
      servers.push(refused);
      expect(await refused.program.exitCode()).toBe(1);
      expect(refused.program.output).toMatch(/level=ERROR .*opening storage failed: .*read-only file system/);
      expect(spawnSync('mount', ['-o', 'remount,rw', sealed!]).status).toBe(0);
      const again = await start(join(sealed!, 'data'));
      expect((await again.samples('m[1h]', Date.now() / 1000, 'number')).size).toBe(SERIES);
    },
    PATIENCE_MS,
  );
});
