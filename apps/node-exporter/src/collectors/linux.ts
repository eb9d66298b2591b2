import { type CollectorDefinition } from '../collector.js';
import { arp } from './arp.js';
import { bonding } from './bonding.js';
import { conntrack } from './conntrack.js';
import { cpu } from './cpu.js';
import { cpufreq } from './cpufreq.js';
import { diskstats } from './diskstats.js';
import { dmi } from './dmi.js';
import { entropy } from './entropy.js';
import { filefd } from './filefd.js';
import { filesystem } from './filesystem.js';
import { hwmon } from './hwmon.js';
import { kernelHung } from './kernel-hung.js';
import { loadavg } from './loadavg.js';
import { mdadm } from './mdadm.js';
import { meminfo } from './meminfo.js';
import { netclass } from './netclass.js';
import { netdev } from './netdev.js';
import { netstat } from './netstat.js';
import { osRelease } from './os-release.js';
import { powersupplyclass } from './powersupplyclass.js';
import { pressure } from './pressure.js';
import { schedstat } from './schedstat.js';
import { selinux } from './selinux.js';
import { sockstat } from './sockstat.js';
import { softnet } from './softnet.js';
import { stat } from './stat.js';
import { textfile } from './textfile.js';
import { thermalZone } from './thermal-zone.js';
import { time } from './time.js';
import { udpQueues } from './udp-queues.js';
import { uname } from './uname.js';
import { vmstat } from './vmstat.js';
import { watchdog } from './watchdog.js';

/** The collectors on Linux. Where two tell the same metric, the earlier one is believed: so files of users come last. */
export const LINUX_COLLECTORS: readonly CollectorDefinition[] = [
  arp,
  bonding,
  conntrack,
  cpu,
  cpufreq,
  diskstats,
  dmi,
  entropy,
  filefd,
  filesystem,
  hwmon,
  kernelHung,
  loadavg,
  mdadm,
  meminfo,
  netclass,
  netdev,
  netstat,
  osRelease,
  powersupplyclass,
  pressure,
  schedstat,
  selinux,
  sockstat,
  softnet,
  stat,
  thermalZone,
  time,
  udpQueues,
  uname,
  vmstat,
  watchdog,
  textfile,
];
