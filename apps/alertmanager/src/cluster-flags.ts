import { booleanFlag, durationFlag, type FlagSpec, listFlag, stringFlag } from '@narthex/process';

function duration(defaultText: string, help: string): FlagSpec<number> {
  return durationFlag(defaultText, { help, hidden: true });
}

function text(defaultValue: string, help: string): FlagSpec<string> {
  return stringFlag(defaultValue, { help, hidden: true });
}

export const DEFAULT_CLUSTER_ADDRESS = '0.0.0.0:9094';

/**
 * Upstream's flags for clusters. There is no clustering yet: they are taken so that a command line of upstream's
 * works, and warned about where they ask for a cluster.
 */
export const CLUSTER_FLAGS = {
  'cluster.listen-address': stringFlag(DEFAULT_CLUSTER_ADDRESS, {
    help: 'Listen address for cluster. There is no clustering yet: any address but the default is warned about. Set to empty string to disable HA mode.',
  }),
  'cluster.peer': listFlag([], { help: 'Initial peers (may be repeated). There is no clustering yet.' }),
  'cluster.advertise-address': text('', 'Explicit address to advertise in cluster.'),
  'cluster.peer-name': text('', 'Explicit name of the peer.'),
  'cluster.peer-timeout': duration('15s', 'Time to wait between peers to send notifications.'),
  'cluster.peers-resolve-timeout': duration('15s', 'Time to resolve peers.'),
  'cluster.gossip-interval': duration('200ms', 'Interval between sending gossip messages.'),
  'cluster.pushpull-interval': duration('1m', 'Interval for gossip state syncs.'),
  'cluster.tcp-timeout': duration('10s', 'Timeout of connections for a full state sync.'),
  'cluster.probe-timeout': duration('500ms', 'Timeout of an acknowledgement from a probed peer.'),
  'cluster.probe-interval': duration('1s', 'Interval between random probes of peers.'),
  'cluster.settle-timeout': duration('1m', 'Maximum time to wait for cluster connections to settle.'),
  'cluster.reconnect-interval': duration('10s', 'Interval between attempting to reconnect to lost peers.'),
  'cluster.reconnect-timeout': duration('6h', 'Length of time to attempt to reconnect to a lost peer.'),
  'cluster.tls-config': text('', 'Path to a file that enables TLS between peers.'),
  'cluster.allow-insecure-public-advertise-address-discovery': booleanFlag(false, {
    help: 'Allow to discover and listen on a public IP address.',
    hidden: true,
  }),
  'cluster.label': text('', 'Text that tells clusters apart.'),
} as const;
