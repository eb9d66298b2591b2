/** Features whose names upstream knows and that are part of this server already, or that mean nothing any more. */
const PRESENT = [
  'promql-duration-expr',
  'native-histograms',
  'ooo-native-histograms',
  'no-default-scrape-port',
];

/** Features that upstream knows and that are not here yet. */
const ABSENT = [
  'concurrent-rule-eval',
  'fast-startup',
  'histograms-st-encoding',
  'memory-snapshot-on-shutdown',
  'metadata-wal-records',
  'old-ui',
  'otlp-deltatocumulative',
  'otlp-native-delta-ingestion',
  'promql-binop-fill-modifiers',
  'promql-delayed-name-removal',
  'promql-experimental-functions',
  'promql-extended-range-selectors',
  'promql-per-step-stats',
  'search-api',
  'st-storage',
  'st-synthesis',
  'type-and-unit-labels',
  'use-start-timestamps',
  'use-uncached-io',
  'xor2-encoding',
];

const AUTO_RELOAD = 'auto-reload-config';
const DELAYED_COMPACTION = 'delayed-compaction';
const EXEMPLARS = 'exemplar-storage';
const EXTRA_METRICS = 'extra-scrape-metrics';
const START_TIMES = 'created-timestamp-zero-ingestion';
const CHOICES = [AUTO_RELOAD, DELAYED_COMPACTION, EXEMPLARS, EXTRA_METRICS, START_TIMES];

export interface FeatureChoice {
  /** `auto-reload-config`, the old name of `--config.auto-reload`. */
  readonly autoReload: boolean;
  /** `delayed-compaction`: heads are not all compacted at the same moment. */
  readonly delayCompaction: boolean;
  /** `exemplar-storage`: exemplars are kept. */
  readonly keepExemplars: boolean;
  /** `extra-scrape-metrics`: three more series about each scrape. */
  readonly extraScrapeMetrics: boolean;
  /** `created-timestamp-zero-ingestion`: start times of counters are read and stored, protobuf is asked for first. */
  readonly startTimestamps: boolean;
  /** What to warn of at start. */
  readonly warnings: readonly { readonly message: string; readonly option: string }[];
}

/** Reads `--enable-feature`: names with commas between, several times. An unknown name is only warned of, as upstream. */
export function chooseFeatures(given: readonly string[]): FeatureChoice {
  const names = given.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const warnings = names.flatMap((option) => {
    if ([...CHOICES, ...PRESENT].includes(option)) return [];
    const message = ABSENT.includes(option)
      ? 'This feature is not available in this version and stays off'
      : 'Unknown option for --enable-feature';
    return [{ message, option }];
  });
  return {
    autoReload: names.includes(AUTO_RELOAD),
    delayCompaction: names.includes(DELAYED_COMPACTION),
    keepExemplars: names.includes(EXEMPLARS),
    extraScrapeMetrics: names.includes(EXTRA_METRICS),
    startTimestamps: names.includes(START_TIMES),
    warnings,
  };
}
