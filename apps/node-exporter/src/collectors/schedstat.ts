import { defineCollector, NO_DATA } from '../collector.js';
import { fieldsOf, readTextIfThere } from '../host/files.js';

const nanosecondsPerSecond = 1e9;

/** What the scheduler did on each processor (Documentation/scheduler/sched-stats.rst). */
export const schedstat = defineCollector({
  name: 'schedstat',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const text = readTextIfThere(paths.proc('schedstat'));
      if (text === undefined) return NO_DATA;
      for (const line of text.split('\n')) {
        const [name = '', ...values] = fieldsOf(line);
        const cpu = /^cpu(\d+)$/.exec(name)?.[1];
        if (cpu === undefined) continue;
        const [running = 0, waiting = 0, timeslices = 0] = values.slice(6, 9).map(Number);
        families.counter(
          'node_schedstat_running_seconds_total',
          'Number of seconds CPU spent running a process.',
          running / nanosecondsPerSecond,
          { cpu },
        );
        families.counter(
          'node_schedstat_waiting_seconds_total',
          'Number of seconds spent by processing waiting for this CPU.',
          waiting / nanosecondsPerSecond,
          { cpu },
        );
        families.counter(
          'node_schedstat_timeslices_total',
          'Number of timeslices executed by CPU.',
          timeslices,
          { cpu },
        );
      }
      return undefined;
    },
  }),
});
