import { stringFlag } from '@narthex/process';
import { statSync } from 'node:fs';
import { defineCollector, NO_DATA } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { listDirectoryIfThere, readAttribute } from '../host/files.js';
import { exclusiveFilter, type PatternFilter } from '../host/pattern-filter.js';
import { chipName, cleanName } from './hwmon-chip.js';
import { addSensor, type SensorProperties } from './hwmon-sensor.js';

const sensorTypes: ReadonlySet<string> = new Set([
  'vrm',
  'beep_enable',
  'update_interval',
  'in',
  'cpu',
  'fan',
  'pwm',
  'temp',
  'curr',
  'power',
  'energy',
  'humidity',
  'intrusion',
  'freq',
]);

/** Temperatures, voltages and fans (Documentation/hwmon/sysfs-interface.rst). */
export const hwmon = defineCollector({
  name: 'hwmon',
  enabledByDefault: true,
  flags: {
    'collector.hwmon.chip-include': stringFlag('', {
      help: 'Regexp of hwmon chip to include (mutually exclusive to device-exclude).',
    }),
    'collector.hwmon.chip-exclude': stringFlag('', {
      help: 'Regexp of hwmon chip to exclude (mutually exclusive to device-include).',
    }),
    'collector.hwmon.sensor-include': stringFlag('', {
      help: 'Regexp of hwmon sensor to include (mutually exclusive to sensor-exclude).',
    }),
    'collector.hwmon.sensor-exclude': stringFlag('', {
      help: 'Regexp of hwmon sensor to exclude (mutually exclusive to sensor-include).',
    }),
  },
  create({ paths }, flags) {
    const filter = (what: 'chip' | 'sensor'): PatternFilter =>
      exclusiveFilter(
        `hwmon ${what}`,
        flags[`collector.hwmon.${what}-include`],
        flags[`collector.hwmon.${what}-exclude`],
      );
    const chips = filter('chip');
    const sensors = filter('sensor');
    return {
      collect(families) {
        const names = listDirectoryIfThere(paths.sys('class', 'hwmon'));
        if (names === undefined) return NO_DATA;
        for (const name of names) {
          const directory = paths.sys('class', 'hwmon', name);
          if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
          const chip = chipName(directory);
          if (chips.shows(chip)) collectChip(families, directory, chip, sensors);
        }
        return undefined;
      },
    };
  },
});

function collectChip(families: FamilySet, directory: string, chip: string, shown: PatternFilter): void {
  const sensors = new Map<string, SensorProperties>();
  readSensors(directory, sensors);
  // Older drivers keep their files with the device.
  readSensors(`${directory}/device`, sensors);

  const chipLabel = cleanName(readAttribute(`${directory}/name`) ?? '');
  if (chipLabel !== '') {
    const help = 'Annotation metric for human-readable chip names';
    families.gauge('node_hwmon_chip_names', help, 1, { chip, chip_name: chipLabel });
  }
  for (const [sensor, properties] of sensors) {
    if (shown.shows(`${chip};${sensor}`)) addSensor(families, chip, sensor, properties);
  }
}

/** Files are called as `temp1_input`: type, number, property. */
function readSensors(directory: string, sensors: Map<string, SensorProperties>): void {
  for (const file of listDirectoryIfThere(directory) ?? []) {
    const [, type, number, property = ''] = /^([^0-9]+)([0-9]*)(?:_(.+))?$/.exec(file) ?? [];
    if (type === undefined || number === undefined || !sensorTypes.has(type)) continue;
    const value = readAttribute(`${directory}/${file}`);
    if (value === undefined) continue;
    const sensor = `${type}${Number(number)}`;
    const known = sensors.get(sensor) ?? { type, values: new Map<string, string>() };
    known.values.set(property, value);
    sensors.set(sensor, known);
  }
}
