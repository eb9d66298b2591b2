import { describe, expect, test } from '@jest/globals';
import { completeGlobalScrapeConfig } from './complete-config';
import { type GlobalScrapeConfig } from './scrape-config';
import { scrapeConfig } from './testing/scrape-job';

describe('scrape configurations', () => {
  test('take over what global says', () => {
    const global =
      'scrape_interval: 5s\nsample_limit: 7\nscrape_protocols: [PrometheusText0.0.4]\nextra_scrape_metrics: true\n';
    const config = scrapeConfig('job_name: j\nlabel_limit: 3\n', global);
    expect(config).toMatchObject({
      scrape_interval: 5_000,
      scrape_timeout: 5_000,
      sample_limit: 7,
      label_limit: 3,
      scrape_protocols: ['PrometheusText0.0.4'],
      metric_name_validation_scheme: 'utf8',
      metric_name_escaping_scheme: 'allow-utf-8',
      metrics_path: '/metrics',
      scheme: 'http',
      honor_timestamps: true,
      enable_compression: true,
      follow_redirects: true,
      extra_scrape_metrics: true,
    });
    expect(scrapeConfig('job_name: j\nscrape_interval: 30s\n').scrape_timeout).toBe(10_000);
  });

  test.each<[string, string, boolean]>([
    ['', '', false],
    ['scrape_native_histograms: true', '', true],
    ['', 'scrape_native_histograms: true', true],
    ['scrape_native_histograms: false', 'scrape_native_histograms: true', false],
    ['scrape_native_histograms: true', 'scrape_protocols: [PrometheusText0.0.4]', false],
  ])('%j with global %j asks for protobuf: %j', (job, global, asks) => {
    const { scrape_protocols } = scrapeConfig(`job_name: j\n${job}\n`, global);
    expect(scrape_protocols![0] === 'PrometheusProto').toBe(asks);
  });

  test('start times ask for protobuf where the file names no protocols', () => {
    const empty = { scrape_interval: 0, scrape_timeout: 0 } as GlobalScrapeConfig;
    const complete = completeGlobalScrapeConfig(empty, { protoFirst: true });
    expect(complete.scrape_protocols![0]).toBe('PrometheusProto');
    const named = { ...empty, scrape_protocols: ['PrometheusText0.0.4'] };
    expect(completeGlobalScrapeConfig(named, { protoFirst: true }).scrape_protocols).toEqual([
      'PrometheusText0.0.4',
    ]);
  });

  const protocols =
    'supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0]';
  test.each<[string, string]>([
    ['job_name: ""', 'job_name is empty'],
    ['scrape_timeout: 2m', 'scrape timeout greater than scrape interval for scrape config with job name "j"'],
    [
      'scrape_protocols: [x]',
      `scrape_protocols: unknown scrape protocol x, ${protocols} for scrape config with job name "j"`,
    ],
    ['scrape_protocols: []', 'scrape_protocols cannot be empty for scrape config with job name "j"'],
    [
      'scrape_protocols: [PrometheusText0.0.4, PrometheusText0.0.4]',
      'duplicated protocol in scrape_protocols, got [PrometheusText0.0.4 PrometheusText0.0.4] for scrape config with job name "j"',
    ],
    [
      'fallback_scrape_protocol: x',
      `invalid fallback_scrape_protocol for scrape config with job name "j": unknown scrape protocol x, ${protocols}`,
    ],
    ['sample_limit: -1', 'cannot unmarshal !!int `-1` into uint'],
    ['body_size_limit: 10', 'units: unknown unit  in 10'],
    ['params: {a: b}', 'cannot unmarshal !!str `b` into []string'],
    ['foo: 1', 'field foo not found in type config.ScrapeConfig'],
    ['relabel_configs: [null]', 'empty or null target relabeling rule in scrape config'],
    ['metric_name_validation_scheme: x', 'unrecognized ValidationScheme: "x"'],
    [
      'metric_name_validation_scheme: legacy\nmetric_name_escaping_scheme: allow-utf-8',
      'utf8 metric names requested but validation scheme is not set to UTF8',
    ],
    [
      'basic_auth: {username: a}\nauthorization: {credentials: b}',
      'at most one of basic_auth, oauth2 & authorization must be configured',
    ],
  ])('%s', (yaml, message) => {
    const job = yaml.startsWith('job_name') ? yaml : `job_name: j\n${yaml}`;
    const global = yaml.startsWith('metric_name_validation_scheme: legacy')
      ? 'metric_name_escaping_scheme: allow-utf-8'
      : '';
    expect(() => scrapeConfig(job, global)).toThrow(message);
  });
});

test('an old bearer token becomes an authorization', () => {
  const config = scrapeConfig('job_name: j\nbearer_token_file: f');
  expect([config.bearer_token_file, config.authorization]).toEqual([
    '',
    { type: 'Bearer', credentials: undefined, credentials_file: '/f', credentials_ref: '' },
  ]);
});
