import { check, duration, flag, integer, section, secret, text } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { discoveryList, hasSchemeAndHost, urlFault } from './discovery-list.js';

const puppetdbSection = check(
  section('puppetdb.plain', {
    ...httpClientFields,
    refresh_interval: duration({ default: 60_000, always: true }),
    url: text({ always: true }),
    query: text({ always: true }),
    include_parameters: flag({ always: true }),
    port: integer({ default: 80, always: true }),
  }),
  (config) => {
    if (config.url === '') return 'URL is missing';
    const fault = urlFault(config.url);
    if (fault !== undefined) return fault;
    if (!/^https?:/i.test(config.url)) return "URL scheme must be 'http' or 'https'";
    if (!hasSchemeAndHost(config.url)) return 'host is missing in URL';
    return config.query === '' ? 'query missing' : httpClientFault(config);
  },
);

const uyuniSection = check(
  section('uyuni.plain', {
    server: text({ always: true }),
    username: text({ always: true }),
    password: secret({ always: true }),
    ...httpClientFields,
    entitlement: text({ default: 'monitoring_entitled' }),
    separator: text({ default: ',' }),
    refresh_interval: duration({ default: 60_000 }),
  }),
  (config) => {
    if (config.server === '') return 'Uyuni SD configuration requires server host';
    const fault = urlFault(config.server);
    if (fault !== undefined) return `Uyuni Server URL is not valid: ${fault}`;
    if (config.username === '') return 'Uyuni SD configuration requires a username';
    if (config.password === undefined) return 'Uyuni SD configuration requires a password';
    return httpClientFault(config);
  },
);

export const inventoryDiscoveryFields = {
  puppetdb_sd_configs: discoveryList('puppetdb', puppetdbSection),
  uyuni_sd_configs: discoveryList('uyuni', uyuniSection),
};
