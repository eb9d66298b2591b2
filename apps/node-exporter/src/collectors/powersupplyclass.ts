import { stringFlag } from '@narthex/process';
import { defineCollector, NO_DATA } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { listDirectoryIfThere, readAttribute, readNumberIfThere } from '../host/files.js';
import { PatternFilter } from '../host/pattern-filter.js';

/** Where a family is not called as its file, by the file. */
const renamed: Readonly<Record<string, string>> = {
  cycle_count: 'cyclecount',
  time_to_empty_now: 'time_to_empty_seconds',
  time_to_full_now: 'time_to_full_seconds',
  current_now: 'current_ampere',
  energy_now: 'energy_watthour',
  voltage_now: 'voltage_volt',
  charge_now: 'charge_ampere',
  power_now: 'power_watt',
};

/** Files of `/sys/class/power_supply/<power_supply>` (Documentation/ABI/testing/sysfs-class-power) by their unit. */
const plain = [
  'authentic',
  'calibrate',
  'capacity',
  'capacity_alert_max',
  'capacity_alert_min',
  'cycle_count',
  'online',
  'present',
  'time_to_empty_now',
  'time_to_full_now',
];
const millionths = [
  'current_boot',
  'current_max',
  'current_now',
  'energy_empty',
  'energy_empty_design',
  'energy_full',
  'energy_full_design',
  'energy_now',
  'voltage_boot',
  'voltage_max',
  'voltage_max_design',
  'voltage_min',
  'voltage_min_design',
  'voltage_now',
  'voltage_ocv',
  'charge_control_limit',
  'charge_control_limit_max',
  'charge_counter',
  'charge_empty',
  'charge_empty_design',
  'charge_full',
  'charge_full_design',
  'charge_now',
  'charge_term_current',
  'constant_charge_current',
  'constant_charge_current_max',
  'constant_charge_voltage',
  'constant_charge_voltage_max',
  'precharge_current',
  'input_current_limit',
  'power_now',
];
const tenthsOfDegrees = [
  'temp',
  'temp_alert_max',
  'temp_alert_min',
  'temp_ambient',
  'temp_ambient_max',
  'temp_ambient_min',
  'temp_max',
  'temp_min',
];
const labelNames = [
  'capacity_level',
  'charge_type',
  'health',
  'manufacturer',
  'model_name',
  'serial_number',
  'status',
  'technology',
  'type',
  'usb_type',
  'scope',
];

/** Batteries and mains. */
export const powersupplyclass = defineCollector({
  name: 'powersupplyclass',
  enabledByDefault: true,
  flags: {
    'collector.powersupply.ignored-supplies': stringFlag('^$', {
      help: 'Regexp of power supplies to ignore for powersupplyclass collector.',
    }),
  },
  create({ paths }, flags) {
    const supplies = new PatternFilter({ exclude: flags['collector.powersupply.ignored-supplies'] });
    return {
      collect(families) {
        const names = listDirectoryIfThere(paths.sys('class', 'power_supply'));
        if (names === undefined) return NO_DATA;
        for (const name of names) {
          if (supplies.shows(name)) addSupply(families, name, paths.sys('class', 'power_supply', name));
        }
        return undefined;
      },
    };
  },
});

function addSupply(families: FamilySet, supply: string, directory: string): void {
  const add = (file: string, family: string, scale: (value: number) => number): void => {
    const value = readNumberIfThere(`${directory}/${file}`);
    if (value === undefined) return;
    const help = `${family} value of /sys/class/power_supply/<power_supply>.`;
    families.gauge(`node_power_supply_${family}`, help, scale(value), { power_supply: supply });
  };
  for (const file of plain) add(file, renamed[file] ?? file, (value) => value);
  for (const file of millionths) add(file, renamed[file] ?? file, (value) => value / 1e6);
  for (const file of tenthsOfDegrees) add(file, `${file}_celsius`, (value) => value / 10);
  const labels: Record<string, string> = { power_supply: supply };
  for (const label of labelNames) {
    const value = readAttribute(`${directory}/${label}`) ?? '';
    if (value !== '') labels[label] = value;
  }
  families.gauge('node_power_supply_info', 'info of /sys/class/power_supply/<power_supply>.', 1, labels);
}
