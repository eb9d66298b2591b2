import { type FamilySet } from '../families/family-set.js';
import { toNumber } from '../host/files.js';
import { cleanName } from './hwmon-chip.js';

export interface SensorProperties {
  /** As `temp` or `fan`. */
  readonly type: string;
  /** By the part of the file's name behind the number: `input`, `max`, empty for none. */
  readonly values: Map<string, string>;
}

interface Shape {
  readonly suffix: string;
  readonly help: string;
  readonly scale?: (value: number) => number;
  readonly type?: 'counter';
}

const thousandths = (value: number): number => value * 0.001;
const millionths = (value: number): number => value / 1e6;

/** Adds the families of one sensor. */
export function addSensor(
  families: FamilySet,
  chip: string,
  sensor: string,
  { type, values }: SensorProperties,
): void {
  const labels = { chip, sensor };
  const label = values.get('label') ?? '';
  if (label !== '') {
    const help = 'Label for given chip and sensor';
    families.gauge('node_hwmon_sensor_label', help, 1, { ...labels, label });
  }
  const whole = values.get('') ?? '';
  const number = toNumber(whole);
  switch (type) {
    case 'beep_enable':
      families.gauge('node_hwmon_beep_enabled', 'Hardware beep enabled', whole === '1' ? 1 : 0, labels);
      return;
    case 'vrm':
      if (number === undefined) return;
      families.gauge('node_hwmon_voltage_regulator_version', 'Hardware voltage regulator', number, labels);
      return;
    case 'update_interval': {
      if (number === undefined) return;
      const help = 'Hardware monitor update interval';
      families.gauge('node_hwmon_update_interval_seconds', help, thousandths(number), labels);
      return;
    }
  }
  for (const [property, text] of values) {
    const value = toNumber(text);
    if (property === 'label' || value === undefined) continue;
    if (type === 'freq' && property === 'input') {
      const name = cleanName(label);
      if (name === '') continue;
      const help = 'Hardware monitor for GPU frequency in MHz';
      families.gauge('node_hwmon_freq_freq_mhz', help, millionths(value), { chip, sensor: name });
      continue;
    }
    const { suffix, help, scale, type: kind } = shapeOf(type, property);
    const name = `node_hwmon_${type}${propertySuffix(property, values)}${suffix}`;
    families[kind ?? 'gauge'](name, help, scale?.(value) ?? value, labels);
  }
}

/** The reading itself is called as the sensor, unless a file of that name is there, too. */
function propertySuffix(property: string, values: ReadonlyMap<string, string>): string {
  if (property === '') return '';
  if (property === 'input') return values.has('') ? '_input' : '';
  return `_${cleanName(property)}`;
}

/** Unit and help of a property. */
function shapeOf(type: string, property: string): Shape {
  if (property === 'fault' || property === 'alarm') {
    return { suffix: '', help: `Hardware sensor ${property} status (${type})` };
  }
  if (property === 'beep') {
    return { suffix: '_enabled', help: 'Hardware monitor sensor has beeping enabled' };
  }
  return unitOf(type, property) ?? { suffix: '', help: `Hardware monitor ${type} element ${property}` };
}

function unitOf(type: string, property: string): Shape | undefined {
  switch (type) {
    case 'in':
    case 'cpu':
      return { suffix: '_volts', help: `Hardware monitor for voltage (${property})`, scale: thousandths };
    case 'temp':
      if (property === 'type') return undefined;
      return {
        suffix: '_celsius',
        help: `Hardware monitor for temperature (${property})`,
        scale: thousandths,
      };
    case 'curr':
      return { suffix: '_amps', help: `Hardware monitor for current (${property})`, scale: thousandths };
    case 'energy':
      return {
        suffix: '_joule_total',
        help: `Hardware monitor for joules used so far (${property})`,
        scale: millionths,
        type: 'counter',
      };
    case 'power':
      return powerUnit(property);
    case 'humidity':
      return {
        suffix: '',
        help: `Hardware monitor for humidity, as a ratio (multiply with 100.0 to get the humidity as a percentage) (${property})`,
        scale: millionths,
      };
    case 'fan':
      if (!['input', 'min', 'max', 'target'].includes(property)) return undefined;
      return { suffix: '_rpm', help: `Hardware monitor for fan revolutions per minute (${property})` };
    default:
      return undefined;
  }
}

function powerUnit(property: string): Shape {
  if (property === 'accuracy') {
    return { suffix: '', help: 'Hardware monitor power meter accuracy, as a ratio', scale: millionths };
  }
  if (/^average_interval(_min|_max)?$/.test(property)) {
    const help = `Hardware monitor power usage update interval (${property})`;
    return { suffix: '_seconds', help, scale: thousandths };
  }
  return {
    suffix: '_watt',
    help: `Hardware monitor for power usage in watts (${property})`,
    scale: millionths,
  };
}
