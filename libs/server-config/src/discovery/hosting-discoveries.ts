import { check, duration, integer, section, secret, text } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { discoveryList, role, urlFault } from './discovery-list.js';

/*
 * Discoveries that ask the interface of a hosting company: fields, defaults and refusals.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */

const MINUTE_MS = 60_000;

const refreshFields = {
  refresh_interval: duration({ default: MINUTE_MS, always: true }),
  port: integer({ default: 80, always: true }),
};

const digitaloceanSection = check(
  section('digitalocean.plain', { ...httpClientFields, ...refreshFields }),
  httpClientFault,
);

const hetznerSection = check(
  section('hetzner.plain', {
    ...httpClientFields,
    ...refreshFields,
    role: role(['robot', 'hcloud']),
    label_selector: text(),
  }),
  (config) => (config.role === '' ? 'role missing (one of: robot, hcloud)' : httpClientFault(config)),
);

const ionosSection = check(
  section('ionos.plain', { datacenter_id: text({ always: true }), ...httpClientFields, ...refreshFields }),
  (config) => (config.datacenter_id === '' ? "datacenter id can't be empty" : httpClientFault(config)),
);

const linodeSection = check(
  section('linode.plain', {
    ...httpClientFields,
    ...refreshFields,
    tag_separator: text({ default: ',' }),
    region: text(),
  }),
  httpClientFault,
);

const vultrSection = check(
  section('vultr.plain', { ...httpClientFields, ...refreshFields }),
  httpClientFault,
);

const gceSection = check(
  section('gce.plain', {
    project: text({ always: true }),
    zone: text({ always: true }),
    filter: text(),
    ...refreshFields,
    tag_separator: text({ default: ',' }),
  }),
  ({ project, zone }) => {
    if (project === '') return 'GCE SD configuration requires a project';
    return zone === '' ? 'GCE SD configuration requires a zone' : undefined;
  },
);

const OVH_SERVICES = ['vps', 'dedicated_server'];

const ovhcloudSection = check(
  section('ovhcloud.plain', {
    endpoint: text({ default: 'ovh-eu', always: true }),
    application_key: text({ always: true }),
    application_secret: secret({ always: true }),
    consumer_key: secret({ always: true }),
    refresh_interval: duration({ default: MINUTE_MS, always: true }),
    service: text({ always: true }),
  }),
  (config) => {
    if (config.endpoint === '') return 'endpoint can not be empty';
    if (config.application_key === '') return 'application key can not be empty';
    if (config.application_secret === undefined) return 'application secret can not be empty';
    if (config.consumer_key === undefined) return 'consumer key can not be empty';
    return OVH_SERVICES.includes(config.service) ? undefined : `unknown service: ${config.service}`;
  },
);

const outscaleSection = check(
  section('outscale.plain', {
    endpoint: text(),
    region: text({ default: 'eu-west-2', always: true }),
    access_key: text({ always: true }),
    secret_key: secret({ always: true }),
    ...refreshFields,
    ...httpClientFields,
  }),
  (config) => {
    if (config.region === '') return 'outscale SD configuration requires a region';
    if (config.access_key === '' || config.secret_key === undefined) {
      return 'outscale SD configuration requires access_key and secret_key';
    }
    return httpClientFault(config);
  },
);

const stackitSection = check(
  section('stackit.plain', {
    ...httpClientFields,
    ...refreshFields,
    region: text({ default: 'eu01', always: true }),
    endpoint: text({ always: true }),
    project: text({ always: true }),
    service_account_key: text({ always: true }),
    private_key: text({ always: true }),
    service_account_key_path: text({ always: true }),
    private_key_path: text({ always: true }),
    credentials_file_path: text({ always: true }),
  }),
  (config) => {
    if (config.endpoint === '' && config.region === '') return 'endpoint or region missing';
    const fault = urlFault(config.endpoint);
    if (fault !== undefined) return `invalid endpoint ${JSON.stringify(config.endpoint)}: ${fault}`;
    return httpClientFault(config);
  },
);

export const hostingDiscoveryFields = {
  digitalocean_sd_configs: discoveryList('digitalocean', digitaloceanSection),
  gce_sd_configs: discoveryList('gce', gceSection),
  hetzner_sd_configs: discoveryList('hetzner', hetznerSection),
  ionos_sd_configs: discoveryList('ionos', ionosSection),
  linode_sd_configs: discoveryList('linode', linodeSection),
  outscale_sd_configs: discoveryList('outscale', outscaleSection),
  ovhcloud_sd_configs: discoveryList('ovhcloud', ovhcloudSection),
  stackit_sd_configs: discoveryList('stackit', stackitSection),
  vultr_sd_configs: discoveryList('vultr', vultrSection),
};
