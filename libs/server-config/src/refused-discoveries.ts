import { refusedList } from './other-sections.js';

/** The service discoveries of upstream that are not here yet. */
const MISSING = [
  'aws',
  'azure',
  'consul',
  'digitalocean',
  'dns',
  'docker',
  'dockerswarm',
  'ec2',
  'eureka',
  'gce',
  'hetzner',
  'ionos',
  'kubernetes',
  'kuma',
  'lightsail',
  'linode',
  'marathon',
  'nerve',
  'nomad',
  'oci',
  'openstack',
  'outscale',
  'ovhcloud',
  'puppetdb',
  'scaleway',
  'serverset',
  'stackit',
  'triton',
  'uyuni',
  'vultr',
] as const;

/** Fields that stop the start with a reason of their own, lest they look misspelt. */
export const refusedDiscoveryFields = Object.fromEntries(
  MISSING.map((name) => {
    const field = `${name}_sd_configs`;
    return [field, refusedList(field, `[]*${name}.SDConfig`)];
  }),
);
