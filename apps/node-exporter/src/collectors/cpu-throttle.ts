import { type FamilySet } from '../families/family-set.js';
import { listDirectoryIfThere, readNumberIfThere } from '../host/files.js';
import { type HostPaths } from '../host/paths.js';

/** How often cores and packages were throttled for their heat; each is counted once, however many threads it has. */
export function collectThrottles(paths: HostPaths, families: FamilySet): void {
  const directory = paths.sys('devices', 'system', 'cpu');
  const packages = new Map<number, number>();
  const cores = new Map<string, { package: number; core: number; count: number }>();
  for (const name of listDirectoryIfThere(directory) ?? []) {
    if (!/^cpu\d/.test(name)) continue;
    const read = (...parts: string[]): number | undefined =>
      readNumberIfThere(paths.sys('devices', 'system', 'cpu', name, ...parts));
    const packageId = read('topology', 'physical_package_id');
    const coreId = read('topology', 'core_id');
    if (packageId === undefined || coreId === undefined) continue;
    const key = `${packageId}/${coreId}`;
    const coreCount = cores.has(key) ? undefined : read('thermal_throttle', 'core_throttle_count');
    if (coreCount !== undefined) cores.set(key, { package: packageId, core: coreId, count: coreCount });
    const packageCount = packages.has(packageId)
      ? undefined
      : read('thermal_throttle', 'package_throttle_count');
    if (packageCount !== undefined) packages.set(packageId, packageCount);
  }
  for (const [id, count] of packages) {
    const help = 'Number of times this CPU package has been throttled.';
    families.counter('node_cpu_package_throttles_total', help, count, { package: String(id) });
  }
  for (const { package: packageId, core, count } of cores.values()) {
    const labels = { package: String(packageId), core: String(core) };
    families.counter(
      'node_cpu_core_throttles_total',
      'Number of times this CPU core has been throttled.',
      count,
      labels,
    );
  }
}
