import { check, duration, section, url } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { type z } from 'zod';

/** One element of `http_sd_configs`. */
export const httpDiscoverySection = check(
  section('http.plain', {
    ...httpClientFields,
    refresh_interval: duration({ default: 60_000 }),
    url: url({ always: true }),
  }),
  (config) => urlFault(config.url) ?? httpClientFault(config),
);
export type HttpDiscoveryConfig = z.output<typeof httpDiscoverySection>;

function urlFault(address: string): string | undefined {
  if (address === '') return 'URL is missing';
  if (!/^https?:/.test(address)) return "URL scheme must be 'http' or 'https'";
  return /^https?:\/\/[^/?#]/.test(address) ? undefined : 'host is missing in URL';
}
