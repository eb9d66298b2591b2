import { check, duration, integer, list, section, text } from '@narthex/config';
import { type z } from 'zod';

/** The kinds of record that can be asked for. */
export const DNS_RECORD_TYPES = ['SRV', 'A', 'AAAA', 'MX', 'NS'] as const;
export type DnsRecordType = (typeof DNS_RECORD_TYPES)[number];

/** One element of `dns_sd_configs`. */
export const dnsDiscoverySection = check(
  section('dns.plain', {
    names: list(text(), { goType: '[]string', always: true }),
    refresh_interval: duration({ default: 30_000 }),
    type: text({ default: 'SRV', always: true }),
    port: integer({ always: true }),
  }),
  ({ names, type, port }) => {
    if (names.length === 0) return 'DNS-SD config must contain at least one SRV record name';
    const known = dnsRecordType(type);
    if (known === undefined) return `invalid DNS-SD records type ${type}`;
    if (known === 'SRV' || port !== 0) return undefined;
    return 'a port is required in DNS-SD configs for all record types except SRV';
  },
);
export type DnsDiscoveryConfig = z.output<typeof dnsDiscoverySection>;

/** The type that a configuration names, in capitals or not. */
export function dnsRecordType(name: string): DnsRecordType | undefined {
  return DNS_RECORD_TYPES.find((known) => known === name.toUpperCase());
}
