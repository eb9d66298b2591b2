import { discoveryFields } from '@narthex/discovery';
import { refusedList } from '../other-sections.js';
import { awsDiscoveryFields } from './aws-discoveries.js';
import { dockerDiscoveryFields } from './docker-discoveries.js';
import { hostingDiscoveryFields } from './hosting-discoveries.js';
import { inventoryDiscoveryFields } from './inventory-discoveries.js';
import { kubernetesDiscoveryFields } from './kubernetes-discovery.js';
import { platformDiscoveryFields } from './platform-discoveries.js';
import { registryDiscoveryFields } from './registry-discoveries.js';
import { scalewayDiscoveryFields } from './scaleway-discovery.js';

/** Service discoveries that this version checks and does not follow. */
const unfollowedDiscoveryFields = {
  ...awsDiscoveryFields,
  ...dockerDiscoveryFields,
  ...hostingDiscoveryFields,
  ...inventoryDiscoveryFields,
  ...kubernetesDiscoveryFields,
  ...platformDiscoveryFields,
  ...registryDiscoveryFields,
  ...scalewayDiscoveryFields,
  /** What is in these is not looked at. */
  oci_sd_configs: refusedList('[]*oci.SDConfig'),
};

type UnfollowedField = keyof typeof unfollowedDiscoveryFields;

const allFields = { ...discoveryFields, ...unfollowedDiscoveryFields };

/** The fields of every service discovery there is, in the order of their names, which is how they are printed. */
export const everyDiscoveryField = Object.fromEntries(
  Object.entries(allFields).sort(([a], [b]) => (a < b ? -1 : 1)),
) as typeof allFields;

/** The names of those that this version does not follow and that are not empty. */
export function unfollowedDiscoveries(
  config: Readonly<Record<UnfollowedField, readonly unknown[]>>,
): UnfollowedField[] {
  const names = Object.keys(unfollowedDiscoveryFields) as UnfollowedField[];
  return names.filter((name) => config[name].length > 0).sort();
}
