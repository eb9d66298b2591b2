import { check, duration, flag, integer, list, section, secret, text } from '@narthex/config';
import { httpClientFault, httpClientFields, tlsField } from '@narthex/httpclient';
import { discoveryList, role } from './discovery-list.js';

const AUTHENTICATION_METHODS = ['OAuth', 'ManagedIdentity', 'SDK'];

const azureSection = check(
  section('azure.plain', {
    environment: text({ default: 'AzurePublicCloud' }),
    port: integer({ default: 80, always: true }),
    subscription_id: text({ always: true }),
    tenant_id: text(),
    client_id: text(),
    client_secret: secret(),
    refresh_interval: duration({ default: 300_000 }),
    authentication_method: text({ default: 'OAuth' }),
    resource_group: text(),
    ...httpClientFields,
  }),
  (config) => {
    const required = (name: string): string => `azure SD configuration requires a ${name}`;
    if (config.subscription_id === '') return required('subscription_id');
    if (config.authentication_method === 'OAuth') {
      if (config.tenant_id === '') return required('tenant_id');
      if (config.client_id === '') return required('client_id');
      if (config.client_secret === undefined) return required('client_secret');
    }
    if (!AUTHENTICATION_METHODS.includes(config.authentication_method)) {
      const given = JSON.stringify(config.authentication_method);
      return `unknown authentication_type ${given}. Supported types are "OAuth", "ManagedIdentity" or "SDK"`;
    }
    return httpClientFault(config);
  },
);

const AVAILABILITIES = ['public', 'internal', 'admin'];

const openstackSection = check(
  section('openstack.plain', {
    identity_endpoint: text({ always: true }),
    username: text({ always: true }),
    userid: text({ always: true }),
    password: secret({ always: true }),
    project_name: text({ always: true }),
    project_id: text({ always: true }),
    domain_name: text({ always: true }),
    domain_id: text({ always: true }),
    application_credential_name: text({ always: true }),
    application_credential_id: text({ always: true }),
    application_credential_secret: secret({ always: true }),
    role: role(['hypervisor', 'instance', 'loadbalancer'], 'unknown OpenStack SD role'),
    region: text({ always: true }),
    refresh_interval: duration({ default: 60_000, always: true }),
    port: integer({ default: 80, always: true }),
    all_tenants: flag(),
    tls_config: tlsField,
    availability: text({ default: 'public' }),
  }),
  (config) => {
    if (!AVAILABILITIES.includes(config.availability)) {
      return `unknown availability ${config.availability}, must be one of admin, internal or public`;
    }
    if (config.role === '') return 'role missing (one of: instance, hypervisor, loadbalancer)';
    return config.region === '' ? 'openstack SD configuration requires a region' : undefined;
  },
);

const TRITON_ROLES = ['container', 'cn'];

const tritonSection = check(
  section('triton.plain', {
    account: text({ always: true }),
    role: text({ default: 'container', always: true }),
    dns_suffix: text({ always: true }),
    endpoint: text({ always: true }),
    groups: list(text({ always: true })),
    port: integer({ default: 9163, always: true }),
    refresh_interval: duration({ default: 60_000 }),
    tls_config: tlsField,
    version: integer({ default: 1, always: true }),
  }),
  (config) => {
    const refuse = (reason: string): string => `triton SD configuration requires ${reason}`;
    if (!TRITON_ROLES.includes(config.role)) return refuse("role to be 'container' or 'cn'");
    if (config.account === '') return refuse('an account');
    if (config.dns_suffix === '') return refuse('a dns_suffix');
    if (config.endpoint === '') return refuse('an endpoint');
    return config.refresh_interval > 0 ? undefined : refuse('RefreshInterval to be a positive integer');
  },
);

export const platformDiscoveryFields = {
  azure_sd_configs: discoveryList('azure', azureSection),
  openstack_sd_configs: discoveryList('openstack', openstackSection),
  triton_sd_configs: discoveryList('triton', tritonSection),
};
