import { defineCollector, NO_DATA } from '../collector.js';
import { fieldsOf, readAttribute, readText, readTextIfThere } from '../host/files.js';

/** Bonded network devices and how many of their slaves are up. */
export const bonding = defineCollector({
  name: 'bonding',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const masters = readTextIfThere(paths.sys('class', 'net', 'bonding_masters'));
      if (masters === undefined) return NO_DATA;
      for (const master of fieldsOf(masters)) {
        const slaves = fieldsOf(readText(paths.sys('class', 'net', master, 'bonding', 'slaves')));
        const active = slaves.filter((slave) => {
          // Older kernels name the link to a slave differently.
          const links = [`lower_${slave}`, `slave_${slave}`];
          return links.some(
            (link) =>
              readAttribute(paths.sys('class', 'net', master, link, 'bonding_slave', 'mii_status')) === 'up',
          );
        });
        const labels = { master };
        families.gauge(
          'node_bonding_slaves',
          'Number of configured slaves per bonding interface.',
          slaves.length,
          labels,
        );
        families.gauge(
          'node_bonding_active',
          'Number of active slaves per bonding interface.',
          active.length,
          labels,
        );
      }
      return undefined;
    },
  }),
});
