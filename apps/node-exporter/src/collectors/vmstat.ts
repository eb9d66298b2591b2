import { stringFlag } from '@narthex/process';
import { defineCollector } from '../collector.js';
import { fieldsOf, readLines } from '../host/files.js';
import { PatternFilter } from '../host/pattern-filter.js';

/** Fields of `/proc/vmstat`. */
export const vmstat = defineCollector({
  name: 'vmstat',
  enabledByDefault: true,
  flags: {
    'collector.vmstat.fields': stringFlag('^(oom_kill|pgpg|pswp|pg.*fault).*', {
      help: 'Regexp of fields to return for vmstat collector.',
    }),
  },
  create({ paths }, flags) {
    const fields = new PatternFilter({ include: flags['collector.vmstat.fields'] });
    return {
      collect(families) {
        for (const line of readLines(paths.proc('vmstat'))) {
          const [name = '', value = ''] = fieldsOf(line);
          if (fields.shows(name)) {
            families.untyped(`node_vmstat_${name}`, `/proc/vmstat information field ${name}.`, Number(value));
          }
        }
        return undefined;
      },
    };
  },
});
