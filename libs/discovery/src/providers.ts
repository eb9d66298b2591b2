import { configIdentity } from '@narthex/config';
import { type Discoverer, type DiscovererContext } from './discoverer.js';
import { type DiscoveryConfig } from './discovery-config.js';
import { DnsDiscoverer } from './dns-discoverer.js';
import { FileDiscoverer } from './file-discoverer.js';
import { HttpDiscoverer } from './http-discoverer.js';
import { StaticDiscoverer } from './static-discoverer.js';

/** One discovery that a configuration asks for. */
export interface ProviderSpec {
  /** The kind of discovery, as its field begins. */
  readonly kind: string;
  /** Equal for equal configurations, which share one discovery. */
  readonly identity: string;
  readonly create: (context: DiscovererContext) => Discoverer;
}

/** Every discovery that a job's configuration asks for. New kinds are added here and in `discoveryFields`. */
export function providersOf(config: DiscoveryConfig): readonly ProviderSpec[] {
  const {
    dns_sd_configs: names,
    file_sd_configs: files,
    http_sd_configs: urls,
    static_configs: groups,
  } = config;
  return [
    ...names.map((dns) => spec('dns', dns, (context) => new DnsDiscoverer(dns, context))),
    ...files.map((file) => spec('file', file, (context) => new FileDiscoverer(file, context))),
    ...urls.map((url) => spec('http', url, (context) => new HttpDiscoverer(url, context))),
    ...(groups.length > 0 ? [spec('static', groups, () => new StaticDiscoverer(groups))] : []),
  ];
}

function spec(kind: string, config: unknown, create: ProviderSpec['create']): ProviderSpec {
  return { kind, identity: `${kind} ${configIdentity(config)}`, create };
}
