import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiServer } from '../testing/api-server.js';
import { hasOriginal, runOriginal } from '../testing/original.js';
import { runPromtool } from '../testing/run-promtool.js';

const testWithPeers = hasOriginal ? test : test.skip;
let api: ApiServer;
beforeAll(async () => void (api = await ApiServer.start()));
afterAll(() => api.stop());

const SELECTION = ['--start=1', '--end=2021-01-01T00:00:00Z'];
/** `@` stands for the server. */
const COMMANDS = [
  ...['scalar', 'vector', 'matrix', 'empty', '404', '422', '500', '503'].flatMap((query) => [
    ['query', 'instant', '--time=5', '@', query],
    ['query', 'instant', '-o', 'json', '--time=5', '@', query],
    ['query', 'range', '--start=1', '--end=2000', '--header=X-A=b', '@', query],
  ]),
  ['query', 'instant', '--time=x', '@', 'up'],
  ['query', 'instant', '-o', 'foo', '@', 'up'],
  ['query', 'instant', '127.0.0.1:1', 'up'],
  ['query', 'instant', 'http://127.0.0.1:1', 'up'],
  ['query', 'range', '--start=x', '@', 'up'],
  ['query', 'range', '--start=2', '--end=1', '@', 'up'],
  ['query', 'range', '--step=x', '@', 'up'],
  ['query', 'range', '--step=15s', '--start=1', '--end=2', '@', 'matrix'],
  ['query', 'series', '@'],
  ['query', 'series', '--match=a', '--match=b', ...SELECTION, '@'],
  ['query', 'series', '-o', 'json', '--match=a', ...SELECTION, '@'],
  ['query', 'series', '--match=a', '--start=x', '@'],
  ['query', 'labels', ...SELECTION, '@', 'job'],
  ['query', 'labels', '-o', 'json', '--match=a', ...SELECTION, '@', 'a b'],
  ['query', 'labels', '--end=x', '@', 'job'],
  ['query', 'analyze', '--server=@', '--type=histogram', '--time=5', '--match=native', '--match=classic'],
  ...['classic', 'disjoint', 'sparse', 'empty'].map((name) => [
    'query',
    'analyze',
    '--server=@',
    '--type=histogram',
    '--time=5',
    `--match=${name}`,
  ]),
  ['query', 'analyze', '--server=@', '--type=foo', '--match=native'],
  ['query', 'analyze', '--server=@', '--type=histogram', '--match=vector'],
  ['query', 'analyze', '--server=@', '--match=a'],
];

testWithPeers.each(COMMANDS.map((words) => [words] as const))(
  '%j is answered as by the original',
  async (words) => {
    const argv = words.map((word) => word.replace('@', api.url));
    const before = api.asked.length;
    const ours = await runPromtool(argv);
    const between = api.asked.length;
    const theirs = await runOriginal(argv);
    expect(ours).toEqual(theirs);
    const sent = (from: number, to: number): unknown[] =>
      api.asked.slice(from, to).map(({ method, path, form, headers }) => {
        form.sort();
        const shown = words.some((word) => word.startsWith('--time') || word.startsWith('--start=1'));
        return [method, path, shown ? form.toString() : '', headers['x-a']];
      });
    expect(sent(before, between)).toEqual(sent(between, api.asked.length));
  },
);

describe('answers', () => {
  test.each([
    [['instant'], 'scalar', 'scalar: 1000000000000000000000000000000 @[1.5]\n'],
    [
      ['instant'],
      'vector',
      'a{b="c<d"} => 1000000000000000000000000000000 @[1.5]\n{} => NaN @[2]\nh{x="y"} => Count: 6.000000, Sum: 3.500000, Buckets: [(0.5,1]:3 [-1,-0.5):2 [-0.001,0.001]:1] @[3]\n',
    ],
    [['instant', '-o', 'json'], 'scalar', '[1.5,"1000000000000000000000000000000"]\n'],
    [['instant'], 'empty', '\n'],
  ])('%j %s', async (words, query, out) => {
    const ran = await runPromtool(['query', ...words, api.url, query]);
    expect(ran).toEqual({ code: 0, out, error: '' });
  });

  test('a refusal', async () => {
    expect(await runPromtool(['query', 'instant', api.url, '404'])).toEqual({
      code: 1,
      out: '',
      error: 'query error: client_error: client error: 404 (detail: nothing here)\n',
    });
  });

  test('buckets in use', async () => {
    const argv = ['query', 'analyze', `--server=${api.url}`, '--type=histogram', '--match=classic'];
    const { out } = await runPromtool(argv);
    expect(out).toContain('- x_bucket{} (classic): 3/3.000/3\n');
    expect(out).toContain('- max populated: 3/3.000/3\n');
  });
});
