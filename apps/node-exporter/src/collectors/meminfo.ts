import { defineCollector } from '../collector.js';
import { fieldsOf, readLines } from '../host/files.js';

/** Every field of `/proc/meminfo`, kB as bytes. */
export const meminfo = defineCollector({
  name: 'meminfo',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      for (const line of readLines(paths.proc('meminfo'))) {
        const [key = '', number = '', unit] = fieldsOf(line);
        // `Active(anon):` is Active_anon.
        const name = key.replace(/:$/, '').replace(/\((.*)\)/, '_$1');
        const field = unit === 'kB' ? `${name}_bytes` : name;
        const value = Number(number) * (unit === 'kB' ? 1024 : 1);
        families.gauge(`node_memory_${field}`, `Memory information field ${field}.`, value);
      }
      return undefined;
    },
  }),
});
