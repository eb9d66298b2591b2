import { check, duration, filePath, flag, list, record, section, secret, text } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { discoveryList, hasSchemeAndHost, urlFault } from './discovery-list.js';

/*
 * Discoveries that ask a registry of services: fields, defaults and refusals.
 */

const consulSection = check(
  section('consul.plain', {
    server: text({ default: 'localhost:8500' }),
    path_prefix: text(),
    token: secret(),
    datacenter: text(),
    namespace: text(),
    partition: text(),
    tag_separator: text({ default: ',' }),
    scheme: text({ default: 'http' }),
    username: text(),
    password: secret(),
    allow_stale: flag({ default: true, always: true }),
    refresh_interval: duration({ default: 30_000 }),
    services: list(text({ always: true })),
    tags: list(text({ always: true })),
    node_meta: record(text({ always: true })),
    filter: text(),
    health_filter: text(),
    ...httpClientFields,
  }),
  (config) => {
    if (config.server.trim() === '') return 'consul SD configuration requires a server address';
    const hasUser = config.username !== '' || config.password !== undefined;
    if (hasUser && config.basic_auth !== undefined) {
      return 'at most one of consul SD configuration username and password and basic auth can be configured';
    }
    if (config.token !== undefined && (config.authorization ?? config.oauth2) !== undefined) {
      return 'at most one of consul SD token, authorization, or oauth2 can be configured';
    }
    return httpClientFault(config);
  },
);

const nomadSection = check(
  section('nomad.plain', {
    allow_stale: flag({ default: true, always: true }),
    ...httpClientFields,
    namespace: text({ default: 'default', always: true }),
    refresh_interval: duration({ default: 60_000, always: true }),
    region: text({ default: 'global', always: true }),
    server: text({ default: 'http://localhost:4646', always: true }),
    tag_separator: text({ default: ',' }),
  }),
  (config) =>
    config.server.trim() === ''
      ? 'nomad SD configuration requires a server address'
      : httpClientFault(config),
);

const eurekaSection = check(
  section('eureka.plain', {
    server: text(),
    ...httpClientFields,
    refresh_interval: duration({ default: 30_000 }),
  }),
  (config) => {
    if (config.server === '') return 'eureka_sd: empty or null eureka server';
    const fault = urlFault(config.server);
    if (fault !== undefined) return fault;
    return hasSchemeAndHost(config.server) ? httpClientFault(config) : 'eureka_sd: invalid eureka server URL';
  },
);

const kumaSection = check(
  section('xds.plainKumaConf', {
    ...httpClientFields,
    refresh_interval: duration({ default: 15_000 }),
    fetch_timeout: duration({ default: 120_000 }),
    server: text(),
    client_id: text(),
  }),
  (config) => {
    if (config.server === '') return 'kuma SD server must not be empty: ';
    const fault = urlFault(config.server);
    if (fault !== undefined) return fault;
    return hasSchemeAndHost(config.server)
      ? httpClientFault(config)
      : `kuma SD server must not be empty and have a scheme: ${config.server}`;
  },
);

const marathonSection = check(
  section('marathon.plain', {
    servers: list(text({ always: true })),
    refresh_interval: duration({ default: 30_000 }),
    auth_token: secret(),
    auth_token_file: filePath(),
    ...httpClientFields,
  }),
  (config) => {
    const one = (names: string): string => `marathon_sd: at most one of ${names} must be configured`;
    if (config.servers.length === 0) return 'marathon_sd: must contain at least one Marathon server';
    const hasToken = config.auth_token !== undefined;
    const hasTokenFile = config.auth_token_file !== '';
    if (hasToken && hasTokenFile) return one('auth_token & auth_token_file');
    if (hasToken || hasTokenFile) {
      if (config.basic_auth !== undefined) return one('basic_auth, auth_token & auth_token_file');
      if (config.bearer_token !== undefined || config.bearer_token_file !== '') {
        return one('bearer_token, bearer_token_file, auth_token & auth_token_file');
      }
      if (config.authorization !== undefined) return one('auth_token, auth_token_file & authorization');
    }
    return httpClientFault(config);
  },
);

/** Nerve's and serversets' trees in ZooKeeper. */
function zookeeperSection(name: string) {
  return check(
    section('zookeeper.plain', {
      servers: list(text({ always: true }), { always: true }),
      paths: list(text({ always: true }), { always: true }),
      timeout: duration({ default: 10_000 }),
    }),
    ({ servers, paths }) => {
      if (servers.length === 0) return `${name} SD config must contain at least one Zookeeper server`;
      if (paths.length === 0) return `${name} SD config must contain at least one path`;
      const wrong = paths.find((path) => !path.startsWith('/'));
      return wrong === undefined ? undefined : `${name} SD config paths must begin with '/': ${wrong}`;
    },
  );
}

export const registryDiscoveryFields = {
  consul_sd_configs: discoveryList('consul', consulSection),
  eureka_sd_configs: discoveryList('eureka', eurekaSection),
  kuma_sd_configs: discoveryList('kuma', kumaSection, 'xds.SDConfig'),
  marathon_sd_configs: discoveryList('marathon', marathonSection),
  nerve_sd_configs: discoveryList('nerve', zookeeperSection('nerve'), 'zookeeper.NerveSDConfig'),
  nomad_sd_configs: discoveryList('nomad', nomadSection),
  serverset_sd_configs: discoveryList(
    'serverset',
    zookeeperSection('serverset'),
    'zookeeper.ServersetSDConfig',
  ),
};
