import { defineCollector } from '../collector.js';
import { readNumber } from '../host/files.js';

/** The kernel's pool of randomness. */
export const entropy = defineCollector({
  name: 'entropy',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const available = readNumber(paths.proc('sys', 'kernel', 'random', 'entropy_avail'));
      const size = readNumber(paths.proc('sys', 'kernel', 'random', 'poolsize'));
      families.gauge('node_entropy_available_bits', 'Bits of available entropy.', available);
      families.gauge('node_entropy_pool_size_bits', 'Bits of entropy pool.', size);
      return undefined;
    },
  }),
});
