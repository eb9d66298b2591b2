import { HostFileError } from '../errors.js';
import { readTextIfThere } from './files.js';
import { type HostPaths } from './paths.js';

/** A line of `mountinfo` (proc(5)). */
export interface Mount {
  readonly device: string;
  /** As the host sees it. */
  readonly mountPoint: string;
  readonly type: string;
  readonly major: string;
  readonly minor: string;
  readonly isReadOnly: boolean;
}

/** The mounts of the first process, which is the host's own; of this process where that is not to be read. */
export function readMounts(paths: HostPaths): Mount[] {
  const text = readable(paths.proc('1', 'mountinfo')) ?? readTextIfThere(paths.proc('self', 'mountinfo'));
  if (text === undefined) throw new HostFileError(`no mountinfo in ${paths.proc()}`);
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(' ');
    const separator = fields.indexOf('-', 6);
    if (separator < 0) continue;
    const [major = '', minor = ''] = (fields[2] ?? '').split(':');
    const [type = '', device = '', superOptions = ''] = fields.slice(separator + 1);
    const options = [...(fields[5] ?? '').split(','), ...superOptions.split(',')];
    mounts.push({
      device,
      mountPoint: paths.withoutRoot(unescaped(fields[4] ?? '')),
      type,
      major,
      minor,
      isReadOnly: options.includes('ro'),
    });
  }
  return mounts;
}

/** Other users' processes may be hidden. */
function readable(path: string): string | undefined {
  try {
    return readTextIfThere(path);
  } catch {
    return undefined;
  }
}

/** Space and tab are written in octal. */
function unescaped(path: string): string {
  return path.replaceAll('\\040', ' ').replaceAll('\\011', '\t');
}
