import { defineCollector } from '../collector.js';
import { fieldsOf, listDirectoryIfThere, readAttribute, readNumberIfThere } from '../host/files.js';

/** Files below `cpufreq`, in kHz. */
const frequencies = [
  ['cpuinfo_cur_freq', 'node_cpu_frequency_hertz', 'Current CPU thread frequency in hertz.'],
  ['cpuinfo_min_freq', 'node_cpu_frequency_min_hertz', 'Minimum CPU thread frequency in hertz.'],
  ['cpuinfo_max_freq', 'node_cpu_frequency_max_hertz', 'Maximum CPU thread frequency in hertz.'],
  ['scaling_cur_freq', 'node_cpu_scaling_frequency_hertz', 'Current scaled CPU thread frequency in hertz.'],
  [
    'scaling_min_freq',
    'node_cpu_scaling_frequency_min_hertz',
    'Minimum scaled CPU thread frequency in hertz.',
  ],
  [
    'scaling_max_freq',
    'node_cpu_scaling_frequency_max_hertz',
    'Maximum scaled CPU thread frequency in hertz.',
  ],
] as const;

/** Frequencies of the processors and what governs them. */
export const cpufreq = defineCollector({
  name: 'cpufreq',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      for (const name of listDirectoryIfThere(paths.sys('devices', 'system', 'cpu')) ?? []) {
        const cpu = /^cpu(\d+)$/.exec(name)?.[1];
        if (cpu === undefined) continue;
        const file = (entry: string): string => paths.sys('devices', 'system', 'cpu', name, 'cpufreq', entry);
        for (const [entry, metric, help] of frequencies) {
          const kilohertz = readNumberIfThere(file(entry));
          if (kilohertz !== undefined) families.gauge(metric, help, kilohertz * 1000, { cpu });
        }
        const governor = readAttribute(file('scaling_governor'));
        for (const available of fieldsOf(readAttribute(file('scaling_available_governors')) ?? '')) {
          families.gauge(
            'node_cpu_scaling_governor',
            'Current enabled CPU frequency governor.',
            available === governor ? 1 : 0,
            { cpu, governor: available },
          );
        }
      }
      return undefined;
    },
  }),
});
