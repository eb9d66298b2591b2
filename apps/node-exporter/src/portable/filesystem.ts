import { stringFlag } from '@narthex/process';
import { defineCollector } from '../collector.js';
import { exclusiveFilter } from '../host/pattern-filter.js';
import { Cached } from './cached.js';

/** It takes a program or two to find out, and disks do not fill within seconds. */
const maxAgeMs = 10_000;

/** Room on the mounted file systems. */
export const filesystem = defineCollector({
  name: 'filesystem',
  enabledByDefault: true,
  flags: {
    'collector.filesystem.mount-points-exclude': stringFlag('^/(dev)($|/)', {
      help: 'Regexp of mount points to exclude for filesystem collector. (mutually exclusive to mount-points-include)',
    }),
    'collector.filesystem.mount-points-include': stringFlag('', {
      help: 'Regexp of mount points to include for filesystem collector. (mutually exclusive to mount-points-exclude)',
    }),
  },
  create({ clock }, flags, given) {
    const include = flags['collector.filesystem.mount-points-include'];
    const excludes = include === '' || given.has('collector.filesystem.mount-points-exclude');
    const exclude = excludes ? flags['collector.filesystem.mount-points-exclude'] : '';
    const mountPoints = exclusiveFilter('mount-points', include, exclude);
    const sizes = new Cached(clock, maxAgeMs, async () => (await import('systeminformation')).fsSize());
    return {
      async collect(families) {
        for (const { fs, type, mount, size, used, available, rw } of await sizes.get()) {
          if (!mountPoints.shows(mount)) continue;
          const labels = { device: fs, fstype: type, mountpoint: mount, device_error: '' };
          const gauge = (name: string, help: string, value: number): void =>
            families.gauge(`node_filesystem_${name}`, help, value, labels);
          gauge('size_bytes', 'Filesystem size in bytes.', size);
          gauge('free_bytes', 'Filesystem free space in bytes.', size - used);
          gauge('avail_bytes', 'Filesystem space available to non-root users in bytes.', available);
          gauge('readonly', 'Filesystem read-only status.', rw === false ? 1 : 0);
          gauge(
            'device_error',
            'Whether an error occurred while getting statistics for the given device.',
            0,
          );
        }
        return undefined;
      },
    };
  },
});
