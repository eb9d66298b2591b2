import { defineCollector, NO_DATA } from '../collector.js';
import { listDirectoryIfThere, readAttribute, readNumberIfThere } from '../host/files.js';

/** Families and the files of `/sys/class/watchdog/<watchdog>` they come from. */
const values = [
  ['bootstatus', 'bootstatus'],
  ['timeout_seconds', 'timeout'],
  ['timeleft_seconds', 'timeleft'],
  ['pretimeout_seconds', 'pretimeout'],
  ['access_cs0', 'access_cs0'],
  ['nowayout', 'nowayout'],
  ['fw_version', 'fw_version'],
] as const;

const labelNames = ['options', 'identity', 'state', 'status', 'pretimeout_governor'] as const;

/** Watchdog devices (Documentation/ABI/testing/sysfs-class-watchdog). */
export const watchdog = defineCollector({
  name: 'watchdog',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const names = listDirectoryIfThere(paths.sys('class', 'watchdog'));
      if (names === undefined) return NO_DATA;
      for (const name of names) {
        const file = (entry: string): string => paths.sys('class', 'watchdog', name, entry);
        for (const [family, entry] of values) {
          const value = readNumberIfThere(file(entry));
          const help = `Value of /sys/class/watchdog/<watchdog>/${entry}`;
          if (value !== undefined) families.gauge(`node_watchdog_${family}`, help, value, { name });
        }
        const labels = labelNames.map((label) => [label, readAttribute(file(label)) ?? '']);
        families.gauge('node_watchdog_info', 'Info of /sys/class/watchdog/<watchdog>', 1, {
          ...(Object.fromEntries(labels) as Record<string, string>),
          name,
        });
      }
      return undefined;
    },
  }),
});
