import { booleanFlag, stringFlag } from '@narthex/process';
import { networkInterfaces } from 'node:os';
import { defineCollector } from '../collector.js';
import { addAddresses } from '../collectors/netdev-addresses.js';
import { exclusiveFilter } from '../host/pattern-filter.js';
import { Cached } from './cached.js';

const maxAgeMs = 2_000;

/** Bytes and errors of each network device. */
export const netdev = defineCollector({
  name: 'netdev',
  enabledByDefault: true,
  flags: {
    'collector.netdev.device-include': stringFlag('', {
      help: 'Regexp of net devices to include (mutually exclusive to device-exclude).',
    }),
    'collector.netdev.device-exclude': stringFlag('', {
      help: 'Regexp of net devices to exclude (mutually exclusive to device-include).',
    }),
    'collector.netdev.address-info': booleanFlag(false, { help: 'Collect address-info for every device' }),
  },
  create({ clock }, flags) {
    const devices = exclusiveFilter(
      'device',
      flags['collector.netdev.device-include'],
      flags['collector.netdev.device-exclude'],
    );
    const statistics = new Cached(clock, maxAgeMs, async () =>
      (await import('systeminformation')).networkStats('*'),
    );
    return {
      async collect(families) {
        for (const found of await statistics.get()) {
          if (!devices.shows(found.iface)) continue;
          const counters = {
            receive_bytes: found.rx_bytes,
            receive_drop: found.rx_dropped,
            receive_errs: found.rx_errors,
            transmit_bytes: found.tx_bytes,
            transmit_drop: found.tx_dropped,
            transmit_errs: found.tx_errors,
          };
          for (const [name, value] of Object.entries(counters)) {
            families.counter(`node_network_${name}_total`, `Network device statistic ${name}.`, value, {
              device: found.iface,
            });
          }
        }
        if (flags['collector.netdev.address-info']) addAddresses(families, networkInterfaces());
        return undefined;
      },
    };
  },
});
