import { list, optional, section } from '@narthex/config';
import { scrapeConfigSection } from '@narthex/scrape';
import { type z } from 'zod';
import { alertingSection } from './alerting.js';
import { everyDiscoveryField } from './discovery/discovery-fields.js';
import { globalSection } from './global.js';
import { globs, runtimeSection, storageSection, tracingSection } from './other-sections.js';
import { otlpSection } from './otlp-section.js';
import { remoteReads } from './remote/remote-read-section.js';
import { remoteWrites } from './remote/remote-write-section.js';

/** One entry of `scrape_configs`. */
export const scrapeJobSection = scrapeConfigSection(everyDiscoveryField);

const scrapeConfigs = list(scrapeJobSection, {
  goType: '[]*config.ScrapeConfig',
  emptyElement: 'empty or null scrape config section',
});

/** `prometheus.yml`: every section there is, in the order in which they are printed. */
export const prometheusSection = section('config.plain', {
  global: globalSection,
  runtime: runtimeSection,
  alerting: alertingSection,
  rule_files: globs('rule file'),
  scrape_config_files: globs('scrape config file'),
  scrape_configs: scrapeConfigs,
  storage: storageSection,
  tracing: optional(tracingSection),
  remote_write: remoteWrites,
  remote_read: remoteReads,
  otlp: otlpSection,
});
export type PrometheusConfig = z.output<typeof prometheusSection>;

/** A file named by `scrape_config_files`. */
export const scrapeConfigFileSection = section('config.ScrapeConfigs', { scrape_configs: scrapeConfigs });

/** One job: how it is scraped, and where its targets come from. */
export type ScrapeJob = PrometheusConfig['scrape_configs'][number];
