import { type networkInterfaces } from 'node:os';
import { type FamilySet } from '../families/family-set.js';

/** Addresses of network devices, as {@link networkInterfaces} lists them. */
export function addAddresses(families: FamilySet, interfaces: ReturnType<typeof networkInterfaces>): void {
  for (const [device, addresses] of Object.entries(interfaces)) {
    for (const { address, cidr } of addresses ?? []) {
      families.gauge('node_network_address_info', 'node network address by device', 1, {
        device,
        address,
        netmask: cidr?.split('/')[1] ?? '',
        scope: scopeOf(address),
      });
    }
  }
}

/** As upstream has it, for which a loopback address is link-local. */
function scopeOf(address: string): string {
  const isLinkLocal = /^(127\.|169\.254\.|224\.0\.0\.|::1$|fe[89ab][0-9a-f]:|ff[0-9a-f]2:)/i.test(address);
  if (isLinkLocal) return 'link-local';
  return /^ff[0-9a-f]1:/i.test(address) ? 'interface-local' : 'global';
}
