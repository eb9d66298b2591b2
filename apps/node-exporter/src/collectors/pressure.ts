import { defineCollector, NO_DATA } from '../collector.js';
import { HostFileError } from '../errors.js';
import { readText, systemErrorCode } from '../host/files.js';

/** Families, the file of `/proc/pressure` and the line in it. */
const pressures = [
  ['cpu', 'some', 'cpu_waiting', 'Total time in seconds that processes have waited for CPU time'],
  ['io', 'some', 'io_waiting', 'Total time in seconds that processes have waited due to IO congestion'],
  ['io', 'full', 'io_stalled', 'Total time in seconds no process could make progress due to IO congestion'],
  ['memory', 'some', 'memory_waiting', 'Total time in seconds that processes have waited for memory'],
  [
    'memory',
    'full',
    'memory_stalled',
    'Total time in seconds no process could make progress due to memory congestion',
  ],
  [
    'irq',
    'full',
    'irq_stalled',
    'Total time in seconds no process could make progress due to IRQ congestion',
  ],
] as const;

/** Time lost to a shortage of processors, memory or I/O (Documentation/accounting/psi.rst). */
export const pressure = defineCollector({
  name: 'pressure',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      for (const [resource, line, name, help] of pressures) {
        const path = paths.proc('pressure', resource);
        let text: string;
        try {
          text = readText(path);
        } catch (error) {
          const code = systemErrorCode(error);
          // Kernels before 6.1 have no pressure of interrupts; without PSI there is no file, or one that refuses.
          if (resource === 'irq' && code === 'ENOENT') continue;
          if (code === 'ENOENT' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') return NO_DATA;
          throw error;
        }
        const total = new RegExp(`^${line} .*total=(\\d+)`, 'm').exec(text)?.[1];
        if (total === undefined) throw new HostFileError(`no total of "${line}" in ${path}`);
        families.counter(`node_pressure_${name}_seconds_total`, help, Number(total) / 1000 / 1000);
      }
      return undefined;
    },
  }),
});
