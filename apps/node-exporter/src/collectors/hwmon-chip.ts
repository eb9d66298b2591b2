import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { readAttribute } from '../host/files.js';

/** Lower case, with an underscore for whatever may not stand in a metric's name. */
export function cleanName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9:_]/g, '_')
    .replace(/^_+|_+$/g, '');
}

/**
 * A name that stays when drivers load in another order: that of the device the chip sits on, as `platform_coretemp_0`,
 * else what the driver calls it, else the directory's.
 */
export function chipName(directory: string): string {
  const device = resolved(`${directory}/device`);
  if (device !== undefined) {
    const type = cleanName(basename(dirname(device)));
    const name = cleanName(basename(device));
    if (type !== '' && name !== '') return `${type}_${name}`;
    if (name !== '') return name;
  }
  const driver = cleanName(readAttribute(`${directory}/name`) ?? '');
  return driver === '' ? cleanName(basename(resolved(directory) ?? directory)) : driver;
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
