import { afterAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@narthex/process';
import { temporaryFolder } from '@narthex/testkit';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runPromtool } from '../testing/run-promtool.js';

const folder = temporaryFolder('promtool-checks');
afterAll(() => folder.remove());

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

describe('check rules', () => {
  const twice = 'groups: [{name: a, rules: [{record: x, expr: up}, {record: x, expr: up}]}]\n';

  test.each([
    [[], 0],
    [['--lint-fatal'], 3],
  ])('the same rule twice, %j', async (flags, code) => {
    const ran = await runPromtool(['check', 'rules', ...flags, file('twice.yml', twice)]);
    expect(ran.code).toBe(code);
    expect(ran.error).toContain('lint error 1 duplicate rule(s) found.\nMetric: x\n');
  });

  test('rules on standard input, with an expression that is none', async () => {
    const rules = 'groups: [{name: a, rules: [{record: x, expr: "up("}]}]\n';
    const ran = await runPromtool(['check', 'rules'], systemClock, rules);
    expect(ran.code).toBe(1);
    expect(ran.out).toBe('Checking standard input\n');
    expect(ran.error).toMatch(/^ {2}FAILED:\n1:\d+: group "a", rule 1, "x": could not parse expression: /);
  });
});

describe('check config', () => {
  test('what this version does not do yet is no mistake', async () => {
    const config = file(
      'later.yml',
      'remote_write: [{url: "http://a"}]\nscrape_configs: [{job_name: a, consul_sd_configs: [{server: a}]}]\n',
    );
    expect(await runPromtool(['check', 'config', config])).toEqual({
      code: 0,
      out: `Checking ${config}\n SUCCESS: ${config} is valid prometheus config file syntax\n\n`,
      error: '',
    });
  });

  test('an interval longer than queries look back', async () => {
    const config = file('long.yml', 'scrape_configs: [{job_name: a, scrape_interval: 5m}]\n');
    const argv = ['check', 'config', '--lint=too-long-scrape-interval', '--lint-fatal'];
    expect((await runPromtool([...argv, config])).code).toBe(3);
    expect((await runPromtool([...argv, '--query.lookback-delta=6m', config])).code).toBe(0);
  });
});

describe('check metrics', () => {
  test.each([
    ['# HELP a_seconds A.\na_seconds 1\n', 0, ''],
    ['a_seconds 1\n', 3, 'a_seconds no help text\n'],
    ['a{\n', 1, 'error while linting: '],
  ])('%j', async (input, code, error) => {
    const ran = await runPromtool(['check', 'metrics'], systemClock, input);
    expect(ran.code).toBe(code);
    expect(ran.error.startsWith(error)).toBe(true);
  });

  test('counts alone', async () => {
    const argv = ['check', 'metrics', '--extended', '--lint=none'];
    const ran = await runPromtool(argv, systemClock, 'a{x="1"} 1\na{x="2"} 1\n');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('a         2              100.00%');
  });
});

test('check service-discovery shows targets before and after relabelling', async () => {
  const config = file(
    'targets.yml',
    'scrape_configs:\n- job_name: a\n  static_configs: [{targets: [a:1, b, "http://x"]}]\n  relabel_configs: [{source_labels: [__address__], regex: "a.*", action: drop}]\n',
  );
  const ran = await runPromtool(['check', 'service-discovery', '--timeout=20s', config, 'a']);
  expect(ran.code).toBe(0);
  const results = JSON.parse(ran.out) as { labels: Record<string, string>; error?: object }[];
  expect(results.map(({ labels, error }) => [labels.instance, error])).toEqual([
    [undefined, undefined],
    ['b', undefined],
    [undefined, {}],
  ]);
});

describe('check healthy and ready', () => {
  test.each([
    ['healthy', 200, 0, '  SUCCESS:  fine\n'],
    ['ready', 503, 1, 'check failed: URL=http://127.0.0.1:PORT, status=503\n'],
  ])('%s', async (name, status, code, error) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end('fine');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ran = await runPromtool(['check', name, `--url=http://127.0.0.1:${port}/`]);
    server.close();
    server.closeAllConnections();
    expect(asked).toEqual([`/-/${name}`]);
    expect(ran).toEqual({ code, out: '', error: error.replace('PORT', String(port)) });
  });
});
