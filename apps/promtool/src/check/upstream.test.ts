import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@narthex/process';
import { temporaryFolder } from '@narthex/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasOriginal, runOriginal } from '../testing/original.js';
import { runPromtool } from '../testing/run-promtool.js';

/*
 * Our checks beside those of the original. Needs the folder of its programs.
 */

const describeWithPeers = hasOriginal ? describe : describe.skip;
const work = temporaryFolder('promtool-check');
const path = (name: string): string => join(work.path, name);
afterAll(() => work.remove());

const FILES: Readonly<Record<string, string>> = {
  'rules.yml':
    'groups:\n- name: a\n  rules:\n  - {record: x, expr: up, labels: {a: b, c: d}}\n  - {record: x, expr: up, labels: {a: b, c: d}}\n  - {alert: A, expr: up == 0}\n  - {alert: A, expr: up == 0}\n',
  'group-labels.yml':
    'groups:\n- {name: a, labels: {x: "1"}, rules: [{record: a, expr: b}]}\n- {name: b, labels: {x: "2"}, rules: [{record: a, expr: b}]}\n',
  'bad.yml':
    'groups:\n- name: a\n  rules:\n  - record: x\n    expr: up(\n  - record: x\n    alert: y\n    expr: 1\n',
  'unknown.yml': 'groups:\n- name: a\n  extra: 1\n  rules:\n  - {record: x, expr: up, foo: {}}\n',
  'empty.yml': '',
  'scrape.yml': 'scrape_configs: [{job_name: z, file_sd_configs: [{files: [none.json]}]}]',
  'bad-scrape.yml': 'scrape_configs: [{job_name: z, x: 1}]',
  'good.json': '[{"targets":["a:1"]}]',
  'bad-target.yml': '- targets: ["http://b"]',
  'bad-field.yml': '- targets: [a:1]\n  xx: 1',
  'null.yml': '- null',
  'web.yml': 'http_server_config: {http2: true}\n',
  'web-key.yml': 'tls_server_config: {cert_file: a}\n',
  'web-user.yml': 'basic_auth_users: {a: b}\n',
  'web-field.yml': 'x: true\n',
  'web-file.yml': 'tls_server_config: {cert_file: /none/a, key_file: /none/b}\n',
  'web-header.yml': 'http_server_config: {headers: {Foo: x}}\n',
};

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path(name), text);
});

async function expectSame(argv: readonly string[], input = ''): Promise<void> {
  const [ours, theirs] = await Promise.all([runPromtool(argv, systemClock, input), runOriginal(argv, input)]);
  expect(ours).toEqual(theirs);
}

describeWithPeers('check rules', () => {
  test.each([
    [['rules.yml', 'bad.yml', 'empty.yml', 'unknown.yml']],
    [['--lint-fatal', 'rules.yml']],
    [['--lint=none', '--lint-fatal', 'rules.yml']],
    [['--lint=foo,all', 'rules.yml']],
    [['--ignore-unknown-fields', 'unknown.yml']],
    [['group-labels.yml']],
  ])('%j', (words) =>
    expectSame(['check', 'rules', ...words.map((word) => (word.startsWith('-') ? word : path(word)))]),
  );

  test.each([['rules.yml'], ['bad.yml'], ['unknown.yml'], ['empty.yml']])('%s on standard input', (name) =>
    expectSame(['check', 'rules', '--lint-fatal'], FILES[name]),
  );
});

describeWithPeers('check config', () => {
  test.each([
    ['{}'],
    ['frob: 1'],
    ['rule_files: [rules.yml, "none*.yml"]'],
    ['rule_files: [none.yml]'],
    ['rule_files: [unknown.yml]'],
    ['scrape_config_files: [scrape.yml]'],
    ['scrape_config_files: [bad-scrape.yml]'],
    ['remote_write: [{url: "http://a"}]'],
    ['remote_read: [{url: "http://a"}]'],
    ['alerting: {alertmanagers: [{file_sd_configs: [{files: [none.json, "q*.yml", bad-target.yml]}]}]}'],
    ['alerting: {alertmanagers: [{sigv4: {region: a}}]}'],
    [
      'scrape_configs:\n- job_name: a\n  static_configs: [{targets: ["http://x"]}]\n  relabel_configs: [{target_label: __address__, replacement: "127.0.0.1:9115"}]',
    ],
    ['alerting: {alertmanagers: [{static_configs: [{targets: ["a/b"]}]}]}'],
    ...[
      'tls_config: {cert_file: c}',
      'tls_config: {cert: c, key_file: k}',
      'tls_config: {cert_file: none, key_file: k}',
      'tls_config: {cert_file: rules.yml, key_file: none}',
      'tls_config: {ca_file: none}',
      'authorization: {credentials_file: none}',
      'bearer_token_file: none',
      'basic_auth: {username: a, password_file: none}',
      'file_sd_configs: [{files: [good.json, "q*.yml", none.json]}]',
      'file_sd_configs: [{files: [bad-target.yml]}]',
      'file_sd_configs: [{files: [bad-field.yml]}]',
      'file_sd_configs: [{files: ["null.yml"]}]',
      'static_configs: [{targets: ["http://a"]}]',
      'static_configs: [{targets: [""]}]',
      'relabel_configs: [{action: foo}]',
      'scrape_interval: 10m',
      'kubernetes_sd_configs: [{role: node}]',
      'dns_sd_configs: [{names: [a]}]',
      'sample_limit: x',
      'frob: 1',
    ].map((field) => [`scrape_configs:\n- job_name: a\n  ${field}`]),
  ])('%s', async (yaml) => {
    writeFileSync(path('config.yml'), `${yaml}\n`);
    await expectSame(['check', 'config', path('config.yml')]);
    await expectSame(['check', 'config', '--syntax-only', path('config.yml')]);
    await expectSame(['check', 'config', '--agent', path('config.yml')]);
    await expectSame(['check', 'config', '--lint=all', '--lint-fatal', path('config.yml')]);
  });
});

describeWithPeers('other checks', () => {
  const webFiles = Object.keys(FILES).filter((name) => name.startsWith('web'));

  test('check web-config', () => expectSame(['check', 'web-config', ...webFiles.map(path)]));

  test.each([['http://127.0.0.1:1'], [':x'], ['127.0.0.1:1'], ['localhost:1'], ['//127.0.0.1:1']])(
    'check healthy --url=%s',
    (url) => expectSame(['check', 'healthy', `--url=${url}`]),
  );

  test('check service-discovery of a job that is not there', async () => {
    writeFileSync(path('jobs.yml'), 'scrape_configs: [{job_name: a}, {job_name: b}]\n');
    await expectSame(['check', 'service-discovery', path('jobs.yml'), 'c']);
    await expectSame(['check', 'service-discovery', path('rules.yml'), 'c']);
  });

  test.each([
    ['foo_total 1\n'],
    ['# TYPE foo_total gauge\nfoo_total 1\n# TYPE bar counter\nbar{le="1",quantile="3"} 1\n'],
    ['# HELP camelCase x\ncamelCase{labelName="a"} 1\nx_milliseconds 1\nx_minutes_a 1\np:q 1\nmem_kb 1\n'],
    [
      '# TYPE h_histogram histogram\nh_histogram_bucket{le="+Inf"} 1\nh_histogram_sum 1\nh_histogram_count 1\n',
    ],
    ['# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 1\ns_count 1\n# TYPE foo_bucket gauge\nfoo_bucket 1\n'],
    ['dup{a="b"} 1\ndup{a="b"} 1\ndup{a="b"} 1\n'],
    ['# HELP a_kilobytes x\na_kilobytes 1\n# HELP a_inches_kelvins x\na_inches_kelvins 1\n'],
    [''],
  ])('check metrics of %j', (input) => expectSame(['check', 'metrics'], input));

  test('check metrics --extended', () =>
    expectSame(
      ['check', 'metrics', '--extended'],
      '# HELP b_seconds x\n# TYPE b_seconds histogram\nb_seconds_bucket{x="y",le="1"} 1\nb_seconds_bucket{x="y",le="+Inf"} 1\nb_seconds_count{x="y"} 1\nb_seconds_sum{x="y"} 1\n# HELP a_seconds x\na_seconds{b="c"} 1\n',
    ));
});
