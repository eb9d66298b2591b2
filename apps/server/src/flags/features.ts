import { type DeltaHandling } from '@narthex/otlp';
import { type EngineFeatures } from '@narthex/promql';

/** Features whose names upstream knows and that are part of this server already, or that mean nothing any more. */
const PRESENT = [
  'promql-duration-expr',
  'native-histograms',
  'ooo-native-histograms',
  'no-default-scrape-port',
];

/** Features that upstream knows and that are not here yet. */
const ABSENT = ['fast-startup', 'old-ui', 'use-uncached-io'];

const AUTO_RELOAD = 'auto-reload-config';
const CONCURRENT_RULES = 'concurrent-rule-eval';
const DELAYED_COMPACTION = 'delayed-compaction';
const EXEMPLARS = 'exemplar-storage';
const MEMORY_SNAPSHOT = 'memory-snapshot-on-shutdown';
const EXTRA_METRICS = 'extra-scrape-metrics';
const OTLP_CONVERT_DELTAS = 'otlp-deltatocumulative';
const OTLP_STORE_DELTAS = 'otlp-native-delta-ingestion';
const SEARCH = 'search-api';
const START_TIMES = 'created-timestamp-zero-ingestion';
const START_STORAGE = 'st-storage';
const START_SYNTHESIS = 'st-synthesis';
const XOR2 = 'xor2-encoding';
const HISTOGRAM_STARTS = 'histograms-st-encoding';
const TYPE_AND_UNIT_LABELS = 'type-and-unit-labels';
const METADATA_RECORDS = 'metadata-wal-records';
/** What each adds to the query language. */
const ENGINE_FEATURES: Readonly<Record<string, EngineFeatures>> = {
  'promql-binop-fill-modifiers': { fillModifiers: true },
  'promql-delayed-name-removal': { delayedNameRemoval: true },
  'promql-experimental-functions': { experimentalFunctions: true },
  'promql-extended-range-selectors': { extendedRangeSelectors: true },
  'promql-per-step-stats': { samplesPerStep: true },
  'type-and-unit-labels': { typeAndUnitLabels: true },
  'use-start-timestamps': { startTimestamps: true },
};
const CHOICES = [
  MEMORY_SNAPSHOT,
  AUTO_RELOAD,
  CONCURRENT_RULES,
  DELAYED_COMPACTION,
  EXEMPLARS,
  EXTRA_METRICS,
  OTLP_CONVERT_DELTAS,
  OTLP_STORE_DELTAS,
  START_TIMES,
  START_STORAGE,
  START_SYNTHESIS,
  XOR2,
  HISTOGRAM_STARTS,
  TYPE_AND_UNIT_LABELS,
  METADATA_RECORDS,
  SEARCH,
];

/** What the features come to. */
export interface Features {
  /** `auto-reload-config`, the old name of `--config.auto-reload`. */
  readonly autoReload: boolean;
  /** `concurrent-rule-eval`: rules of a group that do not need each other are evaluated at the same time. */
  readonly concurrentRules: boolean;
  /** `delayed-compaction`: heads are not all compacted at the same moment. */
  readonly delayCompaction: boolean;
  /** `exemplar-storage`: exemplars are kept. */
  readonly keepExemplars: boolean;
  /** `extra-scrape-metrics`: three more series about each scrape. */
  readonly extraScrapeMetrics: boolean;
  /** `created-timestamp-zero-ingestion`: start times of counters are read and stored, protobuf is asked for first. */
  readonly startTimestamps: boolean;
  /** `st-storage`: start times are stored with the samples; protobuf is asked for first. */
  readonly startStorage: boolean;
  /** `st-synthesis`: scraped counters and histograms that tell no start get one. */
  readonly startSynthesis: boolean;
  /** `xor2-encoding`: `storage.tsdb.chunk_encoding.floats` may be, and is by default, xor2. */
  readonly xor2: boolean;
  /** `histograms-st-encoding`: chunks of histograms can keep start times. */
  readonly histogramStarts: boolean;
  /** `type-and-unit-labels`: scraped series say their type and unit in labels. */
  readonly typeAndUnitLabels: boolean;
  /** `metadata-wal-records`: what targets say of their metrics is stored with the series. */
  readonly storeMetadata: boolean;
  /** `search-api`: the endpoints under `/api/v1/search`. */
  readonly searchApi: boolean;
  /** `memory-snapshot-on-shutdown`: what is in memory is written at the end, and read at the next start. */
  readonly memorySnapshotOnShutdown: boolean;
  /** `otlp-deltatocumulative` or `otlp-native-delta-ingestion`: what becomes of deltas that come over OTLP. */
  readonly otlpDeltas: DeltaHandling;
  /** What is switched on in the query language; duration expressions always are. */
  readonly engineFeatures: EngineFeatures;
}

export interface FeatureChoice extends Features {
  /** What to warn of at start. */
  readonly warnings: readonly { readonly message: string; readonly option: string }[];
}

/** Features that cannot both be on. The message is upstream's. */
export class FeatureConflictError extends Error {
  override readonly name = 'FeatureConflictError';
  readonly code = 'FEATURE_CONFLICT';
}

/**
 * Reads `--enable-feature`: names with commas between, several times. An unknown name is only warned of, as upstream.
 * @throws FeatureConflictError
 */
export function chooseFeatures(given: readonly string[]): FeatureChoice {
  const names = given.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const warnings = names.flatMap((option) => {
    if ([...CHOICES, ...PRESENT, ...Object.keys(ENGINE_FEATURES)].includes(option)) return [];
    const message = ABSENT.includes(option)
      ? 'This feature is not available in this version and stays off'
      : 'Unknown option for --enable-feature';
    return [{ message, option }];
  });
  return {
    autoReload: names.includes(AUTO_RELOAD),
    concurrentRules: names.includes(CONCURRENT_RULES),
    delayCompaction: names.includes(DELAYED_COMPACTION),
    keepExemplars: names.includes(EXEMPLARS),
    extraScrapeMetrics: names.includes(EXTRA_METRICS),
    startTimestamps: names.includes(START_TIMES),
    startStorage: names.includes(START_STORAGE),
    startSynthesis: names.includes(START_SYNTHESIS),
    xor2: names.includes(XOR2),
    histogramStarts: names.includes(HISTOGRAM_STARTS),
    typeAndUnitLabels: names.includes(TYPE_AND_UNIT_LABELS),
    storeMetadata: names.includes(METADATA_RECORDS),
    otlpDeltas: deltaHandling(names),
    searchApi: names.includes(SEARCH),
    memorySnapshotOnShutdown: names.includes(MEMORY_SNAPSHOT),
    engineFeatures: Object.assign(
      { durationExpressions: true },
      ...names.map((name) => ENGINE_FEATURES[name]),
    ) as EngineFeatures,
    warnings,
  };
}

function deltaHandling(names: readonly string[]): DeltaHandling {
  const converts = names.includes(OTLP_CONVERT_DELTAS);
  const stores = names.includes(OTLP_STORE_DELTAS);
  if (converts && stores) {
    throw new FeatureConflictError(
      `cannot enable ${OTLP_CONVERT_DELTAS} and ${OTLP_STORE_DELTAS} features at the same time`,
    );
  }
  if (converts) return 'convert';
  return stores ? 'store' : 'refuse';
}
