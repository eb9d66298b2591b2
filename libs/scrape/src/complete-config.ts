import {
  DEFAULT_SCRAPE_PROTOCOLS,
  ESCAPING_SCHEMES,
  type EscapingScheme,
  PROTO_FIRST_SCRAPE_PROTOCOLS,
  SCRAPE_PROTOCOLS,
} from '@narthex/exposition';
import { quoteGo } from '@narthex/model';
import { bearerAsAuthorization } from '@narthex/httpclient';
import { ScrapeConfigError } from './errors.js';
import { type GlobalScrapeConfig, type ScrapeConfig, scrapeProtocol } from './scrape-config.js';

const DEFAULT_TIMEOUT_MS = 10_000;
const SUPPORTED = `[${[...SCRAPE_PROTOCOLS].sort().join(' ')}]`;

export interface CompletionOptions {
  /** Where the file names no protocols, ask for protobuf first: only there are start times. */
  readonly protoFirst?: boolean;
}

/**
 * What `global` means: the defaults of its fields depend on one another.
 * @throws ScrapeConfigError with upstream's words.
 */
export function completeGlobalScrapeConfig<G extends GlobalScrapeConfig>(
  global: G,
  { protoFirst = false }: CompletionOptions = {},
): G {
  const interval = global.scrape_interval === 0 ? 60_000 : global.scrape_interval;
  if (global.scrape_timeout > interval)
    throw new ScrapeConfigError('global scrape timeout greater than scrape interval');
  const where = 'for global config';
  const defaults = protoFirst ? PROTO_FIRST_SCRAPE_PROTOCOLS : DEFAULT_SCRAPE_PROTOCOLS;
  return {
    ...global,
    scrape_interval: interval,
    scrape_timeout: global.scrape_timeout || Math.min(DEFAULT_TIMEOUT_MS, interval),
    scrape_protocols: checkedProtocols(global.scrape_protocols ?? defaults, where),
    metric_name_validation_scheme: global.metric_name_validation_scheme || 'utf8',
  };
}

/**
 * The configuration of a job with everything it takes over from `global`, which has to be complete itself.
 * @throws ScrapeConfigError with upstream's words.
 */
export function completeScrapeConfig<C extends ScrapeConfig>(config: C, global: GlobalScrapeConfig): C {
  const where = `for scrape config with job name "${config.job_name}"`;
  const interval = config.scrape_interval || global.scrape_interval;
  if (config.scrape_timeout > interval)
    throw new ScrapeConfigError(`scrape timeout greater than scrape interval ${where}`);
  const { fallback_scrape_protocol: fallback } = config;
  const native = config.scrape_native_histograms ?? global.scrape_native_histograms;
  if (fallback !== '' && scrapeProtocol(fallback) === undefined) {
    throw new ScrapeConfigError(`invalid fallback_scrape_protocol ${where}: ${unknownProtocol(fallback)}`);
  }
  return {
    ...bearerAsAuthorization(config),
    scrape_interval: interval,
    scrape_timeout: config.scrape_timeout || Math.min(global.scrape_timeout, interval),
    scrape_protocols: checkedProtocols(
      config.scrape_protocols ?? inheritedProtocols(global.scrape_protocols, native === true),
      where,
    ),
    scrape_failure_log_file: config.scrape_failure_log_file || global.scrape_failure_log_file,
    body_size_limit: config.body_size_limit || global.body_size_limit,
    sample_limit: config.sample_limit || global.sample_limit,
    target_limit: config.target_limit || global.target_limit,
    label_limit: config.label_limit || global.label_limit,
    label_name_length_limit: config.label_name_length_limit || global.label_name_length_limit,
    label_value_length_limit: config.label_value_length_limit || global.label_value_length_limit,
    keep_dropped_targets: config.keep_dropped_targets || global.keep_dropped_targets,
    scrape_native_histograms: native,
    always_scrape_classic_histograms:
      config.always_scrape_classic_histograms ?? global.always_scrape_classic_histograms,
    convert_classic_histograms_to_nhcb:
      config.convert_classic_histograms_to_nhcb ?? global.convert_classic_histograms_to_nhcb,
    extra_scrape_metrics: config.extra_scrape_metrics ?? global.extra_scrape_metrics,
    ...completeNames(config, global),
  };
}

/** What `global` says; where it says nothing, native histograms need protobuf. */
function inheritedProtocols(global: readonly string[] | undefined, native: boolean): readonly string[] {
  if (global !== undefined && global !== DEFAULT_SCRAPE_PROTOCOLS) return global;
  return native ? PROTO_FIRST_SCRAPE_PROTOCOLS : DEFAULT_SCRAPE_PROTOCOLS;
}

type NameSchemes = Pick<ScrapeConfig, 'metric_name_validation_scheme' | 'metric_name_escaping_scheme'>;

/** A job with a validation of its own does not take the escaping of `global`, which may not go with it. */
function completeNames(config: NameSchemes, global: NameSchemes): NameSchemes {
  const globalValidation = global.metric_name_validation_scheme || 'utf8';
  const globalEscaping = global.metric_name_escaping_scheme || escapingFor(globalValidation);
  checkEscaping(globalEscaping, 'global');
  const own = config.metric_name_validation_scheme;
  const validation = own || globalValidation;
  const chosen = config.metric_name_escaping_scheme || (own === '' ? globalEscaping : escapingFor(own));
  checkEscaping(chosen, 'scrape config');
  if (validation === 'legacy' && chosen === 'allow-utf-8') {
    throw new ScrapeConfigError('utf8 metric names requested but validation scheme is not set to UTF8');
  }
  return { metric_name_validation_scheme: validation, metric_name_escaping_scheme: chosen };
}

function escapingFor(validation: 'utf8' | 'legacy'): EscapingScheme {
  return validation === 'utf8' ? 'allow-utf-8' : 'underscores';
}

function checkEscaping(scheme: EscapingScheme, where: string): void {
  if (ESCAPING_SCHEMES.includes(scheme)) return;
  const known = "'allow-utf-8', 'underscores', 'dots', or 'values'";
  throw new ScrapeConfigError(
    `unknown ${where} name escaping method specified, must be one of ${known}, got ${quoteGo(scheme)}`,
  );
}

function checkedProtocols(names: readonly string[], where: string): readonly string[] {
  if (names.length === 0) throw new ScrapeConfigError(`scrape_protocols cannot be empty ${where}`);
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) {
      throw new ScrapeConfigError(
        `duplicated protocol in scrape_protocols, got [${names.join(' ')}] ${where}`,
      );
    }
    seen.add(name.toLowerCase());
    if (scrapeProtocol(name) === undefined) {
      throw new ScrapeConfigError(`scrape_protocols: ${unknownProtocol(name)} ${where}`);
    }
  }
  return names;
}

function unknownProtocol(name: string): string {
  return `unknown scrape protocol ${name}, supported: ${SUPPORTED}`;
}
