import { defineCollector, NO_DATA } from '../collector.js';
import { type FamilySet } from '../families/family-set.js';
import { readTextIfThere } from '../host/files.js';

const labelNames = [
  'build_id',
  'id',
  'id_like',
  'image_id',
  'image_version',
  'name',
  'pretty_name',
  'variant',
  'variant_id',
  'version',
  'version_codename',
  'version_id',
] as const;

/** The distribution, from `os-release` (freedesktop.org, os-release(5)). */
export const osRelease = defineCollector({
  name: 'os',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const text =
        readTextIfThere(paths.root('etc', 'os-release')) ??
        readTextIfThere(paths.root('usr', 'lib', 'os-release'));
      if (text === undefined) return NO_DATA;
      addRelease(families, parseAssignments(text));
      return undefined;
    },
  }),
});

/** @param release by the names of os-release: `NAME`, `VERSION_ID`, … */
export function addRelease(families: FamilySet, release: ReadonlyMap<string, string>): void {
  const labels = Object.fromEntries(labelNames.map((name) => [name, release.get(name.toUpperCase()) ?? '']));
  const help = `A metric with a constant '1' value labeled by ${labelNames.join(', ')}.`;
  families.gauge('node_os_info', help, 1, labels);
  const { id = '', id_like = '', name = '' } = labels;
  const version = Number(/^\d+\.?\d*/.exec(labels.version_id ?? '')?.[0] ?? 0);
  if (version > 0) {
    const versionHelp = 'Metric containing the major.minor part of the OS version.';
    families.gauge('node_os_version', versionHelp, version, { id, id_like, name });
  }
  const supportEndMs = Date.parse(`${release.get('SUPPORT_END') ?? ''}T00:00:00Z`);
  if (!Number.isNaN(supportEndMs)) {
    const endHelp = 'Metric containing the end-of-life date timestamp of the OS.';
    families.gauge('node_os_support_end_timestamp_seconds', endHelp, supportEndMs / 1000);
  }
}

/** Lines `NAME=value`, the value in single, double or no quotes. */
function parseAssignments(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))/.exec(line);
    if (match === null) continue;
    const [, name = '', double, single, bare] = match;
    values.set(name, double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '');
  }
  return values;
}
