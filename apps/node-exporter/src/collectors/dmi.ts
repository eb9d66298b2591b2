import { defineCollector, NO_DATA } from '../collector.js';
import { type LabelValues } from '../families/family-set.js';
import { listDirectoryIfThere, readAttribute } from '../host/files.js';

/** Labels and the files of `/sys/class/dmi/id` they come from. */
const fields = [
  'bios_date',
  'bios_release',
  'bios_vendor',
  'bios_version',
  'board_asset_tag',
  'board_name',
  'board_serial',
  'board_vendor',
  'board_version',
  'chassis_asset_tag',
  'chassis_serial',
  'chassis_vendor',
  'chassis_version',
  'product_family',
  'product_name',
  'product_serial',
  'product_sku',
  'product_uuid',
  'product_version',
  'system_vendor',
] as const;

/** What the firmware says about the machine. Read once: it does not change, and serial numbers need privileges. */
export const dmi = defineCollector({
  name: 'dmi',
  enabledByDefault: true,
  flags: {},
  create({ paths }) {
    const labels: Record<string, string> = {};
    const isThere = listDirectoryIfThere(paths.sys('class', 'dmi', 'id')) !== undefined;
    for (const field of fields) {
      const file = field === 'system_vendor' ? 'sys_vendor' : field;
      const value = readAttribute(paths.sys('class', 'dmi', 'id', file));
      // Firmware may hold anything; Prometheus takes UTF-8 only, which reading as text has made of it.
      if (value !== undefined) labels[field] = value;
    }
    const found: LabelValues = labels;
    const help = `A metric with a constant '1' value labeled by ${fields.join(', ')} if provided by DMI.`;
    return {
      collect(families) {
        if (!isThere) return NO_DATA;
        families.gauge('node_dmi_info', help, 1, found);
        return undefined;
      },
    };
  },
});
