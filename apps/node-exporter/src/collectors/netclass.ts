import { booleanFlag, stringFlag } from '@narthex/process';
import { defineCollector, NO_DATA } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { listDirectoryIfThere, readAttribute, readNumberIfThere } from '../host/files.js';
import { PatternFilter } from '../host/pattern-filter.js';

/** Families and the files of `/sys/class/net/<iface>` they come from. */
const properties = [
  ['gauge', 'address_assign_type', 'addr_assign_type'],
  ['gauge', 'carrier', 'carrier'],
  ['counter', 'carrier_changes_total', 'carrier_changes'],
  ['counter', 'carrier_up_changes_total', 'carrier_up_count'],
  ['counter', 'carrier_down_changes_total', 'carrier_down_count'],
  ['gauge', 'device_id', 'dev_id'],
  ['gauge', 'dormant', 'dormant'],
  ['gauge', 'flags', 'flags'],
  ['gauge', 'iface_id', 'ifindex'],
  ['gauge', 'iface_link', 'iflink'],
  ['gauge', 'iface_link_mode', 'link_mode'],
  ['gauge', 'mtu_bytes', 'mtu'],
  ['gauge', 'name_assign_type', 'name_assign_type'],
  ['gauge', 'net_dev_group', 'netdev_group'],
  ['gauge', 'transmit_queue_length', 'tx_queue_len'],
  ['gauge', 'protocol_type', 'type'],
] as const;

/** IFF_UP in a device's flags. */
const upFlag = 1;

/** State and properties of network devices. */
export const netclass = defineCollector({
  name: 'netclass',
  enabledByDefault: true,
  flags: {
    'collector.netclass.ignored-devices': stringFlag('^$', {
      help: 'Regexp of net devices to ignore for netclass collector.',
    }),
    'collector.netclass.ignore-invalid-speed': booleanFlag(false, {
      help: 'Ignore devices where the speed is invalid. This will be the default behavior in 2.x.',
    }),
  },
  create({ paths }, flags) {
    const devices = new PatternFilter({ exclude: flags['collector.netclass.ignored-devices'] });
    const ignoresInvalidSpeed = flags['collector.netclass.ignore-invalid-speed'];
    return {
      collect(families) {
        const names = listDirectoryIfThere(paths.sys('class', 'net'));
        if (names === undefined) return NO_DATA;
        for (const device of names) {
          const directory = paths.sys('class', 'net', device);
          // Beside the devices stands the file `bonding_masters`.
          if (!devices.shows(device) || readAttribute(`${directory}/ifindex`) === undefined) continue;
          addDevice(families, device, directory, ignoresInvalidSpeed);
        }
        return undefined;
      },
    };
  },
});

function addDevice(
  families: FamilySet,
  device: string,
  directory: string,
  ignoresInvalidSpeed: boolean,
): void {
  const text = (file: string): string => readAttribute(`${directory}/${file}`) ?? '';
  const add = (type: 'gauge' | 'counter', name: string, value: number): void =>
    families[type](`node_network_${name}`, `Network device property: ${name}`, value, { device });
  const operstate = text('operstate');
  const isUp = operstate === 'up' ? 1 : 0;
  families.gauge('node_network_up', "Value is 1 if operstate is 'up', 0 otherwise.", isUp, { device });
  families.gauge('node_network_info', 'Non-numeric data from /sys/class/net/<iface>, value is always 1.', 1, {
    device,
    address: text('address'),
    broadcast: text('broadcast'),
    duplex: text('duplex'),
    operstate,
    adminstate: adminState(readNumberIfThere(`${directory}/flags`)),
    ifalias: text('ifalias'),
  });
  for (const [type, name, file] of properties) {
    const value = readNumberIfThere(`${directory}/${file}`);
    if (value !== undefined) add(type, name, value);
  }
  const megabits = readNumberIfThere(`${directory}/speed`);
  // Some drivers answer -1 where they do not know.
  if (megabits !== undefined && (megabits >= 0 || !ignoresInvalidSpeed)) {
    add('gauge', 'speed_bytes', Math.trunc((megabits * 1000 * 1000) / 8));
  }
}

function adminState(flags: number | undefined): string {
  if (flags === undefined) return 'unknown';
  return (flags & upFlag) === upFlag ? 'up' : 'down';
}
