import { expect, test } from '@jest/globals';
import { writeTextFamily } from '@narthex/exposition';
import { systemClock } from '@narthex/process';
import { silentLogger, temporaryFolder } from '@narthex/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FamilySet } from '../families/family-set.js';
import { mergeFamilies } from '../families/merge.js';
import { HostPaths } from '../host/paths.js';
import { diskstats } from './diskstats.js';

test('what udev knows of a disk', async () => {
  const folder = temporaryFolder('diskstats');
  const paths = new HostPaths({
    procfs: folder.path,
    sysfs: folder.path,
    rootfs: '/',
    udevData: join(folder.path, 'udev'),
  });
  mkdirSync(join(folder.path, 'udev'));
  mkdirSync(join(folder.path, 'block', 'sda', 'queue'), { recursive: true });
  writeFileSync(join(folder.path, 'block', 'sda', 'queue', 'rotational'), '1\n');
  writeFileSync(join(folder.path, 'diskstats'), '8 0 sda 1\n253 0 dm-0 1\n');
  writeFileSync(
    join(folder.path, 'udev', 'b8:0'),
    [
      'S:disk/by-id/x',
      'E:ID_PATH=pci-1',
      'E:ID_WWN=0x5',
      'E:ID_MODEL=M',
      'E:ID_SERIAL=long',
      'E:ID_SERIAL_SHORT=short',
      'E:ID_REVISION=R',
      'E:ID_ATA=1',
      'E:ID_ATA_WRITE_CACHE=1',
      'E:ID_ATA_ROTATION_RATE_RPM=7200',
      'E:ID_ATA_WRITE_CACHE_ENABLED=unclear',
      'E:ID_FS_TYPE=ext4',
      'E:ID_FS_USAGE=filesystem',
      'E:ID_FS_UUID=u=1',
      'E:ID_FS_VERSION=1.0',
    ].join('\n'),
  );
  writeFileSync(
    join(folder.path, 'udev', 'b253:0'),
    'E:DM_NAME=vg-root\nE:DM_UUID=LVM\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\nE:DM_LV_LAYER=',
  );
  const flags = { 'collector.diskstats.device-include': '', 'collector.diskstats.device-exclude': '' };
  const families = new FamilySet();
  const collector = diskstats.create({ paths, logger: silentLogger(), clock: systemClock }, flags, new Set());
  expect(await collector.collect(families)).toBeUndefined();
  const lines = mergeFamilies([families], () => undefined)
    .map(writeTextFamily)
    .join('')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual([
    'node_disk_ata_rotation_rate_rpm{device="sda"} 7200',
    'node_disk_ata_write_cache{device="sda"} 1',
    'node_disk_device_mapper_info{device="dm-0",lv_layer="",lv_name="root",name="vg-root",uuid="LVM",vg_name="vg"} 1',
    'node_disk_filesystem_info{device="sda",type="ext4",usage="filesystem",uuid="u=1",version="1.0"} 1',
    'node_disk_info{device="dm-0",major="253",minor="0",model="",path="",revision="",rotational="0",serial="",wwn=""} 1',
    'node_disk_info{device="sda",major="8",minor="0",model="M",path="pci-1",revision="R",rotational="1",serial="short",wwn="0x5"} 1',
    'node_disk_reads_completed_total{device="dm-0"} 1',
    'node_disk_reads_completed_total{device="sda"} 1',
  ]);
  folder.remove();
});
