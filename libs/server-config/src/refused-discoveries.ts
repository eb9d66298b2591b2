import { refusedList } from './other-sections.js';

/** The service discoveries of upstream that are not here yet. */
const MISSING = [
  'aws',
  'azure',
  'consul',
  'digitalocean',
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

type MissingField = `${(typeof MISSING)[number]}_sd_configs`;

/** Their fields; that one is not empty is refused with a reason of its own, lest it looks misspelt. */
export const refusedDiscoveryFields = Object.fromEntries(
  MISSING.map((name) => [`${name}_sd_configs`, refusedList(`[]*${name}.SDConfig`)]),
) as Record<MissingField, ReturnType<typeof refusedList>>;

/** The names of those fields that are not empty. */
export function refusedDiscoveries(
  config: Readonly<Record<MissingField, readonly unknown[]>>,
): MissingField[] {
  return MISSING.map((name): MissingField => `${name}_sd_configs`).filter(
    (field) => config[field].length > 0,
  );
}
