import { booleanFlag, stringFlag } from '@narthex/process';
import { type Collector, defineCollector } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { readAttribute, readText } from '../host/files.js';
import { type HostPaths } from '../host/paths.js';
import { PatternFilter } from '../host/pattern-filter.js';
import { CPU_MODES, CpuTimes, GUEST_MODES } from './cpu-times.js';
import { parseCpuInfo } from './cpuinfo.js';
import { collectThrottles } from './cpu-throttle.js';

interface CpuOptions {
  readonly guest: boolean;
  readonly info: boolean;
  readonly flags: PatternFilter | undefined;
  readonly bugs: PatternFilter | undefined;
}

/** Time of each processor in each mode, how often it was throttled, and on demand what it is. */
export const cpu = defineCollector({
  name: 'cpu',
  enabledByDefault: true,
  flags: {
    'collector.cpu.guest': booleanFlag(true, { help: 'Enables metric node_cpu_guest_seconds_total' }),
    'collector.cpu.info': booleanFlag(false, { help: 'Enables metric cpu_info' }),
    'collector.cpu.info.flags-include': stringFlag('', {
      help: 'Filter the `flags` field in cpuInfo with a value that must be a regular expression',
    }),
    'collector.cpu.info.bugs-include': stringFlag('', {
      help: 'Filter the `bugs` field in cpuInfo with a value that must be a regular expression',
    }),
  },
  create({ paths }, flags) {
    const filter = (include: string): PatternFilter | undefined =>
      include === '' ? undefined : new PatternFilter({ include });
    const cpuFlags = filter(flags['collector.cpu.info.flags-include']);
    const bugs = filter(flags['collector.cpu.info.bugs-include']);
    return new CpuCollector(paths, {
      guest: flags['collector.cpu.guest'],
      info: flags['collector.cpu.info'] || cpuFlags !== undefined || bugs !== undefined,
      flags: cpuFlags,
      bugs,
    });
  },
});

class CpuCollector implements Collector {
  readonly #paths: HostPaths;
  readonly #options: CpuOptions;
  readonly #times = new CpuTimes();
  readonly #isolated: readonly string[];

  constructor(paths: HostPaths, options: CpuOptions) {
    this.#paths = paths;
    this.#options = options;
    this.#isolated = cpuList(readAttribute(paths.sys('devices', 'system', 'cpu', 'isolated')) ?? '');
  }

  collect(families: FamilySet): undefined {
    if (this.#options.info) this.#collectInfo(families);
    this.#collectTimes(families);
    for (const cpuNumber of this.#isolated) {
      const help = 'Whether each core is isolated, information from /sys/devices/system/cpu/isolated.';
      families.gauge('node_cpu_isolated', help, 1, { cpu: cpuNumber });
    }
    collectThrottles(this.#paths, families);
    return undefined;
  }

  #collectTimes(families: FamilySet): void {
    this.#times.update(readText(this.#paths.proc('stat')));
    for (const [cpuNumber, seconds] of this.#times.seconds()) {
      for (const mode of CPU_MODES) {
        const labels = { cpu: cpuNumber, mode };
        families.counter(
          'node_cpu_seconds_total',
          'Seconds the CPUs spent in each mode.',
          seconds[mode],
          labels,
        );
      }
      if (!this.#options.guest) continue;
      for (const [mode, column] of GUEST_MODES) {
        const help = 'Seconds the CPUs spent in guests (VMs) for each mode.';
        families.counter('node_cpu_guest_seconds_total', help, seconds[column], { cpu: cpuNumber, mode });
      }
    }
  }

  #collectInfo(families: FamilySet): void {
    const processors = parseCpuInfo(readText(this.#paths.proc('cpuinfo')));
    for (const { labels, frequencyHertz } of processors) {
      families.gauge('node_cpu_info', 'CPU information from /proc/cpuinfo.', 1, labels);
      const place = { package: labels.package, core: labels.core, cpu: labels.cpu };
      const help = 'CPU frequency in hertz from /proc/cpuinfo.';
      families.gauge('node_cpu_frequency_hertz', help, frequencyHertz, place);
    }
    const [first] = processors;
    for (const flag of first?.flags ?? []) {
      if (this.#options.flags?.shows(flag) !== true) continue;
      const help = 'The `flags` field of CPU information from /proc/cpuinfo taken from the first core.';
      families.gauge('node_cpu_flag_info', help, 1, { flag });
    }
    for (const bug of first?.bugs ?? []) {
      if (this.#options.bugs?.shows(bug) !== true) continue;
      const help = 'The `bugs` field of CPU information from /proc/cpuinfo taken from the first core.';
      families.gauge('node_cpu_bug_info', help, 1, { bug });
    }
  }
}

/** `1,3-4` as 1, 3 and 4. */
function cpuList(text: string): string[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, at) => String(first + at));
    });
}
