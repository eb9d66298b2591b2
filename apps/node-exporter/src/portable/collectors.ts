import { type CollectorDefinition } from '../collector.js';
import { textfile } from '../collectors/textfile.js';
import { boottime, cpu, loadavg, time, uname } from './kernel.js';
import { filesystem } from './filesystem.js';
import { meminfo } from './meminfo.js';
import { netdev } from './netdev.js';
import { osRelease } from './os-release.js';

/** The collectors where there is no procfs: what Node.js knows by itself, and what `systeminformation` finds out. */
export const PORTABLE_COLLECTORS: readonly CollectorDefinition[] = [
  boottime,
  cpu,
  filesystem,
  loadavg,
  meminfo,
  netdev,
  osRelease,
  time,
  uname,
  textfile,
];
