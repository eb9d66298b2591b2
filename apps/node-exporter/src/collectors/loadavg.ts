import { defineCollector } from '../collector.js';
import { HostFileError } from '../errors.js';
import { type FamilySet } from '../families/family-set.js';
import { fieldsOf, readText } from '../host/files.js';

/** How many tasks ran or waited, on average over 1, 5 and 15 minutes. */
export const loadavg = defineCollector({
  name: 'loadavg',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const path = paths.proc('loadavg');
      const loads = fieldsOf(readText(path)).slice(0, 3).map(Number);
      if (loads.length < 3) throw new HostFileError(`unexpected content in ${path}`);
      addLoads(families, loads);
      return undefined;
    },
  }),
});

/** @param loads over 1, 5 and 15 minutes */
export function addLoads(families: FamilySet, loads: readonly number[]): void {
  for (const [at, minutes] of ['1', '5', '15'].entries()) {
    families.gauge(`node_load${minutes}`, `${minutes}m load average.`, loads[at] ?? 0);
  }
}
