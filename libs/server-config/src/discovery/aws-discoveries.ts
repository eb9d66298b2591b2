import { check, duration, integer, list, section, secret, text } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { discoveryList, role } from './discovery-list.js';

const filter = section('aws.EC2Filter', {
  name: text({ always: true }),
  values: list(text({ always: true }), { always: true }),
});

const credentialFields = {
  access_key: text(),
  secret_key: secret(),
  profile: text(),
  role_arn: text(),
  external_id: text(),
  refresh_interval: duration({ default: 60_000 }),
};

const accessFields = {
  endpoint: text({ always: true }),
  /** Where it is left out, the machine is asked for it when the discovery begins. */
  region: text({ always: true }),
  ...credentialFields,
  port: integer({ default: 80, always: true }),
};

function filterFault(filters: readonly { readonly values: readonly string[] }[]): string | undefined {
  return filters.some(({ values }) => values.length === 0)
    ? 'EC2 SD configuration filter values cannot be empty'
    : undefined;
}

const ec2Section = check(
  section('aws.plain', {
    ...accessFields,
    filters: list(filter, { goType: '[]*aws.EC2Filter', always: true }),
    ...httpClientFields,
  }),
  (config) => filterFault(config.filters) ?? httpClientFault(config),
);

const lightsailSection = check(
  section('aws.plain', { ...accessFields, ...httpClientFields }),
  httpClientFault,
);

const ROLES = ['ec2', 'ecs', 'elasticache', 'lightsail', 'msk', 'rds'];
const UNKNOWN_ROLE = 'unknown AWS SD role';

const awsSection = check(
  section('aws.plain', {
    role: role(ROLES, UNKNOWN_ROLE),
    region: text(),
    endpoint: text(),
    ...credentialFields,
    port: integer(),
    ...httpClientFields,
    filters: list(filter, { goType: '[]*aws.EC2Filter' }),
    clusters: list(text({ always: true })),
    request_concurrency: integer(),
  }),
  (config) => {
    if (config.role === '') return `${UNKNOWN_ROLE} ""`;
    return filterFault(config.filters) ?? httpClientFault(config);
  },
);

export const awsDiscoveryFields = {
  aws_sd_configs: discoveryList('aws', awsSection),
  ec2_sd_configs: discoveryList('ec2', ec2Section, 'aws.EC2SDConfig'),
  lightsail_sd_configs: discoveryList('lightsail', lightsailSection, 'aws.LightsailSDConfig'),
};
