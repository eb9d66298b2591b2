import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { peerProgram, temporaryFolder } from '@narthex/testkit';
import { listBlockFolders } from '@narthex/tsdb';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMetricsInput, writeBlocks, writeLog } from './testing/databases.js';
import { type Ran, runPromtool, withoutUlids } from './testing/run-promtool.js';

/*
 * Our answers beside those of the original promtool on the same directories. Needs the folder of its programs.
 */

const original = peerProgram('promtool') ?? '';
const describeWithPeers = original === '' ? describe.skip : describe;
const PATIENCE_MS = 120_000;

const work = temporaryFolder('promtool-upstream');
const path = (name: string): string => join(work.path, name);
afterAll(() => work.remove());

function runOriginal(argv: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(original, argv, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    cwd: work.path,
  });
  return { code: status ?? -1, out: stdout, error: stderr };
}

/** Equal counts come in any order, and where there are more than are shown, any of them are. */
function withoutRandomOrder(analysis: string): string {
  return analysis
    .split('\n\n')
    .map((list) => list.split('\n').sort().join('\n'))
    .join('\n\n');
}

/** In newer versions of upstream, and here, a block's meta counts floats by themselves. */
function withoutSizes(table: string): string {
  return withoutUlids(table).replace(/ +\S+$/gm, '');
}

describeWithPeers('what blocks and logs hold', () => {
  beforeAll(async () => {
    await writeBlocks(path('blocks'));
    cpSync(path('blocks'), path('both'), { recursive: true });
    await writeLog(path('log'));
    await writeLog(path('both'));
    mkdirSync(path('empty'));
    cpSync(path('log'), path('damaged'), { recursive: true });
    const segment = path('damaged/wal/00000000');
    const bytes = readFileSync(segment);
    bytes[1000]! ^= 0x55;
    writeFileSync(segment, bytes);
    cpSync(path('blocks'), path('half'), { recursive: true });
    truncateSync(join(listBlockFolders(path('half'))[0]!, 'meta.json'), 5);
  }, PATIENCE_MS);

  test.each([
    ['list', 'blocks'],
    ['list', '-r', 'blocks'],
    ['list', '--human-readable', 'both'],
    ['list', 'empty'],
    ['list', 'none'],
    ['list', 'half'],
    ['dump', 'blocks'],
    ['dump', 'log'],
    ['dump', 'both'],
    ['dump', 'empty'],
    ['dump', 'none'],
    ['dump', 'damaged'],
    ['dump', '--sandbox-dir-root=none', 'log'],
    ['dump', '--min-time=1700007200000', '--max-time=1700007300000', 'both'],
    ['dump', '--min-time=1700020000001', '--max-time=1700020004000', 'both'],
    ['dump', '--max-time=1700000003000', 'both'],
    [
      'dump',
      '--match={kind="a",__name__=~".*floats?"}',
      '--match={zone="z1"}',
      '--match={inst=~"h[15]"}',
      'both',
    ],
    ['dump', '--match=small{inst!="h1"}', '--min-time=1700015900000', 'blocks'],
    ['dump', '--match={', 'log'],
    ['dump', '--match=up{x=~"("}', 'log'],
    ['dump-openmetrics', 'blocks'],
    ['dump-openmetrics', 'log'],
    ['dump-openmetrics', '--match=mixed', '--match=floats', 'both'],
    ['dump-openmetrics', '--match=nothing', 'both'],
    ['analyze', 'empty'],
    ['analyze', 'none'],
    ['analyze', 'blocks', 'nope'],
    ['analyze', '--match={', 'blocks'],
    ['analyze', '--match=nothing', 'blocks'],
    ['analyze', '--limit=0', 'blocks'],
  ])('tsdb %j', async (...argv) => {
    const command = ['tsdb', ...argv.slice(0, -1), path(argv.at(-1)!)];
    const placed = argv[0] === 'analyze' && argv.length > 2 && argv[1] === 'blocks';
    const words = placed ? ['tsdb', 'analyze', path('blocks'), argv[2]!] : command;
    expect(await runPromtool(words)).toEqual(runOriginal(words));
  });

  test.each([[['--limit=1000']], [['--extended', '--limit=1000']], [['--match={zone="z1"}', '--extended']]])(
    'tsdb analyze %j',
    async (flags) => {
      for (const folder of listBlockFolders(path('blocks'))) {
        const argv = ['tsdb', 'analyze', ...flags, path('blocks'), folder.slice(-26)];
        const [ours, theirs] = [await runPromtool(argv), runOriginal(argv)];
        expect({ ...ours, out: withoutRandomOrder(ours.out) }).toEqual({
          ...theirs,
          out: withoutRandomOrder(theirs.out),
        });
      }
    },
  );
});

describeWithPeers('blocks from OpenMetrics', () => {
  const inputs: Record<string, string> = {
    'many.om': openMetricsInput(),
    'none.om': '# EOF\n',
    'nothing.om': '',
    'open.om': 'a 1 1700000000\n',
    'behind.om': 'a 1 1700000000\n# EOF\nb 2\n',
    'timeless.om': 'a 1\n# EOF\n',
    'broken.om': 'a 1 1700000000\nb{ 2\n# EOF\n',
    'huge.om': 'a 1e400 1700000000\n# EOF\n',
    'latin.om': 'a{b="\xff"} 1 1700000000\n# EOF\n',
    'same-label.om': 'a{x="1",x="2"} 1 1\n# EOF\n',
    'before-1970.om': 'a 1 -1\nb 2 7300\n# EOF\n',
    'far.om': 'a 1 1e12\na 1 1\n# EOF\n',
    'no-value.om': 'a{x=""} 1 1700000000\na 1 1700000000\n# EOF\n',
    'unsorted.om': 'a 1 1700000010\na 2 1700000000\na 3 1700000010\n# EOF\n',
    'late.om': rows(['m 1 1700000003']),
    'twice.om': rows(['m 1 1700004999']),
    'twice-the-same.om': rows(['m 4999 1700004999']),
  };

  /** More than are committed together, and then some. */
  function rows(last: readonly string[]): string {
    const lines = Array.from({ length: 5000 }, (_, t) => `m ${t} ${1_700_000_000 + t}`);
    return [...lines, ...last, '# EOF', ''].join('\n');
  }

  beforeAll(() => {
    for (const [name, text] of Object.entries(inputs)) writeFileSync(path(name), text, 'latin1');
    writeFileSync(path('many.om'), inputs['many.om']!);
  });

  test.each([
    ...Object.keys(inputs).map((name) => [name]),
    ['many.om', '-r'],
    ['many.om', '--quiet'],
    ['many.om', '--label=zone=over', '--label=more=x'],
    ['many.om', '--label=zone='],
    ['many.om', '--label=zone'],
    ['many.om', '--max-block-duration=3d'],
    ['many.om', '--max-block-duration=6h'],
    ['missing.om'],
    ['.'],
  ])('%s %j', async (name, ...flags) => {
    const make = (output: string): string[] => [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      ...flags,
      path(name),
      output,
    ];
    const folders = ['ours', 'theirs'].map((who) => path(`${who}-${name}-${flags.join()}`));
    const [ours, theirs] = [await runPromtool(make(folders[0]!)), runOriginal(make(folders[1]!))];
    expect({ ...ours, out: withoutSizes(ours.out) }).toEqual({ ...theirs, out: withoutSizes(theirs.out) });
    if (ours.code !== 0) return;
    const [ourBlocks, theirBlocks] = folders.map(blockFiles);
    expect(ourBlocks).toEqual(theirBlocks);
  });

  /** What is in the files of each block, by their order in time. */
  function blockFiles(folder: string): Record<string, string>[] {
    const blocks = listBlockFolders(folder).map((block) => {
      const meta = JSON.parse(readFileSync(join(block, 'meta.json'), 'utf8')) as {
        minTime: number;
        stats: Record<string, number>;
      };
      delete meta.stats.numFloatSamples;
      const chunks = readdirSync(join(block, 'chunks')).map((name) => join('chunks', name));
      const files = ['index', 'tombstones', ...chunks];
      return {
        minTimeMs: meta.minTime,
        files: {
          meta: withoutUlids(JSON.stringify(meta)),
          ...Object.fromEntries(files.map((file) => [file, readFileSync(join(block, file), 'base64')])),
        },
      };
    });
    return blocks.sort((a, b) => a.minTimeMs - b.minTimeMs).map(({ files }) => files);
  }
});

describeWithPeers('mistakes on the command line', () => {
  test.each([
    [[]],
    [['frob']],
    [['tsdb']],
    [['tsdb', 'frob']],
    [['tsdb', 'create-blocks-from']],
    [['tsdb', 'list', 'a', 'b']],
    [['tsdb', 'list', '-rq']],
    [['tsdb', 'list', '-rr']],
    [['tsdb', 'analyze', '--limit=x']],
    [['tsdb', 'analyze', '--match=a', '--match=b']],
    [['tsdb', 'dump', '--min-time=x']],
    [['tsdb', 'dump', '--format=seriesjson']],
    [['tsdb', 'create-blocks-from', 'openmetrics']],
    [['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=x', 'y']],
    [['tsdb', 'create-blocks-from', 'rules', 'none']],
    [['tsdb', 'create-blocks-from', 'rules', '.']],
    [['tsdb', 'create-blocks-from', 'rules', '--start=x', __filename]],
    [['tsdb', 'create-blocks-from', 'rules', '--start=2', '--end=1', __filename]],
    [['tsdb', 'create-blocks-from', 'rules', '--start=2', '--end=x', __filename]],
    [['tsdb', 'create-blocks-from', 'rules', '--start=1', '--url=:x', __filename]],
    [['tsdb', 'bench', 'write', '--metrics=x']],
  ])('%j', async (argv) => {
    const [ours, theirs] = [await runPromtool(argv), runOriginal(argv)];
    // Which commands there are is not compared here.
    if (argv.length === 0) expect(ours.code).toBe(theirs.code);
    else expect(ours).toEqual(theirs);
  });
});
