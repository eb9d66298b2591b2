import { stringFlag } from '@narthex/process';
import { defineCollector } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { fieldsOf, listDirectoryIfThere, readLines, readNumberIfThere } from '../host/files.js';
import { exclusiveFilter } from '../host/pattern-filter.js';
import { collectUdevFamilies, diskInfoLabels, udevProperties } from './diskstats-udev.js';

const bytesPerSector = 512;
const secondsPerTick = 0.001;

/**
 * The statistics behind major, minor and name in a row of `/proc/diskstats`; later kernels append more
 * (Documentation/admin-guide/iostats.rst).
 */
const statistics = [
  ['counter', 'reads_completed_total', 'The total number of reads completed successfully.', 1],
  ['counter', 'reads_merged_total', 'The total number of reads merged.', 1],
  ['counter', 'read_bytes_total', 'The total number of bytes read successfully.', bytesPerSector],
  ['counter', 'read_time_seconds_total', 'The total number of seconds spent by all reads.', secondsPerTick],
  ['counter', 'writes_completed_total', 'The total number of writes completed successfully.', 1],
  ['counter', 'writes_merged_total', 'The number of writes merged.', 1],
  ['counter', 'written_bytes_total', 'The total number of bytes written successfully.', bytesPerSector],
  [
    'counter',
    'write_time_seconds_total',
    'This is the total number of seconds spent by all writes.',
    secondsPerTick,
  ],
  ['gauge', 'io_now', 'The number of I/Os currently in progress.', 1],
  ['counter', 'io_time_seconds_total', 'Total seconds spent doing I/Os.', secondsPerTick],
  [
    'counter',
    'io_time_weighted_seconds_total',
    'The weighted # of seconds spent doing I/Os.',
    secondsPerTick,
  ],
  ['counter', 'discards_completed_total', 'The total number of discards completed successfully.', 1],
  ['counter', 'discards_merged_total', 'The total number of discards merged.', 1],
  ['counter', 'discarded_sectors_total', 'The total number of sectors discarded successfully.', 1],
  [
    'counter',
    'discard_time_seconds_total',
    'This is the total number of seconds spent by all discards.',
    secondsPerTick,
  ],
  ['counter', 'flush_requests_total', 'The total number of flush requests completed successfully', 1],
  [
    'counter',
    'flush_requests_time_seconds_total',
    'This is the total number of seconds spent by all flush requests.',
    secondsPerTick,
  ],
] as const;

/** Reads, writes and times of block devices, and what udev knows of them. */
export const diskstats = defineCollector({
  name: 'diskstats',
  enabledByDefault: true,
  flags: {
    'collector.diskstats.device-exclude': stringFlag(
      String.raw`^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`,
      { help: 'Regexp of diskstats devices to exclude (mutually exclusive to device-include).' },
    ),
    'collector.diskstats.device-include': stringFlag('', {
      help: 'Regexp of diskstats devices to include (mutually exclusive to device-exclude).',
    }),
  },
  create({ paths, logger }, flags, given) {
    const include = flags['collector.diskstats.device-include'];
    // The default exclusion gives way to an inclusion.
    const excludes = include === '' || given.has('collector.diskstats.device-exclude');
    const devices = exclusiveFilter(
      'device',
      include,
      excludes ? flags['collector.diskstats.device-exclude'] : '',
    );
    const hasUdev = listDirectoryIfThere(paths.udev()) !== undefined;
    if (!hasUdev) {
      logger.error('Failed to open directory, disabling udev device properties', { path: paths.udev() });
    }
    return {
      collect(families) {
        for (const line of readLines(paths.proc('diskstats'))) {
          const [major = '', minor = '', device = '', ...values] = fieldsOf(line);
          if (!devices.shows(device)) continue;
          const properties = hasUdev ? udevProperties(paths, major, minor) : new Map<string, string>();
          const rotational = readNumberIfThere(paths.sys('block', device, 'queue', 'rotational')) ?? 0;
          families.gauge('node_disk_info', 'Info of /sys/block/<block_device>.', 1, {
            ...diskInfoLabels(properties),
            device,
            major,
            minor,
            rotational: String(rotational),
          });
          collectStatistics(families, device, values);
          collectUdevFamilies(families, device, properties, logger);
        }
        return undefined;
      },
    };
  },
});

function collectStatistics(families: FamilySet, device: string, values: readonly string[]): void {
  for (const [at, [type, name, help, factor]] of statistics.entries()) {
    const value = values[at];
    if (value === undefined) return;
    families[type](`node_disk_${name}`, help, Number(value) * factor, { device });
  }
}
