import { defineCollector, NO_DATA } from '../collector.js';
import { readNumberIfThere } from '../host/files.js';

/** Tasks that hung, which kernels since 6.13 count. */
export const kernelHung = defineCollector({
  name: 'kernel_hung',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const count = readNumberIfThere(paths.proc('sys', 'kernel', 'hung_task_detect_count'));
      if (count === undefined) return NO_DATA;
      families.counter(
        'node_kernel_hung_tasks_total',
        'Total number of tasks that have been detected as hung since the system booted.',
        count,
      );
      return undefined;
    },
  }),
});
