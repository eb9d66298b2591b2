import { Labels, LabelsBuilder, type TargetGroup } from '@narthex/model';
import { type Discoverer, type DiscovererContext, type PushGroups } from './discoverer.js';
import { type DnsDiscoveryConfig, dnsRecordType, type DnsRecordType } from './dns-config.js';
import { type DnsRecord, lookUp } from './dns-lookup.js';
import { refreshRegularly } from './refresh.js';
import { readResolverConfig, type ResolverConfig } from './resolver-config.js';

const NAME_LABEL = '__meta_dns_name';
const SRV_PORT_LABEL = '__meta_dns_srv_record_port';
/** The labels for the host that a record of this type names. */
const HOST_LABELS = {
  SRV: '__meta_dns_srv_record_target',
  MX: '__meta_dns_mx_record_target',
  NS: '__meta_dns_ns_record_target',
} as const;

export interface DnsDiscovererOptions extends DiscovererContext {
  /** Read at every refresh; `/etc/resolv.conf` without it. */
  readonly resolverConfig?: () => ResolverConfig;
}

/**
 * Targets from the name service
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#dns_sd_config). A name whose servers fail
 * keeps the targets that it had.
 */
export class DnsDiscoverer implements Discoverer {
  readonly #config: DnsDiscoveryConfig;
  readonly #options: DnsDiscovererOptions;

  constructor(config: DnsDiscoveryConfig, options: DnsDiscovererOptions) {
    this.#config = config;
    this.#options = options;
  }

  run(push: PushGroups, signal: AbortSignal): Promise<void> {
    const { names, refresh_interval: intervalMs } = this.#config;
    const refresh = async (): Promise<readonly TargetGroup[]> => {
      const groups = await Promise.all(names.map((name) => this.#refresh(name, signal)));
      return groups.filter((group) => group !== undefined);
    };
    return refreshRegularly({ mechanism: 'dns', intervalMs, refresh }, this.#options, push, signal);
  }

  async #refresh(name: string, signal: AbortSignal): Promise<TargetGroup | undefined> {
    const { metrics, logger, resolverConfig } = this.#options;
    const type = dnsRecordType(this.#config.type) ?? 'SRV';
    try {
      metrics.dnsLookups.inc();
      const found = await lookUp(name, type, (resolverConfig ?? readResolverConfig)(), {
        logger,
        signal,
      });
      return {
        source: name,
        labels: Labels.EMPTY,
        targets: found.map((record) => this.#target(name, type, record)),
      };
    } catch (error) {
      if (signal.aborted) return undefined;
      metrics.dnsLookupFailures.inc();
      logger.error('Error refreshing DNS targets', { err: error instanceof Error ? error : String(error) });
      return undefined;
    }
  }

  #target(name: string, type: DnsRecordType, { host, port }: DnsRecord): Labels {
    const address = host.includes(':') ? `[${host}]` : host;
    const labels = new LabelsBuilder(Labels.EMPTY)
      .set('__address__', `${address}:${port ?? this.#config.port}`)
      .set(NAME_LABEL, name);
    if (type !== 'A' && type !== 'AAAA') labels.set(HOST_LABELS[type], `${host}.`);
    if (port !== undefined) labels.set(SRV_PORT_LABEL, String(port));
    return labels.labels();
  }
}
