import { readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from '@narthex/client';

export interface ProcessMetricsOptions {
  readonly registry: Registry;
  /** Where Linux tells of this process; elsewhere nothing is there, and nothing is shown. */
  readonly folder?: string;
}

/** What Go's collector tells of the process beyond what Node's has: octets of the network, the limit of its memory. */
export function registerProcessMetrics({ registry, folder = '/proc/self' }: ProcessMetricsOptions): void {
  const registers = [registry];
  const network = (direction: 'receive' | 'transmit', help: string): void => {
    const read = (): number | undefined => octets(folder, direction === 'receive' ? 'InOctets' : 'OutOctets');
    if (read() === undefined) return;
    new Counter({
      name: `process_network_${direction}_bytes_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read() ?? 0);
      },
    });
  };
  network('receive', 'Number of bytes received by the process over the network.');
  network('transmit', 'Number of bytes sent by the process over the network.');
  const limit = addressSpaceLimit(folder);
  if (limit === undefined) return;
  new Gauge({
    name: 'process_virtual_memory_max_bytes',
    help: 'Maximum amount of virtual memory available in bytes.',
    registers,
  }).set(limit);
}

/** A counter of the table `IpExt`, whose first line has the names and whose second the values. */
function octets(folder: string, name: string): number | undefined {
  const [names, values] = linesOf(`${folder}/net/netstat`)
    .filter((line) => line.startsWith('IpExt:'))
    .map((line) => line.split(' '));
  const value = values?.[names?.indexOf(name) ?? -1];
  return value === undefined ? undefined : Number(value);
}

function addressSpaceLimit(folder: string): number | undefined {
  const line = linesOf(`${folder}/limits`).find((one) => one.startsWith('Max address space'));
  const soft = line?.split(/\s{2,}/)[1];
  if (soft === undefined) return undefined;
  // Go has the largest of its numbers for no limit.
  return soft === 'unlimited' ? 2 ** 64 : Number(soft);
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'latin1').split('\n');
  } catch {
    return [];
  }
}
