import { defineCollector } from '../collector.js';
import { HostFileError } from '../errors.js';
import { fieldsOf, readText } from '../host/files.js';

/** File descriptors of the whole machine, from `/proc/sys/fs/file-nr`: allocated, unused, maximum. */
export const filefd = defineCollector({
  name: 'filefd',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const path = paths.proc('sys', 'fs', 'file-nr');
      const [allocated, , maximum] = fieldsOf(readText(path));
      if (allocated === undefined || maximum === undefined)
        throw new HostFileError(`unexpected number of fields in ${path}`);
      families.gauge('node_filefd_allocated', 'File descriptor statistics: allocated.', Number(allocated));
      families.gauge('node_filefd_maximum', 'File descriptor statistics: maximum.', Number(maximum));
      return undefined;
    },
  }),
});
