import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeLog } from '../testing/databases.js';
import { type Ran, runPromtool, withoutUlids } from '../testing/run-promtool.js';

const work = temporaryFolder('promtool-tsdb');
const path = (name: string): string => join(work.path, name);
const run = (...argv: string[]): Promise<Ran> => runPromtool(['tsdb', ...argv]);
afterAll(() => work.remove());

const INPUT = `# TYPE a gauge
a{x="1"} 1 1700000000
a{x="2"} 1.5e-7 1700000000
a{x="3"} 123456789 1700000010
a{x="3"} 1e21 1700007300
# TYPE b counter
b_total{z="q\\"\\n"} 5 1700000000.5
# EOF
`;

beforeAll(async () => {
  writeFileSync(path('input.om'), INPUT);
  mkdirSync(path('blocks/wal'), { recursive: true });
  await writeLog(path('log'));
});

test('create-blocks-from openmetrics tells what it made, and list tells the same', async () => {
  const made = await run('create-blocks-from', 'openmetrics', path('input.om'), path('blocks'));
  expect({ ...made, out: withoutUlids(made.out) }).toEqual({
    code: 0,
    error: '',
    out: `BLOCK ULID                  MIN TIME       MAX TIME       DURATION     NUM SAMPLES  NUM CHUNKS   NUM SERIES   SIZE
ULID  1700000000000  1700000010001  10.001s      4            4            4            946
ULID  1700007300000  1700007300001  1ms          1            1            1            600
`,
  });
  expect(await run('list', path('blocks'))).toEqual(made);
  const humane = await run('list', '--human-readable', path('blocks'));
  expect(humane.out.split('\n')[1]).toContain(
    '  2023-11-14 22:13:20 +0000 UTC  2023-11-14 22:13:30 +0000 UTC  10.001s      4            4            4            946B',
  );
});

describe('dump', () => {
  test('of blocks', async () => {
    expect(await run('dump', path('blocks'))).toEqual({
      code: 0,
      error: '',
      out: `{__name__="a", x="1"} 1 1700000000000
{__name__="a", x="2"} 1.5e-07 1700000000000
{__name__="a", x="3"} 1.23456789e+08 1700000010000
{__name__="a", x="3"} 1e+21 1700007300000
{__name__="b_total", z="q\\"\\n"} 5 1700000000500
`,
    });
  });

  test('as OpenMetrics makes the same blocks again', async () => {
    const { out } = await run('dump-openmetrics', path('blocks'));
    expect(out).toBe(`a{x="1"} 1 1700000000.000
a{x="2"} 1.5e-07 1700000000.000
a{x="3"} 1.23456789e+08 1700000010.000
a{x="3"} 1e+21 1700007300.000
b_total{z="q\\"\\n"} 5 1700000000.500
# EOF
`);
    writeFileSync(path('dumped.om'), out);
    const again = await run('create-blocks-from', 'openmetrics', path('dumped.om'), path('again'));
    expect(withoutUlids(again.out)).toBe(withoutUlids((await run('list', path('blocks'))).out));
  });

  test('of matching series between two times', async () => {
    const flags = ['--match={x=~"[23]"}', '--match={__name__="b_total"}', '--min-time=1700000000001'];
    const { out } = await run('dump', ...flags, '--max-time=1700000010000', path('blocks'));
    expect(out).toBe(
      '{__name__="a", x="3"} 1.23456789e+08 1700000010000\n{__name__="b_total", z="q\\"\\n"} 5 1700000000500\n',
    );
  });

  test('of a log, where upstream leaves out what comes first behind another kind', async () => {
    const { out } = await run('dump', '--match={kind="a"}', '--max-time=1700020003000', path('log'));
    const lines = out.split('\n').filter((line) => !/"(float_)?(histograms|custom)"/.test(line));
    expect(lines).toEqual([
      '{__name__="floats", kind="a"} 0 1700020000000',
      '{__name__="floats", kind="a"} 77 1700020000500',
      '{__name__="floats", kind="a"} NaN 1700020001000',
      '{__name__="floats", kind="a"} 3e+06 1700020002000',
      '{__name__="floats", kind="a"} NaN 1700020003000',
      '{__name__="mixed", kind="a"} 0 1700020000000',
      '{__name__="mixed", kind="a"} 1 1700020001000',
      '{__name__="mixed", kind="a"} {count:18, sum:3.5, [-1.2968395546510096,-1.189207115002721):3, [-1.189207115002721,-1.0905077326652577):6, [-0.001,0.001]:3, (0.0060242610367497685,0.006569503244169644]:3, (0.006569503244169644,0.007164094087536493]:3} 1700020003000',
      '',
    ]);
    expect(out).toContain(
      '{__name__="custom", kind="a"} {count:27000000, sum:3.5, [-Inf,0.5]:9000000, (2,1e+07]:18000000} 1700020002000\n',
    );
    expect(out).toContain(
      '{__name__="float_custom", kind="a"} {count:1.8e+07, sum:3.5, [-Inf,0.5]:6e+06, (2,1e+07]:1.2e+07} 1700020001000\n',
    );
  });
});

test('analyze', async () => {
  const block = (await run('list', path('blocks'))).out.split('\n')[1]!.slice(0, 26);
  const { code, out } = await run('analyze', '--extended', '--match=a', path('blocks'), block);
  expect(code).toBe(0);
  expect(out).toBe(`Block ID: ${block}
Duration: 10.001s
Total Series: 4
Matcher: a
Label names: 2
Matched series: 3
Postings (unique label pairs): 4
Postings entries (total label pairs): 6

Label pairs most involved in churning:
3 __name__=a
1 x=1
1 x=2
1 x=3

Label names most involved in churning:
3 __name__
3 x

Most common label pairs:
3 __name__=a
1 x=1
1 x=2
1 x=3

Label names with highest cumulative label value length:
3 x
1 __name__

Highest cardinality labels:
3 x
1 __name__

Highest cardinality metric names:
3 a

Compaction analysis:

samples per float chunk (min/avg/max): 1/1/1
[ 1, 10]: 3 ${'#'.repeat(100)}
[11, 20]: 0 

bytes per float chunk (min/avg/max): 16/16/16
[11, 20]: 3 ${'#'.repeat(100)}
[21, 30]: 0 

samples per histogram chunk: N/A

bytes per histogram chunk: N/A

buckets per histogram chunk: N/A

`);
});

describe('errors', () => {
  test.each([
    [['list', 'none'], 'opening the db dir: stat none: no such file or directory'],
    [['analyze', 'none'], 'opening the db dir: stat none: no such file or directory'],
    [
      ['dump', '--sandbox-dir-root=none', '.'],
      'setting up sandbox dir: stat none: no such file or directory',
    ],
    [['dump', '.'], 'read WAL: find last checkpoint: open wal: no such file or directory'],
    [['create-blocks-from', 'openmetrics', 'none'], 'stat none: no such file or directory'],
    [['bench', 'write', '--out=bench', 'none'], 'open none: no such file or directory'],
    [
      ['create-blocks-from', 'rules', '--start=x', __filename],
      'error parsing start time: cannot parse "x" to a valid timestamp',
    ],
    [
      ['create-blocks-from', 'rules', '--start=2', '--end=1', __filename],
      'start time is not before end time',
    ],
  ])('%j: %s', async (argv, message) => {
    const before = process.cwd();
    mkdirSync(path('here'), { recursive: true });
    process.chdir(path('here'));
    try {
      expect(await run(...argv)).toMatchObject({ code: 1, error: expect.stringContaining(`${message}\n`) });
    } finally {
      process.chdir(before);
    }
  });
});
