import { list } from '@narthex/config';
import { type z } from 'zod';
import { dnsDiscoverySection } from './dns-config.js';
import { fileDiscoverySection } from './file-config.js';
import { httpDiscoverySection } from './http-config.js';
import { staticConfigs } from './static-config.js';

/**
 * The fields of every service discovery, to be spread into a section that has targets: a scrape configuration, the
 * Alertmanagers. What they decode to is what {@link DiscoveryManager.applyConfig} takes.
 */
export const discoveryFields = {
  dns_sd_configs: list(dnsDiscoverySection, {
    goType: '[]*dns.SDConfig',
    emptyElement: 'empty or null section in dns_sd_configs',
  }),
  file_sd_configs: list(fileDiscoverySection, {
    goType: '[]*file.SDConfig',
    emptyElement: 'empty or null section in file_sd_configs',
  }),
  http_sd_configs: list(httpDiscoverySection, {
    goType: '[]*http.SDConfig',
    emptyElement: 'empty or null section in http_sd_configs',
  }),
  static_configs: staticConfigs,
};

/** The service discoveries of one job. */
export type DiscoveryConfig = {
  readonly [K in keyof typeof discoveryFields]: z.output<(typeof discoveryFields)[K]>;
};
