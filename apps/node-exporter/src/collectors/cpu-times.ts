/** The modes of `node_cpu_seconds_total`. */
export const CPU_MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
/** The modes of `node_cpu_guest_seconds_total` and the column of each. */
export const GUEST_MODES = [
  ['user', 'guest'],
  ['nice', 'guestNice'],
] as const;

/** The columns of a `cpuN` row of `/proc/stat`, in their order (proc(5)). */
const columns = [...CPU_MODES, 'guest', 'guestNice'] as const;
export type CpuSeconds = Record<(typeof columns)[number], number>;

/** USER_HZ, which is 100 on every architecture that Node.js runs on. */
const ticksPerSecond = 100;
/** An idle time that goes back this far means that the processor was replugged. */
const replugSeconds = 3;

/** Processor times that only grow: the kernel's own sometimes go back a little. */
export class CpuTimes {
  readonly #byCpu = new Map<string, CpuSeconds>();

  /** Takes in the text of `/proc/stat`. */
  update(stat: string): void {
    for (const match of stat.matchAll(/^cpu(\d+) (.*)$/gm)) {
      const cpu = match[1]!;
      const ticks = match[2]!.trim().split(/\s+/).map(Number);
      const now = Object.fromEntries(columns.map((name, at) => [name, (ticks[at] ?? 0) / ticksPerSecond]));
      this.#byCpu.set(cpu, this.#notBefore(cpu, now as CpuSeconds));
    }
  }

  seconds(): IterableIterator<[cpu: string, seconds: CpuSeconds]> {
    return this.#byCpu.entries();
  }

  #notBefore(cpu: string, now: CpuSeconds): CpuSeconds {
    const before = this.#byCpu.get(cpu);
    if (before === undefined || before.idle - now.idle >= replugSeconds) return now;
    const highest = { ...now };
    for (const name of columns) highest[name] = Math.max(now[name], before[name]);
    return highest;
  }
}
