import {
  byteSize,
  check,
  choice,
  duration,
  filePath,
  flag,
  float,
  integer,
  list,
  optional,
  parsed,
  record,
  relabelRule,
  section,
  type Section,
  type Shape,
  text,
} from '@narthex/config';
import { type EscapingScheme, SCRAPE_PROTOCOLS, type ScrapeProtocol } from '@narthex/exposition';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';

const limit = () => integer({ goType: 'uint' });

const nameValidation = choice(['legacy', 'utf8'], {
  refuse: (word) => `unrecognized ValidationScheme: ${quoteGo(word)}`,
});

/** Any word: whether it is a scheme is looked at where a job is completed, as upstream does. */
const nameEscaping = parsed<EscapingScheme | ''>('', {
  parse: (word) => word as EscapingScheme | '',
  print: (word) => (word === '' ? null : word),
});

/** Limits that `global` sets for every job and a job for itself; 0 means none. */
const limitFields = {
  body_size_limit: byteSize(),
  sample_limit: limit(),
  target_limit: limit(),
  label_limit: limit(),
  label_name_length_limit: limit(),
  label_value_length_limit: limit(),
};

const protocols = optional(list(text(), { goType: '[]config.ScrapeProtocol', always: true }));

/** The fields of `global` that are about scraping, to be spread into its section. */
export const globalScrapeFields = {
  scrape_interval: duration({ default: 60_000 }),
  /** 0 where the file says nothing: ten seconds, but no longer than the interval. */
  scrape_timeout: duration(),
  scrape_protocols: protocols,
  scrape_failure_log_file: filePath(),
  ...limitFields,
  keep_dropped_targets: limit(),
  metric_name_validation_scheme: nameValidation,
  metric_name_escaping_scheme: nameEscaping,
  scrape_native_histograms: optional(flag({ always: true })),
  convert_classic_histograms_to_nhcb: flag(),
  always_scrape_classic_histograms: flag(),
  extra_scrape_metrics: optional(flag({ always: true })),
};

/** What `global` says about scraping. */
export type GlobalScrapeConfig = {
  readonly [K in keyof typeof globalScrapeFields]: z.output<(typeof globalScrapeFields)[K]>;
};

const ownFields = {
  job_name: text({ always: true }),
  honor_labels: flag(),
  honor_timestamps: flag({ default: true, always: true }),
  track_timestamps_staleness: flag({ always: true }),
  params: record(list(text({ always: true }), { goType: '[]string', always: true }), {
    goType: 'url.Values',
  }),
  scrape_interval: duration(),
  scrape_timeout: duration(),
  scrape_protocols: protocols,
  fallback_scrape_protocol: text(),
  scrape_native_histograms: optional(flag({ always: true })),
  always_scrape_classic_histograms: optional(flag({ always: true })),
  convert_classic_histograms_to_nhcb: optional(flag({ always: true })),
  scrape_failure_log_file: filePath(),
  metrics_path: text({ default: '/metrics' }),
  scheme: text({ default: 'http' }),
  enable_compression: flag({ default: true, always: true }),
  ...limitFields,
  native_histogram_bucket_limit: limit(),
  native_histogram_min_bucket_factor: float(),
  keep_dropped_targets: limit(),
  metric_name_validation_scheme: nameValidation,
  metric_name_escaping_scheme: nameEscaping,
  extra_scrape_metrics: optional(flag({ always: true })),
  ...httpClientFields,
  relabel_configs: list(relabelRule(), {
    goType: '[]*relabel.Config',
    emptyElement: 'empty or null target relabeling rule in scrape config',
  }),
  metric_relabel_configs: list(relabelRule(), {
    goType: '[]*relabel.Config',
    emptyElement: 'empty or null metric relabeling rule in scrape config',
  }),
};

/** How one job is scraped, without its service discoveries. */
export type ScrapeConfig = { readonly [K in keyof typeof ownFields]: z.output<(typeof ownFields)[K]> };

/**
 * One element of `scrape_configs`. The service discoveries are given, since they are a library of their own; whoever
 * puts the whole configuration together calls {@link completeScrapeConfig} on what it decodes to.
 */
export function scrapeConfigSection<const D extends Shape>(
  discoveryFields: D,
): Section<typeof ownFields & D> {
  const fields = section('config.ScrapeConfig', { ...ownFields, ...discoveryFields });
  return check(fields, (value) => {
    const config = value as unknown as ScrapeConfig;
    return config.job_name === '' ? 'job_name is empty' : httpClientFault(config);
  });
}

/** @returns the protocol of this name, or undefined */
export function scrapeProtocol(name: string): ScrapeProtocol | undefined {
  return SCRAPE_PROTOCOLS.find((protocol) => protocol === name);
}
