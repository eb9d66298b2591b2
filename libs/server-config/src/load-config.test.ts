import { afterAll, describe, expect, test } from '@jest/globals';
import { type ConfigError } from '@narthex/config';
import { temporaryFolder } from '@narthex/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadServerConfig, parseServerConfig } from './index.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const environment = { ZONE: 'eu' };
const parse = (yaml: string) => parseServerConfig(yaml, 'prometheus.yml', { environment });

async function refusal(yaml: string): Promise<ConfigError> {
  const outcome = await parse(yaml).catch((error: unknown) => error as ConfigError);
  if (outcome instanceof Error) return outcome;
  throw new Error(`accepted: ${yaml}`);
}

// As `promtool check config` of 3.5.3 has them.
describe('refusals', () => {
  const unmarshal = 'yaml: unmarshal errors:\n  ';
  test.each([
    [
      'global:\n  scrape_interval: 5s\n  foo: 1\n',
      `${unmarshal}line 3: field foo not found in type config.plain`,
    ],
    ['foo: 1\n', `${unmarshal}line 1: field foo not found in type config.plain`],
    ['scrape_configs: 5\n', `${unmarshal}line 1: cannot unmarshal !!int \`5\` into []*config.ScrapeConfig`],
    ['scrape_configs:\n- job_name: a\n- job_name: a\n', 'found multiple scrape configs with job name "a"'],
    ['scrape_configs:\n- metrics_path: /x\n', 'job_name is empty'],
    ['scrape_configs:\n- \n', 'empty or null scrape config section'],
    [
      'scrape_configs:\n- job_name: x\n  scrape_interval: 5s\n  scrape_timeout: 6s\n',
      'scrape timeout greater than scrape interval for scrape config with job name "x"',
    ],
    [
      'global:\n  scrape_interval: 5s\n  scrape_timeout: 6s\n',
      'global scrape timeout greater than scrape interval',
    ],
    [
      'alerting: {alertmanagers: [{scheme: http, api_version: v1}]}\n',
      'expected Alertmanager api version to be one of [v2] but got v1',
    ],
    ['alerting: {alert_relabel_configs: [null]}\n', 'empty or null alert relabeling rule'],
    ['alerting: {alertmanagers: [{static_configs: [null]}]}\n', 'empty or null section in static_configs'],
    [
      'alerting: {alertmanagers: [{foo: x}], bar: 1}\n',
      `${unmarshal}line 1: field foo not found in type config.AlertmanagerConfig\n  line 1: field bar not found in type config.plain`,
    ],
    [
      'storage:\n  foo: 1\n  tsdb: {bar: 2}\n  exemplars: {x: 1}\ntracing: {y: 1}\notlp: {z: 1}\nruntime: {q: 1}\n',
      `${unmarshal}line 2: field foo not found in type config.StorageConfig\n  line 3: field bar not found in type config.plain\n  line 4: field x not found in type config.ExemplarsConfig\n  line 5: field y not found in type config.plain\n  line 6: field z not found in type config.plain\n  line 7: field q not found in type config.RuntimeConfig`,
    ],
    ['otlp: {translation_strategy: x}\n', 'unsupported OTLP translation strategy "x"'],
    [
      'storage: {tsdb: {chunk_encoding: {floats: x}}}\n',
      'unsupported storage.tsdb.chunk_encoding.floats "x"; valid values are "xor" and "xor2"',
    ],
    ['tracing: {client_type: x}\n', 'expected tracing client type to be to be http or grpc, but got x'],
    ['global: {external_labels: {"": x}}\n', '"" is not a valid label name'],
    [
      'scrape_configs:\n- job_name: x\n  static_configs:\n  - targets: ["http://foo/bar"]\n',
      '"http://foo/bar" is not a valid hostname',
    ],
    [
      'alerting:\n  alertmanagers:\n  - static_configs:\n    - targets:\n      - a\n      - b/c\n',
      '"b/c" is not a valid hostname',
    ],
  ])('%j', async (yaml, message) => {
    expect((await refusal(yaml)).message).toBe(message);
  });

  test('a target may be anything that relabelling makes a host of', async () => {
    const job =
      'job_name: x\n  static_configs: [{targets: ["http://foo/bar"]}]\n  relabel_configs: [{action: drop, regex: a}]';
    const { jobs } = await parseServerConfig(`scrape_configs:\n- ${job}\n`, 'p.yml', { environment: {} });
    expect(jobs[0]!.static_configs[0]!.targets[0]!.get('__address__')).toBe('http://foo/bar');
  });

  test('to check, what is not there yet is taken', async () => {
    const yaml =
      'remote_write: [{url: "http://x"}]\nscrape_configs:\n- job_name: a\n  consul_sd_configs: [{server: a}]\n  convert_classic_histograms_to_nhcb: true\n';
    const { jobs } = await parseServerConfig(yaml, 'p.yml', { environment: {}, acceptUnsupported: true });
    expect(jobs.map((job) => job.job_name)).toEqual(['a']);
  });

  // Ours: what would be lost in silence otherwise.
  test.each([
    [
      'remote_write:\n- url: http://x\n  sigv4: {region: a}\n',
      'line 3: sigv4 is not available in this version of the server',
    ],
    [
      'remote_write:\n- url: http://x\n  google_iam: {}\n',
      'line 3: google_iam is not available in this version of the server',
    ],
    [
      'scrape_configs:\n- job_name: a\n  kubernetes_sd_configs: [{role: node}]\n',
      'line 3: kubernetes_sd_configs is not available in this version of the server',
    ],
    [
      'alerting:\n  alertmanagers:\n  - sigv4: {region: a}\n',
      'line 3: sigv4 is not available in this version of the server',
    ],
  ])('%j is not there yet', async (yaml, message) => {
    expect((await refusal(yaml)).message).toBe(message);
  });
});

test('an empty file is all defaults', async () => {
  const { config, jobs, warnings, yaml } = await parse('');
  expect([config.global.scrape_interval, config.global.scrape_timeout, jobs, warnings]).toEqual([
    60_000,
    10_000,
    [],
    [],
  ]);
  expect(yaml).toBe(
    'global:\n  scrape_interval: 1m\n  scrape_timeout: 10s\n  scrape_protocols:\n  - OpenMetricsText1.0.0\n  - OpenMetricsText0.0.1\n  - PrometheusText1.0.0\n  - PrometheusText0.0.4\n  evaluation_interval: 1m\n  metric_name_validation_scheme: utf8\n  metric_name_escaping_scheme: allow-utf-8\nruntime:\n  gogc: 75\notlp:\n  translation_strategy: UnderscoreEscapingWithSuffixes\n',
  );
});

test('external labels take variables, and those that are missing are told of', async () => {
  const { externalLabels, config, warnings } = await parse(
    'global: {external_labels: {a: "${ZONE}-$NONE", b: "$$x"}}\nstorage: {tsdb: {retention: {time: 5d}}}\n',
  );
  expect(externalLabels.toString()).toBe('{a="eu-", b="$x"}');
  expect(config.global.external_labels.get('a')).toBe('eu-');
  expect(warnings).toEqual([{ message: 'Empty environment variable', name: 'NONE' }]);
});

test('rule files, and scrape configs of other files, are found beside the file', async () => {
  for (const name of ['rules', 'jobs']) mkdirSync(join(folder.path, name));
  const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);
  for (const name of ['b.yml', 'a.yml', 'c.txt']) write(join('rules', name), '');
  write('jobs/x.yml', 'scrape_configs: [{job_name: x, tls_config: {ca_file: ca.pem}}]');
  write(
    'prometheus.yml',
    'rule_files: ["rules/*.yml", rules/a.yml, none.yml]\nscrape_config_files: ["jobs/*.yml"]\nscrape_configs: [{job_name: main}]',
  );
  const { ruleFiles, jobs, yaml } = await loadServerConfig(join(folder.path, 'prometheus.yml'), {
    environment,
  });
  expect(ruleFiles).toEqual([join(folder.path, 'rules/a.yml'), join(folder.path, 'rules/b.yml')]);
  expect(jobs.map((job) => [job.job_name, job.scrape_interval, job.tls_config?.ca_file])).toEqual([
    ['main', 60_000, undefined],
    ['x', 60_000, join(folder.path, 'jobs/ca.pem')],
  ]);
  expect(yaml).not.toContain('job_name: x');

  write('jobs/y.yml', 'scrape_configs:\n- job_name: main\n');
  const error = await loadServerConfig(join(folder.path, 'prometheus.yml'), { environment }).catch(
    (reason: unknown) => reason as ConfigError,
  );
  const file = JSON.stringify(join(folder.path, 'jobs/y.yml'));
  expect((error as ConfigError).sentence).toBe(
    `error loading scrape configs: ${file}: found multiple scrape configs with job name "main", first found in main config file`,
  );
});
