import { describe, expect, test } from '@jest/globals';
import { type MetricData } from '../data/metrics-data.js';
import { metricName, NAME_STRATEGIES } from './metric-name.js';
import { metadataUnit } from './units.js';

const GAUGE: MetricData = { kind: 'gauge', points: [] };
const COUNTER: MetricData = { kind: 'sum', points: [], temporality: 2, monotonic: true };
const SUM: MetricData = { kind: 'sum', points: [], temporality: 2, monotonic: false };
const HISTOGRAM: MetricData = { kind: 'histogram', points: [], temporality: 2 };
const metric = (name: string, unit: string, data: MetricData) => ({ name, unit, description: '', data });

describe('with escaping and suffixes', () => {
  test.each<[string, string, MetricData, string]>([
    ['', 's', GAUGE, 'seconds'],
    ['http.server.duration', 's', HISTOGRAM, 'http_server_duration_seconds'],
    ['requests', '1', COUNTER, 'requests_total'],
    ['requests.total', '', COUNTER, 'requests_total'],
    ['total.requests', '', COUNTER, 'requests_total'],
    ['total', '', COUNTER, 'total'],
    ['load', '1', GAUGE, 'load_ratio'],
    ['ratio.of.load', '1', GAUGE, 'of_load_ratio'],
    ['load', '1', SUM, 'load'],
    ['memory.usage', 'By', GAUGE, 'memory_usage_bytes'],
    ['memory.usage.bytes', 'By', GAUGE, 'memory_usage_bytes'],
    ['bytes.used', 'By', GAUGE, 'bytes_used'],
    ['speed', 'm/s', GAUGE, 'speed_meters_per_second'],
    ['speed', 'm/m', GAUGE, 'speed_meters_per_minute'],
    ['speed.meters', 'm/s', GAUGE, 'speed_meters_per_second'],
    ['rate', '/s', GAUGE, 'rate_per_second'],
    ['rate', 'req/s', GAUGE, 'rate_req_per_second'],
    ['rate', '{requests}/s', GAUGE, 'rate_per_second'],
    ['rate', '{requests}/{host}', GAUGE, 'rate'],
    ['rate', 'By/', GAUGE, 'rate_bytes'],
    ['rate', 'By/@', GAUGE, 'rate_bytes'],
    ['share', '%', GAUGE, 'share_percent'],
    ['temperature', 'Cel', GAUGE, 'temperature_celsius'],
    ['used', ' By ', GAUGE, 'used_bytes'],
    ['used', 'TiBy', GAUGE, 'used_tibibytes'],
    ['used', 'foo bar', GAUGE, 'used_foo_bar'],
    ['used', '_x_', GAUGE, 'used_x_'],
    ['a__b..c', '', GAUGE, 'a_b_c'],
    ['_leading.and.trailing_', '', GAUGE, 'leading_and_trailing'],
    ['2xx', '', GAUGE, '_2xx'],
    ['a:b', '', GAUGE, 'a:b'],
    ['größe', 'g', GAUGE, 'gr_e_grams'],
    ['\u{1f600}.x', '', GAUGE, 'x'],
  ])('%j in %j', (name, unit, data, expected) => {
    expect(metricName(metric(name, unit, data), NAME_STRATEGIES.UnderscoreEscapingWithSuffixes)).toBe(
      expected,
    );
  });

  test.each([
    ['', 'normalization for metric "" resulted in empty name'],
    ['...', 'normalization for metric "..." resulted in empty name'],
    ['___', 'normalization for metric "___" resulted in empty name'],
  ])('nothing is left of %j', (name, message) => {
    const given = metric(name, '', GAUGE);
    expect(() => metricName(given, NAME_STRATEGIES.UnderscoreEscapingWithSuffixes)).toThrow(message);
  });
});

describe('with escaping, without suffixes', () => {
  test.each<[string, string, MetricData, string]>([
    ['http.server.duration', 's', HISTOGRAM, 'http_server_duration'],
    ['requests', '', COUNTER, 'requests'],
    ['a__b..c', '', GAUGE, 'a__b_c'],
    ['_x_', '', GAUGE, '_x_'],
    ['2xx', '', GAUGE, '_2xx'],
    ['___', '', GAUGE, '___'],
  ])('%j in %j', (name, unit, data, expected) => {
    const given = metric(name, unit, data);
    expect(metricName(given, NAME_STRATEGIES.UnderscoreEscapingWithoutSuffixes)).toBe(expected);
  });

  test('underscores alone are no name', () => {
    const given = metric('__.', '', GAUGE);
    expect(() => metricName(given, NAME_STRATEGIES.UnderscoreEscapingWithoutSuffixes)).toThrow(
      'normalization for metric "__." resulted in invalid name "__"',
    );
  });
});

describe('without escaping, with suffixes', () => {
  test.each<[string, string, MetricData, string]>([
    ['http.server.duration', 's', HISTOGRAM, 'http.server.duration_seconds'],
    ['http.server.seconds', 's', HISTOGRAM, 'http.server.seconds'],
    ['requests', '1', COUNTER, 'requests_total'],
    ['requests.total', '1', COUNTER, 'requests_total'],
    ['load', '1', GAUGE, 'load_ratio'],
    ['load.ratio', '1', GAUGE, 'load_ratio'],
    ['speed', 'm/s', GAUGE, 'speed_meters_per_second'],
    ['sent', 'By/s', COUNTER, 'sent_bytes_per_second_total'],
    ['sent.total', 'By', COUNTER, 'sent_bytes_total'],
    ['total', '', COUNTER, 'total_total'],
    ['größe', '', GAUGE, 'größe'],
  ])('%j in %j', (name, unit, data, expected) => {
    expect(metricName(metric(name, unit, data), NAME_STRATEGIES.NoUTF8EscapingWithSuffixes)).toBe(expected);
  });
});

test('without translation names stay', () => {
  expect(metricName(metric('http.server.duration', 's', COUNTER), NAME_STRATEGIES.NoTranslation)).toBe(
    'http.server.duration',
  );
});

test.each([
  ['', ''],
  ['1', ''],
  ['By', 'bytes'],
  ['By/s', 'bytes_per_second'],
  ['/s', 'per_second'],
  ['{request}', ''],
  ['_a_', 'a'],
  ['°C', 'C'],
])('metadata have the unit %j as %j', (unit, expected) => {
  expect(metadataUnit(unit)).toBe(expected);
});
