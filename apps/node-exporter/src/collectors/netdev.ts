import { booleanFlag, stringFlag } from '@narthex/process';
import { networkInterfaces } from 'node:os';
import { type Collector, defineCollector } from '../collector.js';
import { HostFileError } from '../errors.js';
import { type FamilySet } from '../families/family-set.js';
import { fieldsOf, listDirectoryIfThere, readLines, readNumberIfThere } from '../host/files.js';
import { type HostPaths } from '../host/paths.js';
import { exclusiveFilter, type PatternFilter } from '../host/pattern-filter.js';
import { addAddresses } from './netdev-addresses.js';
import { netlinkFlag } from './netlink-flag.js';

/** Bytes, packets and errors of each network device. */
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
    'collector.netdev.enable-detailed-metrics': booleanFlag(false, {
      help: 'Use (incompatible) metric names that provide more detailed stats on Linux',
    }),
    'collector.netdev.netlink': netlinkFlag('/proc/net/dev'),
  },
  create: ({ paths }, flags) =>
    new NetdevCollector(paths, {
      devices: exclusiveFilter(
        'device',
        flags['collector.netdev.device-include'],
        flags['collector.netdev.device-exclude'],
      ),
      addresses: flags['collector.netdev.address-info'],
      detailed: flags['collector.netdev.enable-detailed-metrics'],
      netlink: flags['collector.netdev.netlink'],
    }),
});

interface NetdevOptions {
  readonly devices: PatternFilter;
  readonly addresses: boolean;
  readonly detailed: boolean;
  readonly netlink: boolean;
}

/** Counters of one device, by the name that follows `node_network_`. */
type DeviceCounters = [name: string, value: number][];

class NetdevCollector implements Collector {
  readonly #paths: HostPaths;
  readonly #options: NetdevOptions;

  constructor(paths: HostPaths, options: NetdevOptions) {
    this.#paths = paths;
    this.#options = options;
  }

  collect(families: FamilySet): undefined {
    const { netlink, detailed, addresses } = this.#options;
    const counters = netlink && detailed ? this.#fromSysfs() : this.#fromProc();
    for (const [device, values] of counters) {
      for (const [name, value] of values) {
        families.counter(`node_network_${name}_total`, `Network device statistic ${name}.`, value, {
          device,
        });
      }
    }
    if (addresses) addAddresses(families, networkInterfaces());
    return undefined;
  }

  /** The rows of `/proc/net/dev`: as many columns for receiving as the header tells, then those for transmitting. */
  #fromProc(): Map<string, DeviceCounters> {
    const path = this.#paths.proc('net', 'dev');
    const [, header = '', ...rows] = readLines(path);
    const [, received, transmitted] = header.split('|').map(fieldsOf);
    if (received === undefined || transmitted === undefined)
      throw new HostFileError(`invalid header line in ${path}`);
    const names = [
      ...received.map((name) => `receive_${name}`),
      ...transmitted.map((name) => `transmit_${name}`),
    ];
    const counters = new Map<string, DeviceCounters>();
    for (const row of rows) {
      const colon = row.lastIndexOf(':');
      const device = row.slice(0, colon).trim();
      if (!this.#options.devices.shows(device)) continue;
      const values = fieldsOf(row.slice(colon + 1));
      if (values.length !== names.length) throw new HostFileError(`invalid line in ${path}: ${row}`);
      const found: DeviceCounters = names.map((name, at) => [name, Number(values[at])]);
      counters.set(device, found);
      if (!this.#options.netlink) continue;
      // The one counter that netlink tells and this file does not.
      const noHandler = readNumberIfThere(
        this.#paths.sys('class', 'net', device, 'statistics', 'rx_nohandler'),
      );
      if (noHandler !== undefined) found.push(['receive_nohandler', noHandler]);
    }
    return counters;
  }

  /** Every counter that the kernel keeps of a device, under the names of netlink's `rtnl_link_stats64`. */
  #fromSysfs(): Map<string, DeviceCounters> {
    const counters = new Map<string, DeviceCounters>();
    for (const device of listDirectoryIfThere(this.#paths.sys('class', 'net')) ?? []) {
      const directory = this.#paths.sys('class', 'net', device, 'statistics');
      const files = listDirectoryIfThere(directory);
      if (files === undefined || !this.#options.devices.shows(device)) continue;
      const found: DeviceCounters = [];
      for (const file of files) {
        const value = readNumberIfThere(`${directory}/${file}`);
        if (value !== undefined)
          found.push([file.replace(/^rx_/, 'receive_').replace(/^tx_/, 'transmit_'), value]);
      }
      counters.set(device, found);
    }
    return counters;
  }
}
