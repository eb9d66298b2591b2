import { defineCollector } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { fieldsOf, readTextIfThere } from '../host/files.js';
import { pageSizeBytes } from '../host/page-size.js';

/** Sockets in use by protocol. */
export const sockstat = defineCollector({
  name: 'sockstat',
  enabledByDefault: true,
  flags: {},
  create({ paths }) {
    const pageBytes = pageSizeBytes();
    return {
      collect(families) {
        for (const file of ['sockstat', 'sockstat6']) {
          for (const line of (readTextIfThere(paths.proc('net', file)) ?? '').split('\n')) {
            const [name = '', ...pairs] = fieldsOf(line);
            if (name !== '') addProtocol(families, name.replace(/:$/, ''), pairs, pageBytes);
          }
        }
        return undefined;
      },
    };
  },
});

/** @param pairs names and numbers in turn; memory is counted in pages */
function addProtocol(
  families: FamilySet,
  protocol: string,
  pairs: readonly string[],
  pageBytes: number,
): void {
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const state = pairs[at]!;
    const value = Number(pairs[at + 1]);
    if (protocol === 'sockets') {
      families.gauge('node_sockstat_sockets_used', 'Number of IPv4 sockets in use.', value);
      continue;
    }
    const add = (name: string, count: number): void =>
      families.gauge(
        `node_sockstat_${protocol}_${name}`,
        `Number of ${protocol} sockets in state ${name}.`,
        count,
      );
    add(state, value);
    if (state === 'mem') add('mem_bytes', value * pageBytes);
  }
}
