import { describe, expect, test } from '@jest/globals';
import { complaintOf } from './testing/complaint-of.js';

const rule = (fields: string): string =>
  `scrape_configs:\n- job_name: a\n  relabel_configs:\n  - {${fields}}\n`;
const legacy = 'global: {metric_name_validation_scheme: legacy}\n';

describe('with the validation scheme "legacy"', () => {
  test.each([
    ['target_label: a.b', `"a.b" is invalid 'target_label' for replace action`],
    ['target_label: "a.$1"', `"a.$1" is invalid 'target_label' for replace action`],
    ['target_label: "a_${1}_$x"', ''],
    ['target_label: a.b, action: hashmod, modulus: 2', `"a.b" is invalid 'target_label' for hashmod action`],
    ['target_label: a-b, action: lowercase', `"a-b" is invalid 'target_label' for lowercase action`],
    ['target_label: 1a, action: keepequal', `"1a" is invalid 'target_label' for keepequal action`],
    [
      'action: labelmap, regex: (.*), replacement: "a.$1"',
      `"a.$1" is invalid 'replacement' for labelmap action`,
    ],
    ['action: labelmap, regex: (.*)', ''],
    ['action: labeldrop, regex: "a.b"', ''],
    ['source_labels: [a.b], target_label: x', ''],
  ])('rule {%s}', async (fields, complaint) => {
    expect(await complaintOf(legacy + rule(fields))).toBe(complaint);
    expect(await complaintOf(rule(fields))).toBe('');
  });

  const bad = '[{target_label: a.b}]';
  const complaint = `"a.b" is invalid 'target_label' for replace action`;
  test.each([
    [`alerting: {alert_relabel_configs: ${bad}}`, complaint],
    [`alerting: {alertmanagers: [{relabel_configs: ${bad}}]}`, complaint],
    [`alerting: {alertmanagers: [{alert_relabel_configs: ${bad}}]}`, complaint],
    [`remote_write: [{url: "http://x", write_relabel_configs: ${bad}}]`, complaint],
    [`scrape_configs: [{job_name: a, metric_relabel_configs: ${bad}}]`, complaint],
    // A job may have a scheme of its own.
    [`scrape_configs: [{job_name: a, metric_name_validation_scheme: utf8, relabel_configs: ${bad}}]`, ''],
  ])('%s', async (section, expected) => {
    expect(await complaintOf(`${legacy}${section}\n`)).toBe(expected);
  });

  test('of a job alone', async () => {
    const job =
      '{job_name: a, metric_name_validation_scheme: legacy, relabel_configs: [{target_label: a.b}]}';
    expect(await complaintOf(`scrape_configs: [${job}]\n`)).toBe(complaint);
  });

  test('an external label', async () => {
    const external = 'external_labels: {a.b: c}';
    expect(await complaintOf(`global: {${external}}\n`)).toBe('');
    expect(await complaintOf(`global: {metric_name_validation_scheme: legacy, ${external}}\n`)).toBe(
      '"a.b" is not a valid label name',
    );
  });
});
