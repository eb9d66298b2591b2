import { cpus, loadavg as averageLoads, platform, uptime } from 'node:os';
import { defineCollector, NO_DATA } from '../collector.js';
import { addLoads } from '../collectors/loadavg.js';
import { addTime } from '../collectors/time.js';
import { addUname } from '../collectors/uname.js';

/** Time of each processor in each mode. */
export const cpu = defineCollector({
  name: 'cpu',
  enabledByDefault: true,
  flags: {},
  create: () => ({
    collect(families) {
      for (const [number, { times }] of cpus().entries()) {
        const modes = { user: times.user, nice: times.nice, system: times.sys, idle: times.idle };
        for (const [mode, milliseconds] of Object.entries(modes)) {
          families.counter(
            'node_cpu_seconds_total',
            'Seconds the CPUs spent in each mode.',
            milliseconds / 1000,
            { cpu: String(number), mode },
          );
        }
      }
      return undefined;
    },
  }),
});

/** Average load; Windows keeps none. */
export const loadavg = defineCollector({
  name: 'loadavg',
  enabledByDefault: true,
  flags: {},
  create: () => ({
    collect(families) {
      if (platform() === 'win32') return NO_DATA;
      addLoads(families, averageLoads());
      return undefined;
    },
  }),
});

export const boottime = defineCollector({
  name: 'boottime',
  enabledByDefault: true,
  flags: {},
  create: ({ clock }) => ({
    collect(families) {
      const bootSeconds = Math.round(clock.nowMs() / 1000 - uptime());
      families.gauge(
        'node_boot_time_seconds',
        'Unix time of last boot, including microseconds.',
        bootSeconds,
      );
      return undefined;
    },
  }),
});

export const time = defineCollector({
  name: 'time',
  enabledByDefault: true,
  flags: {},
  create: ({ clock }) => ({
    collect(families) {
      addTime(families, clock.nowMs());
      return undefined;
    },
  }),
});

export const uname = defineCollector({
  name: 'uname',
  enabledByDefault: true,
  flags: {},
  create: () => ({
    collect(families) {
      addUname(families, '');
      return undefined;
    },
  }),
});
