import { hostname, machine, release, type as systemName, version } from 'node:os';
import { defineCollector } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { readAttribute } from '../host/files.js';

/** Names of the kernel and the machine. */
export const uname = defineCollector({
  name: 'uname',
  enabledByDefault: true,
  flags: {},
  create: () => ({
    collect(families) {
      // uname(2) tells this, too, and Node.js does not pass it on. It is the process' own, wherever procfs is said to be.
      addUname(families, readAttribute('/proc/sys/kernel/domainname') ?? '(none)');
      return undefined;
    },
  }),
});

export function addUname(families: FamilySet, domainname: string): void {
  families.gauge('node_uname_info', 'Labeled system information as provided by the uname system call.', 1, {
    sysname: systemName(),
    release: release(),
    version: version(),
    machine: machine(),
    nodename: hostname(),
    domainname,
  });
}
