import { stringFlag } from '@narthex/process';
import { defineCollector } from '../collector.js';
import { fieldsOf, readLines } from '../host/files.js';
import { exclusiveFilter } from '../host/pattern-filter.js';
import { netlinkFlag } from './netlink-flag.js';

/** Neighbours of each network device, from `/proc/net/arp`. */
export const arp = defineCollector({
  name: 'arp',
  enabledByDefault: true,
  flags: {
    'collector.arp.device-include': stringFlag('', {
      help: 'Regexp of arp devices to include (mutually exclusive to device-exclude).',
    }),
    'collector.arp.device-exclude': stringFlag('', {
      help: 'Regexp of arp devices to exclude (mutually exclusive to device-include).',
    }),
    'collector.arp.netlink': netlinkFlag('/proc/net/arp'),
  },
  create({ paths }, flags) {
    const devices = exclusiveFilter(
      'device',
      flags['collector.arp.device-include'],
      flags['collector.arp.device-exclude'],
    );
    return {
      collect(families) {
        const counts = new Map<string, number>();
        for (const line of readLines(paths.proc('net', 'arp')).slice(1)) {
          const device = fieldsOf(line).at(-1);
          if (device === undefined || !devices.shows(device)) continue;
          counts.set(device, (counts.get(device) ?? 0) + 1);
        }
        for (const [device, count] of counts) {
          families.gauge('node_arp_entries', 'ARP entries by device', count, { device });
        }
        return undefined;
      },
    };
  },
});
