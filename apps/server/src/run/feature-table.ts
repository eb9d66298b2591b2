import { discoveryFields } from '@narthex/discovery';
import { FUNCTIONS } from '@narthex/promql';
import { templateFunctions } from '@narthex/rules';
import { type FeatureTable } from '../api/features.js';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';

const OPERATORS = '!= !~ % * + - / < <= == =~ > >= @ ^ and atan2 or unless';
const AGGREGATIONS = 'avg bottomk count count_values group max min quantile stddev stdvar sum topk';
const EXPERIMENTAL_AGGREGATIONS = 'limit_ratio limitk';
const KEYWORDS =
  'at_modifier bool by group_left group_right ignoring negative_offset offset on subqueries without';

/** Categories of parts that an agent does not have. */
const SERVER_ONLY = ['promql', 'promql_functions', 'promql_operators', 'rules', 'tsdb'];

/** What `/api/v1/features` tells: upstream's categories and names, with what holds of this server. */
export function featureTable(flags: ServerFlags, features: Features): FeatureTable {
  const table = serverTable(flags, features);
  if (!flags.agent) return table;
  return Object.fromEntries(Object.entries(table).filter(([category]) => !SERVER_ONLY.includes(category)));
}

function serverTable(flags: ServerFlags, features: Features): FeatureTable {
  const { engineFeatures: engine } = features;
  const experimental = engine.experimentalFunctions === true;
  const extended = engine.extendedRangeSelectors === true;
  const fill = engine.fillModifiers === true;
  return {
    api: {
      admin: flags['web.enable-admin-api'],
      exclude_alerts: true,
      label_values_match: true,
      lifecycle: flags['web.enable-lifecycle'],
      otlp_write_receiver: flags['web.enable-otlp-receiver'],
      query_stats: true,
      query_warnings: true,
      remote_write_receiver: flags['web.enable-remote-write-receiver'],
      search: features.searchApi,
      time_range_labels: true,
      time_range_series: true,
    },
    otlp_receiver: {
      delta_conversion: features.otlpDeltas === 'convert',
      native_delta_ingestion: features.otlpDeltas === 'store',
    },
    prometheus: {
      agent_mode: flags.agent,
      auto_reload_config: features.autoReload,
      server_mode: !flags.agent,
    },
    promql: {
      ...all(KEYWORDS, true),
      anchored: extended,
      smoothed: extended,
      fill,
      fill_left: fill,
      fill_right: fill,
      delayed_name_removal: engine.delayedNameRemoval === true,
      duration_expr: engine.durationExpressions === true,
      per_query_lookback_delta: true,
      per_step_stats: false,
      type_and_unit_labels: false,
    },
    promql_functions: Object.fromEntries(
      [...FUNCTIONS.values()].map((signature) => [signature.name, !signature.experimental || experimental]),
    ),
    promql_operators: {
      ...all(OPERATORS, true),
      ...all(AGGREGATIONS, true),
      ...all(EXPERIMENTAL_AGGREGATIONS, experimental),
    },
    rules: { concurrent_rule_eval: features.concurrentRules, keep_firing_for: true, query_offset: true },
    scrape: {
      extra_scrape_metrics: true,
      start_timestamp_synthesis: features.startSynthesis,
      start_timestamp_zero_ingestion: features.startTimestamps,
      type_and_unit_labels: features.typeAndUnitLabels,
    },
    service_discovery_providers: Object.fromEntries(
      Object.keys(discoveryFields).map((field) => [field.replace(/_(?:sd_)?configs$/, ''), true]),
    ),
    templating_functions: all(templateNames().join(' '), true),
    tsdb: {
      delayed_compaction: features.delayCompaction,
      exemplar_storage: features.keepExemplars,
      histograms_st_encoding: features.histogramStarts,
      isolation: true,
      ...(features.storeMetadata ? { metadata_wal_records: true } : {}),
      native_histograms: true,
      st_storage: features.startStorage,
      use_uncached_io: false,
      xor2_encoding: features.xor2,
    },
    ui: { ui_v2: false, ui_v3: true },
  };
}

function all(names: string, value: boolean): Readonly<Record<string, boolean>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, value]));
}

function templateNames(): readonly string[] {
  const query = (): Promise<never> => Promise.reject(new Error('only names are asked for'));
  return [...templateFunctions({ externalUrl: new URL('http://localhost'), timestampMs: 0, query }).keys()];
}
