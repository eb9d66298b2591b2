import { type Logger } from '@narthex/process';
import { type FamilySet, type LabelValues } from '../families/family-set.js';
import { readAttribute, toNumber } from '../host/files.js';
import { type HostPaths } from '../host/paths.js';

type UdevProperties = ReadonlyMap<string, string>;

const ataFamilies = [
  ['ID_ATA_WRITE_CACHE', 'node_disk_ata_write_cache', 'ATA disk has a write cache.'],
  [
    'ID_ATA_WRITE_CACHE_ENABLED',
    'node_disk_ata_write_cache_enabled',
    'ATA disk has its write cache enabled.',
  ],
  [
    'ID_ATA_ROTATION_RATE_RPM',
    'node_disk_ata_rotation_rate_rpm',
    'ATA disk rotation rate in RPMs (0 for SSDs).',
  ],
] as const;

/** What udev's database has about a block device: the lines `E:NAME=VALUE` of its file. */
export function udevProperties(paths: HostPaths, major: string, minor: string): UdevProperties {
  const properties = new Map<string, string>();
  for (const line of (readAttribute(paths.udev(`b${major}:${minor}`)) ?? '').split('\n')) {
    const equals = line.indexOf('=');
    if (line.startsWith('E:') && equals > 0) properties.set(line.slice(2, equals), line.slice(equals + 1));
  }
  return properties;
}

/** The labels of `node_disk_info` that come from udev. */
export function diskInfoLabels(properties: UdevProperties): LabelValues {
  // The number on the disk's label, else the short one, else that of virtual disks.
  const serials = ['SCSI_IDENT_SERIAL', 'ID_SERIAL_SHORT', 'ID_SERIAL'];
  return {
    path: properties.get('ID_PATH') ?? '',
    wwn: properties.get('ID_WWN') ?? '',
    model: properties.get('ID_MODEL') ?? '',
    serial: serials.map((name) => properties.get(name) ?? '').find((serial) => serial !== '') ?? '',
    revision: properties.get('ID_REVISION') ?? '',
  };
}

/** The families of a disk that has a file system, is a logical volume, or speaks ATA. */
export function collectUdevFamilies(
  families: FamilySet,
  device: string,
  properties: UdevProperties,
  logger: Logger,
): void {
  const property = (name: string): string => properties.get(name) ?? '';
  if (property('ID_FS_TYPE') !== '') {
    families.gauge('node_disk_filesystem_info', 'Info about disk filesystem.', 1, {
      device,
      type: property('ID_FS_TYPE'),
      usage: property('ID_FS_USAGE'),
      uuid: property('ID_FS_UUID'),
      version: property('ID_FS_VERSION'),
    });
  }
  if (property('DM_NAME') !== '') {
    families.gauge('node_disk_device_mapper_info', 'Info about disk device mapper.', 1, {
      device,
      name: property('DM_NAME'),
      uuid: property('DM_UUID'),
      vg_name: property('DM_VG_NAME'),
      lv_name: property('DM_LV_NAME'),
      lv_layer: property('DM_LV_LAYER'),
    });
  }
  if (property('ID_ATA') === '') return;
  for (const [name, family, help] of ataFamilies) {
    const text = properties.get(name);
    if (text === undefined) continue;
    const value = toNumber(text);
    if (value === undefined)
      logger.error('Failed to parse ATA value', { device, property: name, value: text });
    else families.gauge(family, help, value, { device });
  }
}
