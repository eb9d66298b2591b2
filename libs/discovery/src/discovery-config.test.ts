import { describe, expect, test } from '@jest/globals';
import { decodeConfig, printConfig, section } from '@narthex/config';
import { discoveryFields } from './discovery-config';

const schema = section('config.Test', discoveryFields);
const decode = (yaml: string) => decodeConfig(yaml, { file: 'x.yml', folder: '/etc' }, schema).value;

describe('the configuration of service discovery', () => {
  test.each<[string, string]>([
    [
      'static_configs: [{foo: 1}]',
      'field foo not found in type struct { Targets []string "yaml:\\"targets\\""; Labels model.LabelSet "yaml:\\"labels\\"" }',
    ],
    ['static_configs: [{targets: a}]', 'cannot unmarshal !!str `a` into []string'],
    ['static_configs: a', 'cannot unmarshal !!str `a` into []*targetgroup.Group'],
    ['static_configs: [null]', 'empty or null section in static_configs'],
    ['static_configs: [{labels: {"": a}}]', '"" is not a valid label name'],
    ['file_sd_configs: [null]', 'empty or null section in file_sd_configs'],
    ['file_sd_configs: [{}]', 'file service discovery config must contain at least one path name'],
    ['file_sd_configs: [{files: [a]}]', 'path name "a" is not valid for file discovery'],
    ['file_sd_configs: [{files: ["x/*/y.yml"]}]', 'path name "x/*/y.yml" is not valid for file discovery'],
    ['file_sd_configs: [{files: [a.json], foo: 1}]', 'field foo not found in type file.plain'],
    ['http_sd_configs: [{}]', 'URL is missing'],
    ['http_sd_configs: [{url: "ftp://x"}]', "URL scheme must be 'http' or 'https'"],
    ['http_sd_configs: [{url: "http://"}]', 'host is missing in URL'],
  ])('%s', (yaml, message) => expect(() => decode(yaml)).toThrow(message));

  test('prints as upstream does', () => {
    const yaml =
      'file_sd_configs:\n- files:\n  - /x/*.json\n  refresh_interval: 5m\nstatic_configs:\n- targets:\n  - a:1\n  labels:\n    b: c\n';
    expect(printConfig(schema, decode(yaml))).toBe(yaml);
  });
});
