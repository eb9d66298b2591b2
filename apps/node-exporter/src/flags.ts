import {
  booleanFlag,
  choiceFlag,
  type FlagSpecs,
  type FlagValues,
  integerFlag,
  listFlag,
  LOG_FORMATS,
  LOG_LEVELS,
  stringFlag,
} from '@narthex/process';
import { type CollectorDefinition } from './collector.js';

const PROGRAM_FLAGS = {
  'path.procfs': stringFlag('/proc', { help: 'procfs mountpoint.' }),
  'path.sysfs': stringFlag('/sys', { help: 'sysfs mountpoint.' }),
  'path.rootfs': stringFlag('/', { help: 'rootfs mountpoint.' }),
  'path.udev.data': stringFlag('/run/udev/data', { help: 'udev data path.' }),
  'collector.disable-defaults': booleanFlag(false, { help: 'Set all collectors to disabled by default.' }),
  'web.config.file': stringFlag('', {
    help: 'Path to the file that enables TLS or authentication.',
  }),
  'web.telemetry-path': stringFlag('/metrics', { help: 'Path under which to expose metrics.' }),
  'web.disable-exporter-metrics': booleanFlag(false, {
    help: 'Exclude metrics about the exporter itself (promhttp_*, process_*, nodejs_*).',
  }),
  'web.max-requests': integerFlag(40, {
    help: 'Maximum number of parallel scrape requests. Use 0 to disable.',
  }),
  'web.listen-address': listFlag([':9100'], {
    help: 'Addresses on which to expose metrics and web interface. Repeatable for multiple addresses.',
  }),
  'runtime.gomaxprocs': integerFlag(1, {
    help: 'Taken for the sake of existing command lines; without effect, since one thread does the work.',
    hidden: true,
  }),
  'log.level': choiceFlag(LOG_LEVELS, 'info', {
    help: 'Only log messages with the given severity or above. One of: [debug, info, warn, error]',
    refuse: (text) => `unrecognized log level ${text}`,
  }),
  'log.format': choiceFlag(LOG_FORMATS, 'logfmt', {
    help: 'Output format of log messages. One of: [logfmt, json]',
    refuse: (text) => `unrecognized log format ${text}`,
  }),
} as const;

export type ProgramFlags = FlagValues<typeof PROGRAM_FLAGS>;

/** Upstream's collectors on Linux, in or out of this build: their switches are taken so that command lines keep working. */
const UPSTREAM_COLLECTORS: readonly string[] = (
  'arp bcache bcachefs bonding btrfs buddyinfo cgroups conntrack cpu cpu_vulnerabilities cpufreq diskstats dmi ' +
  'dmmultipath drbd drm edac entropy ethtool fibrechannel filefd filesystem hwmon infiniband interrupts ipvs ' +
  'kernel_hung ksmd lnstat loadavg logind mdadm meminfo meminfo_numa mountstats netclass netdev netstat ' +
  'network_route nfs nfsd ntp nvme nvmesubsystem os pcidevice perf powersupplyclass pressure processes qdisc rapl ' +
  'runit schedstat selinux slabinfo sockstat softirqs softnet stat supervisord swap sysctl systemd tapestats ' +
  'tcpstat textfile thermal_zone time timex udp_queues uname vmstat watchdog wifi xfrm xfs zfs zoneinfo'
).split(' ');

/** Every flag of the program: its own, those of the collectors, and `--[no-]collector.NAME` for each. */
export function flagSpecs(collectors: readonly CollectorDefinition[]): typeof PROGRAM_FLAGS & FlagSpecs {
  const switches = collectors.map(({ name, enabledByDefault }) => {
    const state = enabledByDefault ? 'enabled' : 'disabled';
    const help = `Enable the ${name} collector (default: ${state}).`;
    return [switchOf(name), booleanFlag(enabledByDefault, { help })] as const;
  });
  const missing = UPSTREAM_COLLECTORS.filter(
    (name) => !collectors.some((collector) => collector.name === name),
  ).map(
    (name) => [switchOf(name), booleanFlag(false, { help: 'Not in this build.', hidden: true })] as const,
  );
  const own = collectors.map(({ flags }) => flags);
  return Object.assign(
    {},
    ...own,
    Object.fromEntries(missing),
    Object.fromEntries(switches),
    PROGRAM_FLAGS,
  ) as typeof PROGRAM_FLAGS & FlagSpecs;
}

/** Names that requests may give, whether they can be had or not. */
export function knownCollectors(collectors: readonly CollectorDefinition[]): ReadonlySet<string> {
  return new Set([...UPSTREAM_COLLECTORS, ...collectors.map(({ name }) => name)]);
}

export interface EnabledCollectors {
  readonly definitions: readonly CollectorDefinition[];
  /** Switched on by name, yet not in this build. */
  readonly unavailable: readonly string[];
}

/** The collectors that the flags ask for. */
export function enabledCollectors(
  collectors: readonly CollectorDefinition[],
  flags: FlagValues<FlagSpecs>,
  given: ReadonlySet<string>,
): EnabledCollectors {
  const definitions = collectors.filter(({ name }) => {
    const isChosen = flags['collector.disable-defaults'] !== true || given.has(switchOf(name));
    return isChosen && flags[switchOf(name)] === true;
  });
  const present = new Set(collectors.map(({ name }) => name));
  const unavailable = UPSTREAM_COLLECTORS.filter(
    (name) => !present.has(name) && flags[switchOf(name)] === true,
  );
  return { definitions, unavailable };
}

function switchOf(collector: string): string {
  return `collector.${collector}`;
}
