// What the system says of a process: CPU seconds, resident memory.
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU seconds of a process and of all its threads so far. */
export function cpuSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident MiB now: in all, and the part that is not file pages (which the kernel may take back). */
export function residentMib(pid) {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    all: kib('VmRSS') / 1024,
    withoutFiles: (kib('RssAnon') + kib('RssShmem')) / 1024,
    peak: kib('VmHWM') / 1024,
  };
}
