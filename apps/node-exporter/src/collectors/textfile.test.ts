import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeTextFamily } from '@narthex/exposition';
import { systemClock } from '@narthex/process';
import { RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FamilySet } from '../families/family-set.js';
import { mergeFamilies } from '../families/merge.js';
import { HostPaths } from '../host/paths.js';
import { textfile } from './textfile.js';

let folder: ReturnType<typeof temporaryFolder>;
let logger: RecordingLogger;

beforeEach(() => {
  folder = temporaryFolder('textfile');
  logger = new RecordingLogger();
});
afterEach(() => folder.remove());

function write(files: Readonly<Record<string, string>>, directory = folder.path): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    writeFileSync(path, text);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
  }
}

async function collected(...directories: string[]): Promise<string[]> {
  const paths = new HostPaths({ procfs: '/proc', sysfs: '/sys', rootfs: '/', udevData: '/run/udev/data' });
  const flags = { 'collector.textfile.directory': directories.length === 0 ? [folder.path] : directories };
  const families = new FamilySet();
  await textfile.create({ paths, logger, clock: systemClock }, flags, new Set()).collect(families);
  const page = mergeFamilies([families], (problem) => logger.warn(problem))
    .map(writeTextFamily)
    .join('');
  return page.replaceAll(folder.path, 'DIR').trimEnd().split('\n');
}

const problems = (): string[] =>
  logger.lines.map(({ message, fields }) => {
    const { err } = fields;
    return (err instanceof Error ? `${message}: ${err.message}` : message).replaceAll(folder.path, 'DIR');
  });

const errorHelp =
  '# HELP node_textfile_scrape_error 1 if there was an error opening or reading a file, 0 otherwise';
const mtimeHelp = '# HELP node_textfile_mtime_seconds Unixtime mtime of textfiles successfully read.';
const read = (...files: string[]): string[] => [
  mtimeHelp,
  '# TYPE node_textfile_mtime_seconds gauge',
  ...files.map((file) => `node_textfile_mtime_seconds{file="DIR/${file}"} 1.7e+09`),
];
const errors = (value: 0 | 1): string[] => [
  errorHelp,
  '# TYPE node_textfile_scrape_error gauge',
  `node_textfile_scrape_error ${value}`,
];

test('files are read, labels that only some metrics have are empty at the others', async () => {
  write({
    'a.prom':
      '# HELP up_since When.\n# TYPE up_since gauge\nup_since{job="x"} 1\nup_since{job="y",zone="1"} 2\n',
    'b.prom': 'plain 3\n',
    'c.txt': 'ignored 1\n',
  });
  expect(await collected()).toEqual([
    ...read('a.prom', 'b.prom'),
    ...errors(0),
    '# HELP plain Metric read from DIR/b.prom',
    '# TYPE plain untyped',
    'plain 3',
    '# HELP up_since When.',
    '# TYPE up_since gauge',
    'up_since{job="x",zone=""} 1',
    'up_since{job="y",zone="1"} 2',
  ]);
});

test('histograms and summaries stay whole', async () => {
  write({
    'h.prom': [
      '# HELP h H.',
      '# TYPE h histogram',
      'h_bucket{a="1",le="10"} 2',
      'h_bucket{a="1",le="2.5"} 1',
      'h_sum{a="1"} 9',
      'h_count{a="1"} 3',
      '# HELP s S.',
      '# TYPE s summary',
      's{quantile="0.9"} 7',
      's{quantile="0.5"} 5',
      's_sum 12',
      's_count 2',
      '',
    ].join('\n'),
  });
  expect(await collected()).toEqual([
    '# HELP h H.',
    '# TYPE h histogram',
    'h_bucket{a="1",le="2.5"} 1',
    'h_bucket{a="1",le="10"} 2',
    'h_bucket{a="1",le="+Inf"} 3',
    'h_sum{a="1"} 9',
    'h_count{a="1"} 3',
    ...read('h.prom'),
    ...errors(0),
    '# HELP s S.',
    '# TYPE s summary',
    's{quantile="0.5"} 5',
    's{quantile="0.9"} 7',
    's_sum 12',
    's_count 2',
  ]);
});

describe('a file that cannot be taken whole is left out, and the others are not', () => {
  test.each([
    [
      'a timestamp',
      'bad 1 123\n',
      'failed to collect textfile data: textfile "DIR/bad.prom" contains unsupported client-side timestamps, skipping entire file',
    ],
    [
      'a name that needs quotes',
      '{"utf.8"} 1\n',
      'failed to collect textfile data: failed to parse textfile data from "DIR/bad.prom": invalid metric name "utf.8"',
    ],
    [
      'no line feed at the end',
      'bad 1',
      'failed to collect textfile data: failed to parse textfile data from "DIR/bad.prom": unexpected end of input stream',
    ],
    [
      'a label name that needs quotes',
      'bad{"a.b"="1"} 1\n',
      'failed to collect textfile data: invalid label name "a.b" for metric "bad"',
    ],
  ])('%s', async (_name, text, problem) => {
    write({ 'bad.prom': text, 'good.prom': 'good 1\n' });
    expect(await collected()).toEqual([
      '# HELP good Metric read from DIR/good.prom',
      '# TYPE good untyped',
      'good 1',
      ...read('good.prom'),
      ...errors(1),
    ]);
    expect(problems()).toEqual([problem]);
  });

  test('nonsense', async () => {
    write({ 'bad.prom': 'not a metric at all\n', 'good.prom': 'good 1\n' });
    expect((await collected()).slice(-1)).toEqual(['node_textfile_scrape_error 1']);
    expect(problems()).toHaveLength(1);
  });
});

describe('files that contradict each other', () => {
  test('another help text: the first stands, the later family is left out, and that is an error', async () => {
    write({ 'a.prom': '# HELP m one\nm{f="a"} 1\n', 'b.prom': '# HELP m two\nm{f="b"} 2\nother 3\n' });
    expect((await collected()).filter((line) => !line.startsWith('#'))).toEqual([
      'm{f="a"} 1',
      'node_textfile_mtime_seconds{file="DIR/a.prom"} 1.7e+09',
      'node_textfile_mtime_seconds{file="DIR/b.prom"} 1.7e+09',
      'node_textfile_scrape_error 1',
      'other 3',
    ]);
    expect(problems()).toEqual(['inconsistent metric help text']);
  });

  test('another type, or the same series again: the first stands, and it is only told', async () => {
    write({ 'a.prom': 'm 1\nsame 1\nsame 2\n', 'b.prom': '# TYPE m counter\nm{b="1"} 2\n' });
    const page = await collected();
    expect(page.filter((line) => !line.startsWith('#'))).toEqual([
      'm 1',
      'node_textfile_mtime_seconds{file="DIR/a.prom"} 1.7e+09',
      'node_textfile_mtime_seconds{file="DIR/b.prom"} 1.7e+09',
      'node_textfile_scrape_error 0',
      'same 1',
    ]);
    expect(page).toContain('# HELP m Metric read from DIR/a.prom, DIR/b.prom');
    expect(problems()).toEqual([
      'collected metric same{} was collected before',
      'collected metric m of type counter should be unknown',
    ]);
  });
});

test('directories: several, by pattern, and one that is not there', async () => {
  write({ 'x.prom': 'x 1\n' }, join(folder.path, 'one'));
  write({ 'y.prom': 'y 1\n' }, join(folder.path, 'other'));
  write({ 'z.prom': 'z 1\n' }, join(folder.path, 'zzz'));
  const page = await collected(
    join(folder.path, 'o*'),
    join(folder.path, 'zzz'),
    join(folder.path, 'missing'),
  );
  expect(page.filter((line) => /^[xyz] /.test(line))).toEqual(['x 1', 'y 1', 'z 1']);
  expect(page).toContain('node_textfile_mtime_seconds{file="DIR/other/y.prom"} 1.7e+09');
  expect(page.at(-10)).toBeDefined();
  expect(problems()).toHaveLength(1);
  expect(problems()[0]).toContain('failed to read textfile collector directory');
});
