import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { Matcher, parseFloatGo } from '@narthex/model';
import { eventually, freePort, temporaryFolder } from '@narthex/testkit';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBlockFolders } from './block-folders.js';
import { formatBlockMeta, readBlockMeta } from './block-meta.js';
import { chunksOf, dumpBlock, openBlock, type TestSeries, writeTestBlock } from './block-test-data.js';
import { BlockWriter } from './block-writer.js';
import { mergeBlocks } from './merge-blocks.js';

/*
 * Blocks between the original Prometheus and this library, both ways. Needs the folder of its programs.
 */

const peers = process.env.NARTHEX_PEERS ?? '';
const describeWithPeers = peers === '' ? describe.skip : describe;

const START_S = 1_700_000_000;
/** Starts of servers, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

/** Several shapes of series over four hours, with values that are easily lost. */
function openMetrics(): string {
  const lines = ['# TYPE small gauge'];
  for (let host = 0; host < 40; host++) {
    for (let t = 0; t < 4 * 3600; t += 300) {
      const labels = `inst="h${String(host).padStart(3, '0')}",job="${host % 2 ? 'a' : 'b'}",uni="ü😀${host % 3}\\n\\"q\\""`;
      lines.push(`small{${labels}} ${Math.sin(t * host) * 1e3} ${START_S + t}`);
    }
  }
  lines.push('# TYPE odd gauge');
  ['NaN', '+Inf', '-Inf', '0', '-0', '1e300', '5e-324', '-1.5'].forEach((value, i) => {
    lines.push(`odd ${value} ${START_S + 60 * i}`);
  });
  lines.push('# TYPE many counter');
  for (let n = 0; n < 400; n++) {
    for (let t = 0; t < 7200; t += 15 * (1 + (n % 40)))
      lines.push(`many_total{n="${n}"} ${t * n} ${START_S + t}`);
  }
  lines.push('# EOF', '');
  return lines.join('\n');
}

function promtool(...args: string[]): string {
  // Dumping opens the directory as a whole, and that has a log.
  if (args[0] === 'dump') mkdirSync(join(args[1]!, 'wal'), { recursive: true });
  return execFileSync(join(peers, 'promtool'), ['tsdb', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** `{a="b"} value timestamp` lines as series to `timestamp value`. */
function parseDump(text: string): Map<string, string[]> {
  const series = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, labels, value, timestamp] = /^(\{.*\}) (\S+) (-?\d+)$/.exec(line) ?? [];
    if (labels === undefined) continue;
    const samples = series.get(labels) ?? [];
    samples.push(`${timestamp!} ${printed(parseFloatGo(value!))}`);
    series.set(labels, samples);
  }
  return series;
}

function printed(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** What our reader finds in all blocks of a directory, in the same form. */
async function ourDump(directory: string): Promise<Map<string, string[]>> {
  const series = new Map<string, string[]>();
  for (const folder of listBlockFolders(directory)) {
    const block = openBlock(folder);
    for (const [labels, samples] of Object.entries(await dumpBlock(block))) {
      const known = series.get(labels) ?? [];
      for (const [timestampMs, bits] of samples) {
        const value = new Float64Array(BigUint64Array.of(BigInt(`0x${bits}`)).buffer)[0]!;
        known.push(`${timestampMs} ${printed(value)}`);
      }
      if (known.length > 0) series.set(labels, known);
    }
    block.close();
  }
  return series;
}

function sortedEntries(series: Map<string, string[]>): [string, string[]][] {
  return [...series].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function startServer(directory: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const config = join(directory, 'prometheus.yml');
  writeFileSync(config, 'global: {}\n');
  const server: ChildProcess = spawn(
    join(peers, 'prometheus'),
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${directory}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.retention.time=100y',
      '--web.enable-admin-api',
      '--enable-feature=promql-experimental-functions',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
  };
  try {
    await eventually('the server', async () => (await fetch(`${url}/-/ready`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function query(url: string, expression: string, timeS: number): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}&time=${timeS}`);
  const answer = (await response.json()) as { data: { result: unknown } };
  return answer.data.result;
}

describeWithPeers('blocks of the original Prometheus', () => {
  const work = temporaryFolder('upstream-blocks');
  const real = join(work.path, 'real');

  beforeAll(() => {
    const source = join(work.path, 'source.om');
    writeFileSync(source, openMetrics());
    promtool('create-blocks-from', 'openmetrics', source, real);
  }, PATIENCE_MS);
  afterAll(work.remove);

  test('every sample is read as promtool dumps it', async () => {
    const expected = parseDump(promtool('dump', real));
    const samples = [...expected.values()].reduce((sum, list) => sum + list.length, 0);
    expect(expected.size).toBe(441);
    expect(samples).toBeGreaterThan(20_000);
    expect(sortedEntries(await ourDump(real))).toEqual(sortedEntries(expected));
  });

  test('meta.json is printed byte for byte', () => {
    for (const folder of listBlockFolders(real)) {
      expect(formatBlockMeta(readBlockMeta(folder))).toBe(readFileSync(join(folder, 'meta.json'), 'utf8'));
    }
  });

  test('what is read and written again is the same index and the same chunks', async () => {
    const copies = join(work.path, 'copies');
    mkdirSync(copies);
    for (const folder of listBlockFolders(real)) {
      const block = openBlock(folder);
      const { ulid, minTimeMs, maxTimeMs } = block.meta;
      const writer = new BlockWriter({
        folder: copies,
        ulid,
        minTimeMs,
        maxTimeMs,
        symbols: block.symbols(),
      });
      const cursor = block.series();
      while (cursor.next()) writer.addSeries(cursor.labels, cursor.chunks());
      const meta = await writer.finish();
      expect(meta?.stats.numSamples).toBe(block.meta.stats.numSamples);
      cursor.close();
      block.close();
      for (const file of ['index', 'chunks/000001', 'tombstones']) {
        const [ours, theirs] = [join(copies, ulid), folder].map((each) => readFileSync(join(each, file)));
        expect({ file, same: ours!.equals(theirs!) }).toEqual({ file, same: true });
      }
    }
  });

  test(
    'what its server deletes is deleted for us',
    async () => {
      const directory = join(work.path, 'deleting');
      cpSync(real, directory, { recursive: true });
      const server = await startServer(directory);
      try {
        const match = encodeURIComponent('small{job="a"}');
        const path = `/api/v1/admin/tsdb/delete_series?match[]=${match}&start=${START_S + 600}&end=${START_S + 1800}`;
        const answer = await fetch(`${server.url}${path}`, { method: 'POST' });
        expect(answer.status).toBe(204);
      } finally {
        await server.stop();
      }
      const ours = await ourDump(directory);
      expect(sortedEntries(ours)).toEqual(sortedEntries(parseDump(promtool('dump', directory))));
      const samples = (series: Map<string, string[]>): number =>
        [...series.values()].reduce((sum, list) => sum + list.length, 0);
      expect(samples(await ourDump(real)) - samples(ours)).toBe(20 * 5);
    },
    PATIENCE_MS,
  );
});

describeWithPeers('our blocks in the original Prometheus', () => {
  const work = temporaryFolder('our-blocks');
  const ulids = ['01HF0000000000000000000000', '01HF0000000000000000000001'] as const;
  const startMs = START_S * 1000;
  const series = (fromMs: number): TestSeries[] => [
    ...Array.from({ length: 300 }, (_, i) => ({
      labels: { __name__: 'ours', instance: `host-${i}`, zone: `z${i % 7}`, text: 'ü😀"\n\\' },
      samples: Array.from({ length: 120 }, (_, at) => [fromMs + at * 15_000, i * at + 0.1] as const),
    })),
    {
      labels: { __name__: 'odd' },
      samples: [NaN, Infinity, -Infinity, 0, -0, 5e-324, STALE_NAN].map(
        (value, at) => [fromMs + at * 1000, value] as const,
      ),
    },
  ];

  beforeAll(async () => {
    await writeTestBlock({ folder: work.path, ulid: ulids[0], series: series(startMs), samplesAChunk: 50 });
    await writeTestBlock({
      folder: work.path,
      ulid: ulids[1],
      series: series(startMs + 7_200_000),
      segmentBytes: 20_000,
    });
  });
  afterAll(work.remove);

  test('promtool lists them', () => {
    const lines = promtool('list', work.path).trim().split('\n');
    expect(lines.slice(1).map((line) => line.split(/\s+/).slice(0, 7))).toEqual([
      [ulids[0], '1700000000000', '1700001785001', '29m45.001s', '36007', '901', '301'],
      [ulids[1], '1700007200000', '1700008985001', '29m45.001s', '36007', '301', '301'],
    ]);
  });

  test('promtool analyzes them', () => {
    for (const ulid of ulids) {
      const text = promtool('analyze', work.path, ulid);
      expect(text).toContain('Total Series: 301');
      expect(text).toContain('Label names: 4');
      expect(text).toContain('Postings (unique label pairs): 310');
      expect(text).toContain('Postings entries (total label pairs): 1201');
    }
  });

  test('promtool dumps every sample', async () => {
    const expected = parseDump(promtool('dump', work.path));
    expect(expected.size).toBe(301);
    expect(sortedEntries(await ourDump(work.path))).toEqual(sortedEntries(expected));
  });

  test('segments are cut, and the chunks in all of them are read', async () => {
    const folder = join(work.path, ulids[1]);
    expect(readdirSync(join(folder, 'chunks')).length).toBeGreaterThan(3);
    const block = openBlock(folder);
    expect((await chunksOf(block)).size).toBe(301);
    block.close();
  });

  test(
    'the server opens them, what we deleted is gone, and so it is in the block that both are merged into',
    async () => {
      const directory = join(work.path, 'served');
      const merged = join(work.path, 'merged');
      mkdirSync(merged);
      for (const ulid of ulids) cpSync(join(work.path, ulid), join(directory, ulid), { recursive: true });
      const folders = listBlockFolders(directory);
      const blocks = folders.map(openBlock);
      blocks[0]!.delete(startMs + 60_000, startMs + 120_000, [new Matcher('=~', 'zone', 'z1|z2')]);
      const meta = await mergeBlocks({ blocks, folder: merged, ulid: '01HF0000000000000000000002' });
      expect(meta?.compaction).toMatchObject({ level: 2, sources: ulids });
      for (const block of blocks) block.close();

      for (const place of [directory, merged]) {
        const server = await startServer(place);
        try {
          const at = START_S + 1785;
          const counts = await query(
            server.url,
            'sort_by_label(sum by (zone) (count_over_time(ours{zone=~"z[123]"}[1h])), "zone")',
            at,
          );
          expect(counts).toEqual([
            { metric: { zone: 'z1' }, value: [at, String(43 * 115)] },
            { metric: { zone: 'z2' }, value: [at, String(43 * 115)] },
            { metric: { zone: 'z3' }, value: [at, String(43 * 120)] },
          ]);
          const later = at + 7200;
          expect(await query(server.url, 'count(ours == ours)', later)).toEqual([
            { metric: {}, value: [later, '300'] },
          ]);
          expect(await query(server.url, 'ours{instance="host-250"}', later)).toEqual([
            { metric: expect.objectContaining({ text: 'ü😀"\n\\' }), value: [later, '29750.1'] },
          ]);
        } finally {
          await server.stop();
        }
        expect(sortedEntries(await ourDump(place))).toEqual(
          sortedEntries(parseDump(promtool('dump', place))),
        );
      }
    },
    PATIENCE_MS,
  );
});
