import { Counter, Gauge, type Registry } from '@narthex/client';

const KUBERNETES_ROLES = ['endpointslice', 'endpoints', 'node', 'pod', 'service', 'ingress'];
const KUBERNETES_EVENTS = ['add', 'delete', 'update'];

/**
 * What upstream counts from its start of discoveries that are not here: at zero, as there while none is configured, so
 * that alerts and dashboards find their series.
 */
export function registerAbsentDiscoveries(registry: Registry): void {
  const registers = [registry];
  const events = new Counter({
    name: 'prometheus_sd_kubernetes_events_total',
    help: 'The number of Kubernetes events handled.',
    labelNames: ['role', 'event'],
    registers,
  });
  for (const role of KUBERNETES_ROLES) {
    for (const event of KUBERNETES_EVENTS) events.inc({ role, event }, 0);
  }
  const counters = [
    ['prometheus_sd_kubernetes_failures_total', 'The number of failed WATCH/LIST requests.'],
    ['prometheus_sd_azure_failures_total', 'Number of Azure service discovery refresh failures.'],
    ['prometheus_sd_azure_cache_hit_total', 'Number of cache hit during refresh.'],
    ['prometheus_sd_consul_rpc_failures_total', 'The number of Consul RPC call failures.'],
    ['prometheus_sd_kuma_fetch_failures_total', 'The number of Kuma MADS fetch call failures.'],
    [
      'prometheus_sd_kuma_fetch_skipped_updates_total',
      'The number of Kuma MADS fetch calls that result in no updates to the targets.',
    ],
    ['prometheus_sd_linode_failures_total', 'Number of Linode service discovery refresh failures.'],
    ['prometheus_sd_nomad_failures_total', 'Number of nomad service discovery refresh failures.'],
    ['prometheus_treecache_zookeeper_failures_total', 'The total number of ZooKeeper failures.'],
  ] as const;
  for (const [name, help] of counters) new Counter({ name, help, registers });
  new Gauge({
    name: 'prometheus_treecache_watcher_goroutines',
    help: 'The current number of watcher goroutines.',
    registers,
  });
}
