import { defineCollector } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { fieldsOf, listDirectoryIfThere, readAttribute } from '../host/files.js';
import { type HostPaths } from '../host/paths.js';
import { localTimeZone } from '../host/time-zone.js';

/** The machine's clock. */
export const time = defineCollector({
  name: 'time',
  enabledByDefault: true,
  flags: {},
  create: ({ paths, clock }) => ({
    collect(families) {
      addTime(families, clock.nowMs());
      addClockSources(families, paths);
      return undefined;
    },
  }),
});

/** The time and the offset of the local zone. */
export function addTime(families: FamilySet, nowMs: number): void {
  families.gauge('node_time_seconds', 'System time in seconds since epoch (1970).', nowMs / 1000);
  const { name, offsetSeconds } = localTimeZone(new Date(nowMs));
  families.gauge('node_time_zone_offset_seconds', 'System time zone offset in seconds.', offsetSeconds, {
    time_zone: name,
  });
}

function addClockSources(families: FamilySet, paths: HostPaths): void {
  const directory = paths.sys('devices', 'system', 'clocksource');
  const read = (...parts: string[]): string =>
    readAttribute(paths.sys('devices', 'system', 'clocksource', ...parts)) ?? '';
  for (const entry of listDirectoryIfThere(directory) ?? []) {
    const device = /^clocksource(\d+)$/.exec(entry)?.[1];
    if (device === undefined) continue;
    for (const clocksource of fieldsOf(read(entry, 'available_clocksource'))) {
      const help = "Available clocksources read from '/sys/devices/system/clocksource'.";
      families.gauge('node_time_clocksource_available_info', help, 1, { clocksource, device });
    }
    const help = "Current clocksource read from '/sys/devices/system/clocksource'.";
    families.gauge('node_time_clocksource_current_info', help, 1, {
      clocksource: read(entry, 'current_clocksource'),
      device,
    });
  }
}
