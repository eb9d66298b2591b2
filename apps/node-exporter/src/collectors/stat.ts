import { booleanFlag } from '@narthex/process';
import { defineCollector } from '../collector.js';
import { fieldsOf, readLines } from '../host/files.js';

/** Rows of `/proc/stat`, of which the first number counts. */
const rows = [
  ['intr', 'counter', 'intr_total', 'Total number of interrupts serviced.'],
  ['ctxt', 'counter', 'context_switches_total', 'Total number of context switches.'],
  ['processes', 'counter', 'forks_total', 'Total number of forks.'],
  ['btime', 'gauge', 'boot_time_seconds', 'Node boot time, in unixtime.'],
  ['procs_running', 'gauge', 'procs_running', 'Number of processes in runnable state.'],
  ['procs_blocked', 'gauge', 'procs_blocked', 'Number of processes blocked waiting for I/O to complete.'],
] as const;

/** The numbers behind the sum in the row `softirq`. */
const vectors = [
  'hi',
  'timer',
  'net_tx',
  'net_rx',
  'block',
  'block_iopoll',
  'tasklet',
  'sched',
  'hrtimer',
  'rcu',
] as const;

/** Counters of the kernel since it booted. */
export const stat = defineCollector({
  name: 'stat',
  enabledByDefault: true,
  flags: {
    'collector.stat.softirq': booleanFlag(false, { help: 'Export softirq calls per vector' }),
  },
  create({ paths }, flags) {
    const withSoftirqs = flags['collector.stat.softirq'];
    return {
      collect(families) {
        const numbers = new Map(
          readLines(paths.proc('stat')).map((line): [string, number[]] => {
            const [name = '', ...values] = fieldsOf(line);
            return [name, values.slice(0, vectors.length + 1).map(Number)];
          }),
        );
        for (const [row, type, name, help] of rows)
          families[type](`node_${name}`, help, numbers.get(row)?.[0] ?? 0);
        const softirqs = withSoftirqs ? (numbers.get('softirq')?.slice(1) ?? []) : [];
        for (const [at, count] of softirqs.entries()) {
          families.counter('node_softirqs_total', 'Number of softirq calls.', count, {
            vector: vectors[at]!,
          });
        }
        return undefined;
      },
    };
  },
});
