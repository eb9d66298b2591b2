import { defineCollector } from '../collector.js';
import { listDirectoryIfThere, readAttribute, readNumberIfThere } from '../host/files.js';

/** Temperatures of the machine's zones and how hard its fans and processors are held back. */
export const thermalZone = defineCollector({
  name: 'thermal_zone',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      for (const entry of listDirectoryIfThere(paths.sys('class', 'thermal')) ?? []) {
        const [, kind, number] = /^(thermal_zone|cooling_device)(\d+)$/.exec(entry) ?? [];
        if (kind === undefined || number === undefined) continue;
        const file = (name: string): string => paths.sys('class', 'thermal', entry, name);
        const type = readAttribute(file('type')) ?? '';
        if (kind === 'thermal_zone') {
          // A zone that is switched off refuses to be read.
          const millidegrees = readNumberIfThere(file('temp'));
          if (millidegrees === undefined) continue;
          const labels = { zone: number, type };
          families.gauge(
            'node_thermal_zone_temp',
            'Zone temperature in Celsius',
            millidegrees / 1000,
            labels,
          );
          continue;
        }
        const labels = { name: number, type };
        const current = readNumberIfThere(file('cur_state'));
        const maximum = readNumberIfThere(file('max_state'));
        if (current === undefined || maximum === undefined) continue;
        const currentHelp = 'Current throttle state of the cooling device';
        families.gauge('node_cooling_device_cur_state', currentHelp, current, labels);
        const maximumHelp = 'Maximum throttle state of the cooling device';
        families.gauge('node_cooling_device_max_state', maximumHelp, maximum, labels);
      }
      return undefined;
    },
  }),
});
