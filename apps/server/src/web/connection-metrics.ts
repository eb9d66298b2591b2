import { Counter, type Registry } from '@narthex/client';
import { type ConnectionCounts } from '@narthex/http';

/** Counts the connections of the web listener under upstream's names. */
export function connectionMetrics(registry: Registry): ConnectionCounts {
  const counter = (name: string, help: string): (() => void) => {
    const labels = { listener_name: 'http' };
    const made = new Counter({
      name: `net_conntrack_listener_conn_${name}_total`,
      help,
      labelNames: ['listener_name'],
      registers: [registry],
    });
    made.inc(labels, 0);
    return () => made.inc(labels);
  };
  return {
    accepted: counter('accepted', 'Total number of connections opened to the listener of a given name.'),
    closed: counter(
      'closed',
      'Total number of connections closed that were made to the listener of a given name.',
    ),
  };
}
