import { check, duration, filePath, integer, list, section, secret, text } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { discoveryList, role } from './discovery-list.js';

const ACCESS_KEY = 'SCWXXXXXXXXXXXXXXXXX';
const UUID = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';
const UUID_SHAPE = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The zones that the client library of the original knows; it takes others that are made alike, too. */
const ZONES = 'fr-par-1, fr-par-2, fr-par-3, nl-ams-1, nl-ams-2, nl-ams-3, pl-waw-1, pl-waw-2, pl-waw-3';
const ZONE_SHAPE = /^[a-z]{2}-[a-z]{3}-\d+$/;

const scalewaySection = check(
  section('scaleway.plain', {
    project_id: text({ always: true }),
    api_url: text({ default: 'https://api.scaleway.com', always: true }),
    zone: text({ default: 'fr-par-1', always: true }),
    access_key: text({ always: true }),
    secret_key: secret({ always: true }),
    secret_key_file: filePath({ always: true }),
    name_filter: text(),
    tags_filter: list(text({ always: true })),
    ...httpClientFields,
    refresh_interval: duration({ default: 60_000, always: true }),
    port: integer({ default: 80, always: true }),
    role: role(['instance', 'baremetal']),
  }),
  (config) => {
    if (config.role === '') return 'role missing (one of: instance, baremetal)';
    if (config.project_id === '') return 'project_id is mandatory';
    if (config.secret_key !== undefined && config.secret_key_file !== '') {
      return 'at most one of secret_key & secret_key_file must be configured';
    }
    if (config.secret_key === undefined && config.secret_key_file === '') {
      return 'one of secret_key & secret_key_file must be configured';
    }
    if (config.access_key === '') return 'access_key is mandatory';
    return clientFault(config) ?? httpClientFault(config);
  },
);

/** What the company's client library asks of keys and names. */
function clientFault(config: {
  readonly project_id: string;
  readonly zone: string;
  readonly access_key: string;
  readonly secret_key: { reveal: () => string } | undefined;
}): string | undefined {
  const refuse = (reason: string): string => `scaleway-sdk-go: ${reason}`;
  if (!/^SCW[A-Z0-9]{17}$/.test(config.access_key)) {
    return refuse(`invalid access key format '${config.access_key}', expected ${ACCESS_KEY} format`);
  }
  if (config.secret_key !== undefined && !UUID_SHAPE.test(config.secret_key.reveal())) {
    return refuse(`invalid secret key format, expected a UUID: ${UUID}`);
  }
  if (!UUID_SHAPE.test(config.project_id)) {
    return refuse(`invalid project ID format '${config.project_id}', expected a UUID: ${UUID}`);
  }
  if (config.zone === '') return refuse('default zone cannot be empty');
  if (!ZONE_SHAPE.test(config.zone)) {
    return refuse(`invalid default zone format '${config.zone}', available zones are: ${ZONES}`);
  }
  return undefined;
}

export const scalewayDiscoveryFields = { scaleway_sd_configs: discoveryList('scaleway', scalewaySection) };
