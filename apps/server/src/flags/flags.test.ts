import { describe, expect, test } from '@jest/globals';
import { parseFlags } from '@narthex/process';
import { chooseFeatures } from './features.js';
import { flagSupport } from './flag-support.js';
import { flagTexts, serverFlags, type ServerFlags } from './flags.js';

const about = { program: 'prometheus', about: '' };

function run(...argv: string[]): { values: ServerFlags; given: ReadonlySet<string> } {
  const outcome = parseFlags(about, serverFlags, argv);
  if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
  return outcome;
}

test('flags show as upstream shows them', () => {
  const shown = flagTexts(
    run('--query.timeout=90s', '--web.enable-lifecycle', '--storage.tsdb.retention.size=1GB').values,
  );
  expect(shown).toMatchObject({
    'query.timeout': '1m30s',
    'query.lookback-delta': '5m',
    'web.enable-lifecycle': 'true',
    'storage.tsdb.retention.size': '1GiB',
    'storage.tsdb.retention.time': '0s',
    'query.max-samples': '50000000',
    'auto-gomemlimit.ratio': '0.9',
    'web.listen-address': '0.0.0.0:9090',
    'enable-feature': '',
    'log.level': 'info',
  });
  expect(Object.keys(shown)).toEqual(Object.keys(shown).sort());
});

test.each([
  ['scrape.timestamp-tolerance', '1d', '24h0m0s'],
  ['scrape.timestamp-tolerance', '1h30m10.5s', '1h30m10.5s'],
  ['scrape.timestamp-tolerance', '500us', '500\u00b5s'],
  ['storage.tsdb.retention.size', '-5MB', '-5MiB'],
  ['storage.tsdb.retention.size', '1GB512MB', '1GiB512MiB'],
  ['query.max-concurrency', '1.5', '1'],
  ['storage.remote.read-sample-limit', '5e7', '50000000'],
  ['auto-gomemlimit.ratio', '0x1p-2', '0.25'],
] as const)('--%s=%s shows as %s', (name, value, shown) => {
  expect(flagTexts(run(`--${name}=${value}`).values)[name]).toBe(shown);
});

// Messages and kinds as the real server's.
describe('refused command lines', () => {
  test.each<[string[], 'syntax' | 'value', string]>([
    [['--foo'], 'syntax', "unknown long flag '--foo'"],
    [['bar'], 'syntax', 'unexpected bar'],
    [['--query.timeout=x'], 'value', 'not a valid duration string: "x"'],
    [['--log.level=x'], 'value', 'unrecognized log level x'],
    [['--log.format=x'], 'value', 'unrecognized log format x'],
    [['--web.listen-address'], 'syntax', "expected argument for flag '--web.listen-address'"],
    [['--storage.tsdb.retention.size=5'], 'value', 'units: unknown unit  in 5'],
    [['--no-web.listen-address=x'], 'syntax', "unknown long flag '--no-web.listen-address'"],
    [['--web.enable-lifecycle=true'], 'syntax', 'unexpected true'],
    [['--query.max-samples=x'], 'value', 'strconv.ParseFloat: parsing "x": invalid syntax'],
    [['--enable-feature', '--config.file=x'], 'syntax', "expected argument for flag '--enable-feature'"],
    [['--log.level=info', '--log.level=warn'], 'value', "flag 'log.level' cannot be repeated"],
    [['--auto-gomemlimit.ratio=x'], 'value', 'strconv.ParseFloat: parsing "x": invalid syntax'],
    [['--rules.max-concurrent-evals=x'], 'value', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [['--scrape.timestamp-tolerance=x'], 'value', 'time: invalid duration "x"'],
    [['--scrape.timestamp-tolerance=5'], 'value', 'time: missing unit in duration "5"'],
    [['--storage.tsdb.retention.size=9EB'], 'value', 'units: overflow parsing unit'],
    [
      ['--storage.tsdb.wal-compression-type=none'],
      'value',
      "enum value must be one of snappy,zstd, got 'none'",
    ],
  ])('%j', (argv, kind, message) => {
    expect(parseFlags(about, serverFlags, argv)).toEqual({ kind, message });
  });
});

describe('what cannot be followed', () => {
  test.each<[string[], ReturnType<typeof flagSupport>]>([
    [[], { refusal: undefined, unused: [] }],
    [
      ['--storage.remote.flush-deadline=8s', '--no-agent', '--web.config.file='],
      { refusal: undefined, unused: [] },
    ],
    [['--agent', '--storage.agent.path=x'], { refusal: undefined, unused: [] }],
    [
      ['--agent', '--query.timeout=1m', '--web.enable-admin-api', '--no-storage.tsdb.no-lockfile'],
      {
        refusal: {
          exitCode: 3,
          message:
            'The following flag(s) can not be used in agent mode: ["--query.timeout" "--storage.tsdb.no-lockfile"]',
        },
        unused: [],
      },
    ],
    ...['0', '-1', '1.1'].map((ratio): [string[], ReturnType<typeof flagSupport>] => [
      [`--auto-gomemlimit.ratio=${ratio}`],
      {
        refusal: {
          exitCode: 1,
          message: '--auto-gomemlimit.ratio must be greater than 0 and less than or equal to 1.',
        },
        unused: [],
      },
    ]),
    [
      ['--storage.agent.path=x'],
      {
        refusal: {
          exitCode: 3,
          message: 'The following flag(s) can only be used in agent mode: ["--storage.agent.path"]',
        },
        unused: [],
      },
    ],
  ])('%j', (argv, expected) => {
    const { values, given } = run(...argv);
    expect(flagSupport(given, values)).toEqual(expected);
  });
});

test('features', () => {
  const none = {
    autoReload: false,
    concurrentRules: false,
    delayCompaction: false,
    keepExemplars: false,
    extraScrapeMetrics: false,
    startTimestamps: false,
    startStorage: false,
    startSynthesis: false,
    xor2: false,
    histogramStarts: false,
    typeAndUnitLabels: false,
    storeMetadata: false,
    memorySnapshotOnShutdown: false,
    otlpDeltas: 'refuse',
    searchApi: false,
    engineFeatures: { durationExpressions: true },
    warnings: [],
  };
  expect(chooseFeatures([])).toEqual(none);
  expect(chooseFeatures(['exemplar-storage,delayed-compaction', 'memory-snapshot-on-shutdown'])).toEqual({
    ...none,
    delayCompaction: true,
    keepExemplars: true,
    memorySnapshotOnShutdown: true,
  });
  expect(chooseFeatures(['st-storage,st-synthesis', 'xor2-encoding', 'histograms-st-encoding'])).toEqual({
    ...none,
    startStorage: true,
    startSynthesis: true,
    xor2: true,
    histogramStarts: true,
  });
  expect(chooseFeatures(['extra-scrape-metrics', 'created-timestamp-zero-ingestion'])).toEqual({
    ...none,
    extraScrapeMetrics: true,
    startTimestamps: true,
  });
  expect(chooseFeatures(['type-and-unit-labels,metadata-wal-records'])).toEqual({
    ...none,
    typeAndUnitLabels: true,
    storeMetadata: true,
    engineFeatures: { durationExpressions: true, typeAndUnitLabels: true },
  });
  expect(chooseFeatures(['promql-experimental-functions,promql-delayed-name-removal'])).toEqual({
    ...none,
    engineFeatures: { durationExpressions: true, experimentalFunctions: true, delayedNameRemoval: true },
  });
  expect(chooseFeatures(['otlp-deltatocumulative'])).toEqual({ ...none, otlpDeltas: 'convert' });
  expect(chooseFeatures(['otlp-native-delta-ingestion'])).toEqual({ ...none, otlpDeltas: 'store' });
  expect(() => chooseFeatures(['otlp-native-delta-ingestion', 'otlp-deltatocumulative'])).toThrow(
    'cannot enable otlp-deltatocumulative and otlp-native-delta-ingestion features at the same time',
  );
  expect(chooseFeatures(['native-histograms,foo', 'fast-startup', 'auto-reload-config'])).toEqual({
    ...none,
    autoReload: true,
    warnings: [
      { message: 'Unknown option for --enable-feature', option: 'foo' },
      { message: 'This feature is not available in this version and stays off', option: 'fast-startup' },
    ],
  });
});
