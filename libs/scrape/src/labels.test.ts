import { describe, expect, test } from '@jest/globals';
import { Labels, RelabelRule } from '@narthex/model';
import fc from 'fast-check';
import { storedLabels } from './sample-labels';
import { Target } from './target';
import { urlFault } from './target-fault';
import { discoveredLabels, targetLabels } from './target-labels';
import { globalUrl, targetUrl } from './target-url';
import { scrapeConfig } from './testing/scrape-job';

describe('labels of samples', () => {
  const target = Labels.of({ job: 'j', instance: 'i' });
  test.each<[string, boolean, [string, string][], Record<string, string>]>([
    ['no conflict', false, [['a', '1']], { a: '1', job: 'j', instance: 'i' }],
    ['a conflict', false, [['job', 'x']], { exported_job: 'x', job: 'j', instance: 'i' }],
    [
      'a conflict upon a conflict',
      false,
      [
        ['job', 'x'],
        ['exported_job', 'y'],
      ],
      { exported_exported_job: 'x', exported_job: 'y', job: 'j', instance: 'i' },
    ],
    ['an honoured label', true, [['job', 'x']], { job: 'x', instance: 'i' }],
    ['an empty value, not honoured', false, [['instance', '']], { job: 'j', instance: 'i' }],
    ['an empty value, honoured', true, [['instance', '']], { job: 'j' }],
  ])('%s', (_what, honorLabels, exposed, stored) => {
    const pairs = Labels.fromSortedPairs(
      [['__name__', 'm'], ...exposed].sort(([a], [b]) => (a! < b! ? -1 : 1)).flat(),
    );
    const labels = storedLabels(pairs, { targetLabels: target, honorLabels, rules: [] });
    expect({ ...labels?.toObject() }).toEqual({ __name__: 'm', ...stored });
  });
});

test('the short way to the labels of a sample and the long one agree', () => {
  const labels = fc.dictionary(
    fc.constantFrom('a', 'b', 'instance', 'job', 'exported_job', 'z'),
    fc.constantFrom('', '1', '2'),
  );
  const harmless = [new RelabelRule({ action: 'labeldrop', regex: 'never' })];
  fc.assert(
    fc.property(labels, labels, fc.boolean(), (exposed, target, honorLabels) => {
      const pairs = Object.entries(exposed)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat();
      const targetLabels = Labels.of(target);
      const short = storedLabels(Labels.fromSortedPairs(pairs), { targetLabels, honorLabels, rules: [] });
      const long = storedLabels(Labels.fromSortedPairs(pairs), {
        targetLabels,
        honorLabels,
        rules: harmless,
      });
      expect(short?.pairs()).toEqual(long?.pairs());
    }),
    { numRuns: 2000 },
  );
});

describe('labels of targets', () => {
  const relabelled = (own: Record<string, string>, yaml = '') => {
    const config = scrapeConfig(`job_name: j\n${yaml}`);
    const group = { source: 's', labels: Labels.of({ dc: 'x' }), targets: [] };
    return targetLabels(discoveredLabels(Labels.of(own), group, config), config);
  };

  test('are completed, and lose what only discovery says', () => {
    expect({
      ...relabelled({ __address__: 'a:1', __meta_x: 'y' }, 'params: {q: ["1", "2"]}')?.toObject(),
    }).toEqual({
      __address__: 'a:1',
      __always_scrape_classic_histograms__: 'false',
      __convert_classic_histograms_to_nhcb__: 'false',
      __metrics_path__: '/metrics',
      __param_q: '1',
      __scheme__: 'http',
      __scrape_interval__: '1m',
      __scrape_native_histograms__: 'false',
      __scrape_timeout__: '10s',
      dc: 'x',
      instance: 'a:1',
      job: 'j',
    });
  });

  test.each<[Record<string, string>, string]>([
    [{ a: 'b' }, 'no address'],
    [{ __address__: 'a/b' }, '"a/b" is not a valid hostname'],
    [
      { __address__: 'a', __scrape_interval__: 'x' },
      'error parsing scrape interval: not a valid duration string: "x"',
    ],
    [{ __address__: 'a', __scrape_interval__: '0s' }, 'scrape interval cannot be 0'],
    [{ __address__: 'a', __scrape_timeout__: '0s' }, 'scrape timeout cannot be 0'],
    [
      { __address__: 'a', __scrape_timeout__: '2m' },
      'scrape timeout cannot be greater than scrape interval ("2m" > "1m")',
    ],
    [
      { __address__: 'a', __scrape_native_histograms__: 'yes' },
      'error parsing __scrape_native_histograms__ label: strconv.ParseBool: parsing "yes": invalid syntax',
    ],
  ])('%j is no target', (own, message) => {
    expect(() => relabelled(own)).toThrow(message);
  });

  test('make the URL, with parameters that labels override', () => {
    const config = scrapeConfig('job_name: j\nparams: {q: ["1", "2"], "a b": ["ü&"]}\nmetrics_path: /x y\n');
    const group = { source: 's', labels: Labels.EMPTY, targets: [] };
    const own = Labels.of({ __address__: 'h:1', __param_q: '9', __scheme__: 'https' });
    const discovered = discoveredLabels(own, group, config);
    const target = new Target(targetLabels(discovered, config)!, discovered, config.params);
    expect(target.url).toBe('https://h:1/x%20y?a+b=%C3%BC%26&q=9&q=2');
    expect({ ...target.publicLabels.toObject() }).toEqual({ job: 'j', instance: 'h:1' });
    expect(target.health).toBe('unknown');
  });

  test('decide the moment within the interval, which moves with the seed alone', () => {
    const labels = Labels.of({
      __address__: 'h:1',
      __scheme__: 'http',
      __scrape_interval__: '1m',
      __scrape_timeout__: '10s',
    });
    const target = new Target(labels, labels, new Map());
    const moment = (nowMs: number, seed: bigint) => (nowMs + target.offsetMs(nowMs, seed)) % 60_000;
    expect(moment(1_700_000_000_000, 1n)).toBe(moment(1_700_000_012_345, 1n));
    expect(moment(1_700_000_000_000, 1n)).not.toBe(moment(1_700_000_000_000, 12_345n));
    for (const nowMs of [0, 1, 59_999, 60_000, 1_700_000_012_345]) {
      expect(target.offsetMs(nowMs, 7n)).toBeGreaterThanOrEqual(0);
      expect(target.offsetMs(nowMs, 7n)).toBeLessThanOrEqual(60_000);
    }
  });
});

describe('URLs', () => {
  test('escape as Go does', () => {
    const params = new Map([['x/', ["!'()*~ +"]]]);
    expect(targetUrl({ scheme: 'http', host: '[::1]:9', path: "a(b)'/$&+,:;=@?ü", params })).toBe(
      'http://[::1]:9/a%28b%29%27/$&+,:;=@%3F%C3%BC?x%2F=%21%27%28%29%2A~+%2B',
    );
  });

  test.each<[string, string | undefined]>([
    ['http://a:1/', undefined],
    ['http://[::1]:1/', undefined],
    ['http://a%20b:80/metrics', 'parse "http://a%20b:80/metrics": invalid URL escape "%20"'],
    ['http://a:x/', 'parse "http://a:x/": invalid port ":x" after host'],
    ['http://a:99999/', 'Get "http://a:99999/": dial tcp: address 99999: invalid port'],
    ['ftp://a/', 'Get "ftp://a/": unsupported protocol scheme "ftp"'],
  ])('%s: %s', (url, fault) => expect(urlFault(url)).toBe(fault));

  const own = { hostname: 'vm', listenPort: 9090, externalHost: 'prom.example:80', externalScheme: 'https' };
  test.each<[string, string]>([
    ['http://127.0.0.1:9100/metrics', 'http://vm:9100/metrics'],
    ['http://localhost:9090/metrics?x=1', 'https://prom.example:80/metrics?x=1'],
    ['http://[::1]:9100/metrics', 'http://vm:9100/metrics'],
    ['http://other:9100/metrics', 'http://other:9100/metrics'],
  ])('%s from elsewhere', (url, shown) => expect(globalUrl(url, own)).toBe(shown));
});
