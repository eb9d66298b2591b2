import { defineCollector, NO_DATA } from '../collector.js';
import { fieldsOf, readLines, readNumberIfThere } from '../host/files.js';

/** Columns of `/proc/net/stat/nf_conntrack`, one row a processor, in hexadecimal. */
const statistics = [
  ['found', 'Number of searched entries which were successful.'],
  ['invalid', 'Number of packets seen which can not be tracked.'],
  ['ignore', 'Number of packets seen which are already connected to a conntrack entry.'],
  ['insert', 'Number of entries inserted into the list.'],
  ['insert_failed', 'Number of entries for which list insertion was attempted but failed.'],
  ['drop', 'Number of packets dropped due to conntrack failure.'],
  [
    'early_drop',
    'Number of dropped conntrack entries to make room for new ones, if maximum table size was reached.',
  ],
  ['search_restart', 'Number of conntrack table lookups which had to be restarted due to hashtable resizes.'],
] as const;

/** The table of tracked connections. */
export const conntrack = defineCollector({
  name: 'conntrack',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const count = readNumberIfThere(paths.proc('sys', 'net', 'netfilter', 'nf_conntrack_count'));
      const limit = readNumberIfThere(paths.proc('sys', 'net', 'netfilter', 'nf_conntrack_max'));
      if (count === undefined || limit === undefined) return NO_DATA;
      families.gauge(
        'node_nf_conntrack_entries',
        'Number of currently allocated flow entries for connection tracking.',
        count,
      );
      families.gauge('node_nf_conntrack_entries_limit', 'Maximum size of connection tracking table.', limit);
      const [head = '', ...rows] = readLines(paths.proc('net', 'stat', 'nf_conntrack'));
      const columns = fieldsOf(head);
      const values = rows.map(fieldsOf);
      for (const [name, help] of statistics) {
        // The newest kernels have no column of some of these.
        const at = columns.indexOf(name);
        const sum = values.reduce((total, row) => total + parseInt(row[at] ?? '0', 16), 0);
        families.gauge(`node_nf_conntrack_stat_${name}`, help, sum);
      }
      return undefined;
    },
  }),
});
