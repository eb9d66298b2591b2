import { expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import {
  byteSize,
  decodeConfig,
  duration,
  filePath,
  flag,
  labels,
  list,
  optional,
  printConfig,
  record,
  relabelRules,
  Secret,
  secret,
  section,
  text,
  url,
} from './index.js';

const schema = section('config.plain', {
  interval: duration({ default: 60_000 }),
  timeout: duration(),
  external_labels: labels('labels.Labels'),
  body_size_limit: byteSize(),
  credentials: secret(),
  ca_file: filePath(),
  honor_timestamps: flag({ default: true, always: true }),
  honor_labels: flag(),
  proxy_url: url(),
  params: record(list(text({ always: true })), { goType: 'url.Values' }),
  nested: optional(section('nested', { a: text() })),
  targets: list(text()),
  relabel_configs: relabelRules(),
});
const source = { file: 'a/prometheus.yml', folder: 'a' };

// The right-hand side follows what /api/v1/status/config of 3.5.3 shows.
test('prints what upstream prints', () => {
  const yaml = [
    'external_labels: {zone: "a: b", "no": "yes", n: "5", empty: "", lines: "x\\ny"}',
    'body_size_limit: 10MB',
    'credentials: hush',
    'ca_file: ca.pem',
    'proxy_url: http://u:p@foo:1/',
    'params: {b: [c, "1"], a: []}',
    'targets: [localhost:1, "[::1]:9"]',
    'relabel_configs:',
    '- source_labels: [__address__, b]',
    '  target_label: x',
    '- {action: Keep, source_labels: [a], regex: "^go_.*"}',
    '- {action: hashmod, source_labels: [a], modulus: 8, target_label: c, replacement: ""}',
  ].join('\n');
  expect(printConfig(schema, decodeConfig(yaml, source, schema).value)).toBe(
    [
      'interval: 1m',
      'external_labels:',
      '  lines: |-',
      '    x',
      '    y',
      '  "n": "5"',
      '  "no": "yes"',
      "  zone: 'a: b'",
      'body_size_limit: 10MiB',
      'credentials: <secret>',
      'ca_file: a/ca.pem',
      'honor_timestamps: true',
      'proxy_url: http://u:xxxxx@foo:1/',
      'params:',
      '  b:',
      '  - c',
      '  - "1"',
      'targets:',
      '- localhost:1',
      "- '[::1]:9'",
      'relabel_configs:',
      '- source_labels: [__address__, b]',
      '  separator: ;',
      '  target_label: x',
      '  replacement: $1',
      '  action: replace',
      '- source_labels: [a]',
      '  separator: ;',
      '  regex: ^go_.*',
      '  replacement: $1',
      '  action: keep',
      '- source_labels: [a]',
      '  separator: ;',
      '  modulus: 8',
      '  target_label: c',
      '  action: hashmod',
      '',
    ].join('\n'),
  );
});

test('what is printed reads back the same', () => {
  const once = printConfig(schema, decodeConfig('interval: 90m\nnested: {a: "~"}', source, schema).value);
  const again = printConfig(schema, decodeConfig(once, source, schema).value);
  expect(again).toBe(once);
  expect(once).toBe('interval: 1h30m\nhonor_timestamps: true\nnested:\n  a: "~"\n');
});

test('a secret prints itself nowhere', () => {
  const hidden = new Secret('hush');
  expect(
    [String(hidden), JSON.stringify({ hidden }), inspect({ hidden }), hidden.toString()].join(),
  ).not.toContain('hush');
  expect(hidden.reveal()).toBe('hush');
});
