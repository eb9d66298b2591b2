import { defineCollector } from '../collector.js';
import { fieldsOf, readLines } from '../host/files.js';

/** Families and their column in `/proc/net/softnet_stat`, which is in hexadecimal, one row a processor. */
const columns = [
  ['counter', 'processed_total', 0, 'Number of processed packets'],
  ['counter', 'dropped_total', 1, 'Number of dropped packets'],
  ['counter', 'times_squeezed_total', 2, 'Number of times processing packets ran out of quota'],
  [
    'counter',
    'cpu_collision_total',
    8,
    'Number of collision occur while obtaining device lock while transmitting',
  ],
  ['counter', 'received_rps_total', 9, 'Number of times cpu woken up received_rps'],
  ['counter', 'flow_limit_count_total', 10, 'Number of times flow limit has been reached'],
  ['gauge', 'backlog_len', 11, 'Softnet backlog status'],
] as const;
/** Later kernels tell which processor the row is about. */
const indexColumn = 12;

/** Packets that the kernel handled on each processor. */
export const softnet = defineCollector({
  name: 'softnet',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      for (const [row, line] of readLines(paths.proc('net', 'softnet_stat')).entries()) {
        const values = fieldsOf(line).map((text) => parseInt(text, 16));
        const cpu = String(values[indexColumn] ?? row);
        for (const [type, name, column, help] of columns) {
          families[type](`node_softnet_${name}`, help, values[column] ?? 0, { cpu });
        }
      }
      return undefined;
    },
  }),
});
