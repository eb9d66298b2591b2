import { describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type z } from 'zod';
import {
  check,
  type ConfigError,
  decodeConfig,
  duration,
  flag,
  integer,
  list,
  loadConfigFile,
  relabelRules,
  section,
  text,
  url,
} from './index.js';

const job = check(
  section('config.ScrapeConfig', {
    job_name: text({ always: true }),
    scrape_interval: duration(),
    honor_labels: flag(),
    metrics_path: text({ default: '/metrics' }),
    proxy_url: url(),
    static_configs: list(section('struct', { targets: list(text()) }), { goType: '[]*targetgroup.Group' }),
    relabel_configs: relabelRules(),
  }),
  ({ job_name }) => (job_name === '' ? 'job_name is empty' : undefined),
);
const config = check(
  section('config.plain', {
    global: section('config.plain', {
      scrape_interval: duration({ default: 60_000 }),
      evaluation_interval: duration({ default: 60_000 }),
      sample_limit: integer({ goType: 'uint' }),
    }),
    scrape_configs: list(job, {
      goType: '[]*config.ScrapeConfig',
      emptyElement: 'empty or null scrape config section',
    }),
  }),
  ({ scrape_configs }) => {
    const names = scrape_configs.map(({ job_name }) => job_name);
    const again = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (again < 0) return undefined;
    const message = `found multiple scrape configs with job name "${names[again] ?? ''}"`;
    return { message, path: ['scrape_configs', again, 'job_name'] };
  },
);
const source = { file: 'prometheus.yml', folder: '/etc/prometheus' };
const decode = (yaml: string): z.output<typeof config> => decodeConfig(yaml, source, config).value;

function refusal(yaml: string): ConfigError {
  try {
    decode(yaml);
  } catch (error) {
    return error as ConfigError;
  }
  throw new Error(`accepted: ${yaml}`);
}

// The right-hand sides are what `promtool check config` of 3.5.3 prints; `line N: ` before values is ours.
describe('refusals', () => {
  const unmarshal = 'yaml: unmarshal errors:\n  ';
  test.each<[string, string, number]>([
    [
      'global:\n  scrape_interval: 5s\n  foo: 1\n',
      `${unmarshal}line 3: field foo not found in type config.plain`,
      3,
    ],
    [
      'foo: 1\nbar: 2\nglobal:\n  baz: 1\n',
      `${unmarshal}line 1: field foo not found in type config.plain\n  line 2: field bar not found in type config.plain\n  line 4: field baz not found in type config.plain`,
      1,
    ],
    ['global:\n  scrape_interval: [1]\n', `${unmarshal}line 2: cannot unmarshal !!seq into string`, 2],
    [
      'scrape_configs: 5\n',
      `${unmarshal}line 1: cannot unmarshal !!int \`5\` into []*config.ScrapeConfig`,
      1,
    ],
    ['scrape_configs:\n- job_name: {a: b}\n', `${unmarshal}line 2: cannot unmarshal !!map into string`, 2],
    ['global:\n  sample_limit: abc\n', `${unmarshal}line 2: cannot unmarshal !!str \`abc\` into uint`, 2],
    ['global: [1,2]\n', `${unmarshal}line 1: cannot unmarshal !!seq into config.plain`, 1],
    [
      'scrape_configs:\n- job_name: x\n  honor_labels: maybe\n  static_configs: 4\n',
      `${unmarshal}line 3: cannot unmarshal !!str \`maybe\` into bool\n  line 4: cannot unmarshal !!int \`4\` into []*targetgroup.Group`,
      3,
    ],
    [
      'global:\n  foo: 5s\n  sample_limit: -1\nscrape_configs:\n- job_name: 5\n  bar: 1\n',
      `${unmarshal}line 2: field foo not found in type config.plain\n  line 3: cannot unmarshal !!int \`-1\` into uint\n  line 6: field bar not found in type config.ScrapeConfig`,
      2,
    ],
    [
      'global:\n  scrape_interval: 5s\n  scrape_interval: 6s\n',
      `${unmarshal}line 3: field scrape_interval already set in type config.plain`,
      3,
    ],
    [
      'global:\n  sample_limit: 12345678901x\n',
      `${unmarshal}line 2: cannot unmarshal !!str \`1234567...\` into uint`,
      2,
    ],
    ['global:\n  foo: 1\n  scrape_interval: 5\n', 'not a valid duration string: "5"', 3],
    ['scrape_configs:\n- job_name: a\n- job_name: a\n', 'found multiple scrape configs with job name "a"', 3],
    ['scrape_configs:\n- metrics_path: /x\n', 'job_name is empty', 2],
    ['scrape_configs:\n- \n', 'empty or null scrape config section', 2],
    [
      'scrape_configs:\n- job_name: x\n  relabel_configs:\n  - action: bad\n',
      'unknown relabel action "bad"',
      4,
    ],
    [
      'scrape_configs:\n- job_name: x\n  relabel_configs:\n  - regex: "("\n    target_label: x\n',
      'error parsing regexp: missing closing ): `^(?s:()$`',
      4,
    ],
    [
      'scrape_configs:\n- job_name: x\n  relabel_configs:\n  - source_labels: [a]\n',
      "relabel configuration for replace action requires 'target_label' value",
      4,
    ],
    ['scrape_configs:\n- job_name: x\n  proxy_url: ":foo"\n', 'parse ":foo": missing protocol scheme', 3],
    [
      'global:\n  scrape_interval: 5s\n   evaluation_interval: 5s\n',
      'yaml: line 3: mapping values are not allowed in this context',
      3,
    ],
    ['global:\n\tscrape_interval: 5s\n', 'yaml: line 2: found character that cannot start any token', 2],
    ['global: {scrape_interval: 5s, foo: "\n', 'yaml: line 2: found unexpected end of stream', 2],
    ['global: [a, b\n', "yaml: line 1: did not find expected ',' or ']'", 2],
    ['global: *a\n', "yaml: unknown anchor 'a' referenced", 1],
  ])('%j', (yaml, message, line) => {
    const error = refusal(yaml);
    expect({ message: error.message, line: error.line, file: error.file }).toEqual({
      message,
      line,
      file: 'prometheus.yml',
    });
    expect(error.sentence).toBe(`parsing YAML file prometheus.yml: ${message}`);
  });
});

const defaults = {
  global: { scrape_interval: 60_000, evaluation_interval: 60_000, sample_limit: 0 },
  scrape_configs: [],
};

describe('acceptance', () => {
  test.each(['', '# x\n', 'global:\n', '---\n', '~'])('%j is all defaults', (yaml) => {
    expect(decode(yaml)).toEqual(defaults);
  });

  test('null fields are zero, not their default; scalars become texts as written', () => {
    const { global, scrape_configs } = decode(
      'global: {scrape_interval: }\nscrape_configs:\n- job_name: 0x10\n  honor_labels: yes\n- job_name: 1.50\n  metrics_path:\n',
    );
    expect(global.scrape_interval).toBe(0);
    expect(
      scrape_configs.map(({ job_name, honor_labels, metrics_path }) => [
        job_name,
        honor_labels,
        metrics_path,
      ]),
    ).toEqual([
      ['0x10', true, '/metrics'],
      ['1.50', false, ''],
    ]);
  });

  test('anchors and merge keys', () => {
    const { scrape_configs } = decode(
      'global: &g\n  scrape_interval: 5s\nscrape_configs:\n- &a\n  job_name: a\n  <<: *g\n- <<: *a\n  job_name: b\n',
    );
    expect(scrape_configs.map((each) => [each.job_name, each.scrape_interval])).toEqual([
      ['a', 5000],
      ['b', 5000],
    ]);
  });

  test('only the first document counts', () => {
    const loaded = decodeConfig('global: {sample_limit: 1}\n---\nfoo: bar\n', source, config);
    expect(loaded.value.global.sample_limit).toBe(1);
    expect(loaded.documentCount).toBe(2);
  });

  test('aliases that stand for billions are refused', () => {
    const level = (name: string, below: string): string =>
      `${name}: &${name} [${Array(9).fill(`*${below}`).join(', ')}]\n`;
    const names = 'abcdefghi'.split('');
    const bomb = `x: &x [1]\n${names.map((name, i) => level(name, names[i - 1] ?? 'x')).join('')}`;
    expect(refusal(bomb).message).toContain('document contains excessive aliasing');
  });

  test('lineAt finds the line of a value for later checks', () => {
    const loaded = decodeConfig(
      'global: {}\nscrape_configs:\n- job_name: a\n  proxy_url: http://x\n',
      source,
      config,
    );
    expect(loaded.lineAt(['scrape_configs', 0, 'proxy_url'])).toBe(4);
    expect(loaded.lineAt(['scrape_configs', 0, 'nothing'])).toBe(3);
    expect(loaded.lineAt([])).toBe(1);
  });
});

test('a file that is not there', async () => {
  const folder = temporaryFolder();
  try {
    const missing = join(folder.path, 'none.yml');
    const error = (await loadConfigFile(missing, config).catch((reason: unknown) => reason)) as ConfigError;
    expect([error.code, error.sentence]).toEqual(['READ', `open ${missing}: no such file or directory`]);
    writeFileSync(join(folder.path, 'a.yml'), 'global: {sample_limit: 7}');
    expect((await loadConfigFile(join(folder.path, 'a.yml'), config)).value.global.sample_limit).toBe(7);
  } finally {
    folder.remove();
  }
});

test('bytes that are no UTF-8, and nesting without end, are syntax errors', async () => {
  const folder = temporaryFolder('config');
  const schema = section('config.Test', { a: text() });
  const latin1 = join(folder.path, 'latin1.yml');
  writeFileSync(latin1, Buffer.from([0x61, 0x3a, 0x20, 0xff]));
  await expect(loadConfigFile(latin1, schema)).rejects.toMatchObject({
    code: 'SYNTAX',
    message: 'yaml: invalid leading UTF-8 octet',
  });
  const deep = join(folder.path, 'deep.yml');
  writeFileSync(deep, '['.repeat(50_000));
  await expect(loadConfigFile(deep, schema)).rejects.toMatchObject({ code: 'SYNTAX' });
  folder.remove();
});
