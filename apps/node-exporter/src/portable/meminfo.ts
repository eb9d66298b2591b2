import { defineCollector } from '../collector.js';

/** Memory and swap, under the names upstream has on macOS. */
export const meminfo = defineCollector({
  name: 'meminfo',
  enabledByDefault: true,
  flags: {},
  create: () => ({
    async collect(families) {
      const { mem } = await import('systeminformation');
      const memory = await mem();
      const fields = {
        total_bytes: memory.total,
        free_bytes: memory.free,
        active_bytes: memory.active,
        available_bytes: memory.available,
        swap_total_bytes: memory.swaptotal,
        swap_used_bytes: memory.swapused,
      };
      for (const [field, value] of Object.entries(fields)) {
        families.gauge(`node_memory_${field}`, `Memory information field ${field}.`, value);
      }
      return undefined;
    },
  }),
});
