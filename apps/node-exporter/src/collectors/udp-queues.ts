import { defineCollector, NO_DATA } from '../collector.js';
import { fieldsOf, readTextIfThere } from '../host/files.js';

/** The field `tx_queue:rx_queue` of a row of `/proc/net/udp`. */
const queueField = 4;

/** Bytes that wait in the queues of UDP sockets. */
export const udpQueues = defineCollector({
  name: 'udp_queues',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const texts = [
        ['v4', readTextIfThere(paths.proc('net', 'udp'))],
        ['v6', readTextIfThere(paths.proc('net', 'udp6'))],
      ] as const;
      if (texts.every(([, text]) => text === undefined)) return NO_DATA;
      for (const [ip, text] of texts) {
        if (text === undefined) continue;
        const queues = text
          .split('\n')
          .slice(1)
          .map((line) => fieldsOf(line)[queueField]?.split(':') ?? []);
        for (const [at, queue] of ['tx', 'rx'].entries()) {
          const help = 'Number of allocated memory in the kernel for UDP datagrams in bytes.';
          const bytes = queues.reduce((sum, lengths) => sum + parseInt(lengths[at] ?? '0', 16), 0);
          families.gauge('node_udp_queues', help, bytes, { ip, queue });
        }
      }
      return undefined;
    },
  }),
});
