import { defineCollector, NO_DATA } from '../collector.js';
import { listDirectoryIfThere, readNumberIfThere, readTextIfThere } from '../host/files.js';
import { parseMdstat } from './mdstat.js';

const states = ['active', 'inactive', 'recovering', 'resync', 'check'] as const;

/** Software RAID, from `/proc/mdstat` and `/sys/block/md*`. */
export const mdadm = defineCollector({
  name: 'mdadm',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const text = readTextIfThere(paths.proc('mdstat'));
      if (text === undefined) return NO_DATA;
      for (const array of parseMdstat(text)) {
        const { device } = array;
        for (const state of states) {
          const value = state === array.state ? 1 : 0;
          families.gauge('node_md_state', 'Indicates the state of md-device.', value, { device, state });
        }
        for (const state of ['active', 'failed', 'spare'] as const) {
          families.gauge(
            'node_md_disks',
            'Number of active/failed/spare disks of device.',
            array.disks[state],
            { device, state },
          );
        }
        families.gauge('node_md_disks_required', 'Total number of disks of device.', array.disks.required, {
          device,
        });
        families.gauge('node_md_blocks', 'Total number of blocks on device.', array.blocks, { device });
        families.gauge('node_md_blocks_synced', 'Number of blocks synced on device.', array.blocksSynced, {
          device,
        });
      }
      for (const device of listDirectoryIfThere(paths.sys('block')) ?? []) {
        if (!device.startsWith('md')) continue;
        const raidDisks = readNumberIfThere(paths.sys('block', device, 'md', 'raid_disks'));
        if (raidDisks !== undefined) {
          families.gauge('node_md_raid_disks', 'Number of raid disks on device.', raidDisks, { device });
        }
        const degraded = readNumberIfThere(paths.sys('block', device, 'md', 'degraded'));
        if (degraded !== undefined) {
          families.gauge('node_md_degraded', 'Number of degraded disks on device.', degraded, { device });
        }
      }
      return undefined;
    },
  }),
});
