import { check, duration, flag, integer, list, section, text } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { discoveryList, urlFault } from './discovery-list.js';

const filters = list(
  section('moby.Filter', {
    name: text({ always: true }),
    values: list(text({ always: true }), { always: true }),
  }),
  { goType: '[]moby.Filter', always: true },
);

function hostFault(host: string): string | undefined {
  return host === '' ? 'host missing' : urlFault(host);
}

const dockerSection = check(
  section('moby.plain', {
    ...httpClientFields,
    host: text({ always: true }),
    port: integer({ default: 80, always: true }),
    filters,
    host_networking_host: text({ default: 'localhost', always: true }),
    refresh_interval: duration({ default: 60_000, always: true }),
    match_first_network: flag({ default: true, always: true }),
  }),
  (config) => hostFault(config.host) ?? httpClientFault(config),
);

const SWARM_ROLES = ['services', 'nodes', 'tasks'];

const dockerswarmSection = check(
  section('moby.plain', {
    ...httpClientFields,
    host: text({ always: true }),
    role: text({ always: true }),
    port: integer({ default: 80, always: true }),
    filters,
    refresh_interval: duration({ default: 60_000, always: true }),
  }),
  (config) => {
    const fault = hostFault(config.host);
    if (fault !== undefined) return fault;
    if (config.role === '') return 'role missing (one of: tasks, services, nodes)';
    if (!SWARM_ROLES.includes(config.role)) {
      return `invalid role ${config.role}, expected tasks, services, or nodes`;
    }
    return httpClientFault(config);
  },
);

export const dockerDiscoveryFields = {
  docker_sd_configs: discoveryList('docker', dockerSection, 'moby.DockerSDConfig'),
  dockerswarm_sd_configs: discoveryList('dockerswarm', dockerswarmSection, 'moby.DockerSwarmSDConfig'),
};
