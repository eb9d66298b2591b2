import { parseDuration } from '@narthex/model';
import { parsedFlag, stringFlag } from '@narthex/process';
import { statfs } from 'node:fs/promises';
import { type Collector, type CollectorContext, defineCollector } from '../collector.js';
import { type FamilySet, type LabelValues } from '../families/family-set.js';
import { type Mount, readMounts } from '../host/mounts.js';
import { exclusiveFilter, type PatternFilter } from '../host/pattern-filter.js';
import { MOUNT_STUCK, MountProbe } from './mount-probe.js';

const defaultMountPoints =
  '^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)';
const defaultTypes =
  '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$';

/** Room on the mounted file systems. */
export const filesystem = defineCollector({
  name: 'filesystem',
  enabledByDefault: true,
  flags: {
    'collector.filesystem.mount-points-exclude': stringFlag(defaultMountPoints, {
      help: 'Regexp of mount points to exclude for filesystem collector. (mutually exclusive to mount-points-include)',
    }),
    'collector.filesystem.mount-points-include': stringFlag('', {
      help: 'Regexp of mount points to include for filesystem collector. (mutually exclusive to mount-points-exclude)',
    }),
    'collector.filesystem.fs-types-exclude': stringFlag(defaultTypes, {
      help: 'Regexp of filesystem types to exclude for filesystem collector. (mutually exclusive to fs-types-include)',
    }),
    'collector.filesystem.fs-types-include': stringFlag('', {
      help: 'Regexp of filesystem types to exclude for filesystem collector. (mutually exclusive to fs-types-exclude)',
    }),
    'collector.filesystem.mount-timeout': parsedFlag('5s', parseDuration, {
      help: 'how long to wait for a mount to respond before marking it as stale',
      hidden: true,
    }),
  },
  create(context, flags, given) {
    const filter = (what: 'mount-points' | 'fs-types'): PatternFilter => {
      const include = flags[`collector.filesystem.${what}-include`];
      const excludes = include === '' || given.has(`collector.filesystem.${what}-exclude`);
      return exclusiveFilter(what, include, excludes ? flags[`collector.filesystem.${what}-exclude`] : '');
    };
    return new FilesystemCollector(context, {
      mountPoints: filter('mount-points'),
      types: filter('fs-types'),
      timeoutMs: flags['collector.filesystem.mount-timeout'],
    });
  },
});

interface FilesystemOptions {
  readonly mountPoints: PatternFilter;
  readonly types: PatternFilter;
  readonly timeoutMs: number;
}

class FilesystemCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #options: FilesystemOptions;
  readonly #probe: MountProbe;

  constructor(context: CollectorContext, options: FilesystemOptions) {
    this.#context = context;
    this.#options = options;
    const { clock, logger } = context;
    this.#probe = new MountProbe({
      clock,
      logger,
      timeoutMs: options.timeoutMs,
      statfs: (path) => statfs(path),
    });
  }

  async collect(families: FamilySet): Promise<undefined> {
    const { paths, logger } = this.#context;
    const shown = new Map<string, Mount>();
    for (const mount of readMounts(paths)) {
      if (!this.#options.mountPoints.shows(mount.mountPoint) || !this.#options.types.shows(mount.type)) {
        logger.debug('Ignoring mount', { mountpoint: mount.mountPoint, type: mount.type });
        continue;
      }
      // What is mounted over another hides it, unless the device or type tells them apart.
      const key = JSON.stringify([mount.device, mount.mountPoint, mount.type]);
      if (!shown.has(key)) shown.set(key, mount);
    }
    await Promise.all([...shown.values()].map((mount) => this.#collectMount(families, mount)));
    return undefined;
  }

  async #collectMount(families: FamilySet, mount: Mount): Promise<void> {
    const { device, mountPoint, type, major, minor } = mount;
    const labels = { device, mountpoint: mountPoint, fstype: type, device_error: '' };
    const readOnly = mount.isReadOnly ? 1 : 0;
    const answer = await this.#probe.ask(this.#context.paths.root(mountPoint));
    if (answer === MOUNT_STUCK || 'error' in answer) {
      const failed = {
        ...labels,
        device_error: answer === MOUNT_STUCK ? 'mountpoint timeout' : answer.error,
      };
      addDeviceError(families, 1, failed);
      addReadOnly(families, readOnly, failed);
      return;
    }
    addDeviceError(families, 0, labels);
    addReadOnly(families, readOnly, labels);
    const { bsize, blocks, bfree, bavail, files, ffree } = answer.stats;
    const gauge = (name: string, help: string, value: number): void =>
      families.gauge(`node_filesystem_${name}`, help, value, labels);
    gauge('size_bytes', 'Filesystem size in bytes.', blocks * bsize);
    gauge('free_bytes', 'Filesystem free space in bytes.', bfree * bsize);
    gauge('avail_bytes', 'Filesystem space available to non-root users in bytes.', bavail * bsize);
    gauge('files', 'Filesystem total file nodes.', files);
    gauge('files_free', 'Filesystem total free file nodes.', ffree);
    const purgeableHelp = 'Filesystem space available including purgeable space (MacOS specific).';
    gauge('purgeable_bytes', purgeableHelp, 0);
    families.gauge('node_filesystem_mount_info', 'Filesystem mount information.', 1, {
      device,
      major,
      minor,
      mountpoint: mountPoint,
    });
  }
}

function addDeviceError(families: FamilySet, value: 0 | 1, labels: LabelValues): void {
  const help = 'Whether an error occurred while getting statistics for the given device.';
  families.gauge('node_filesystem_device_error', help, value, labels);
}

function addReadOnly(families: FamilySet, value: 0 | 1, labels: LabelValues): void {
  families.gauge('node_filesystem_readonly', 'Filesystem read-only status.', value, labels);
}
